// @ts-check
/** The surface on which deck.gl draws lines, marks and people, and what the pointer does there. */

import { LIMITS } from "./view.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").Size} Size */
/** @typedef {any} Deck deck.gl comes from pydeck's bundle, which carries no types */
/**
 * @typedef {{x: number, y: number, index: number, layer?: {id: string}|null, object?: any}} Pointed
 *   what deck.gl found under the pointer
 */
/**
 * @typedef {Object} Hooks
 * @property {(canvas: HTMLCanvasElement) => void} onOpen
 * @property {(view: View, byHand: boolean) => void} onView
 * @property {() => void} onFrame
 * @property {(pointed: Pointed) => void} onHover
 * @property {(pointed: Pointed) => void} onClick
 */

const CLICK_PX = 4; // that the pointer may move within a click, or lie beside what it means

export default class Figures {
  /** @param {HTMLElement} parent @param {Hooks} hooks */
  constructor(parent, hooks) {
    this.parent = parent;
    this.hooks = hooks;
    this.lib = /** @type {Deck} */ (null);
    this.deck = /** @type {Deck} */ (null);
    /** @type {HTMLCanvasElement|null} */
    this.surface = null;
    this.flying = false; // a flight of ours is under way
    /** @type {Map<string, Deck>} empty layers by id, as Python described them */
    this.templates = new Map();
    /** @type {Map<string, Deck>} */
    this.layers = new Map();
  }

  /**
   * Makes the surface, so that the graphics card is ready by the time deck.gl is.
   *
   * @param {Size} size
   * @param {string} label
   * @returns {boolean} whether the browser has WebGL
   */
  open(size, label) {
    this.surface?.remove();
    const canvas = document.createElement("canvas");
    canvas.className = "ptm-figures";
    // Of the right size from the start: to change it later means to wait until the graphics card has drawn.
    canvas.width = Math.floor(size.width * devicePixelRatio);
    canvas.height = Math.floor(size.height * devicePixelRatio);
    canvas.tabIndex = 0; // arrow keys and + and - move the map
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", label);
    if (!canvas.getContext("webgl2")) return false;
    this.parent.append(canvas);
    this.surface = canvas;
    this.#clicks(canvas);
    this.hooks.onOpen(canvas);
    return true;
  }

  /**
   * Reports clicks that end where they began; deck.gl's own miss the first one that no movement precedes, as taps are.
   * @param {HTMLCanvasElement} canvas
   */
  #clicks(canvas) {
    let [downX, downY] = [0, 0];
    canvas.addEventListener("pointerdown", ({ clientX, clientY }) => {
      [downX, downY] = [clientX, clientY];
    });
    canvas.addEventListener("click", ({ clientX, clientY }) => {
      if (!this.deck || Math.hypot(clientX - downX, clientY - downY) > CLICK_PX) return;
      const box = canvas.getBoundingClientRect();
      const [x, y] = [clientX - box.left, clientY - box.top];
      this.hooks.onClick({ ...(this.deck.pickObject({ x, y, radius: CLICK_PX }) ?? {}), x, y });
    });
  }

  /**
   * Draws from now on.
   *
   * @param {Deck} lib
   * @param {{layers: Object[]}} described  for deck.gl's JSON converter
   * @param {View} view
   */
  attach(lib, described, view) {
    this.lib = lib;
    const converter = new lib.JSONConverter({ configuration: new lib.JSONConfiguration({ classes: lib }) });
    for (const layer of converter.convert(described).layers) this.templates.set(layer.id, layer);
    const { hooks } = this;
    this.deck = new lib.Deck({
      canvas: this.surface,
      views: new lib.MapView({ repeat: true }),
      layers: [],
      initialViewState: { ...view, ...LIMITS },
      controller: { dragRotate: false, touchRotate: false, keyboard: true },
      pickingRadius: CLICK_PX,
      getCursor: (/** @type {{isDragging: boolean, isHovering: boolean}} */ { isDragging, isHovering }) =>
        isDragging ? "grabbing" : isHovering ? "pointer" : "grab",
      onViewStateChange: (/** @type {{viewState: View, interactionState?: Record<string, boolean>}} */ change) => {
        const { isDragging, isPanning, isZooming, inTransition } = change.interactionState ?? {};
        const byHand = Boolean(isDragging || isPanning || isZooming);
        if (byHand) this.flying = false; // the reader interrupts a flight of ours
        hooks.onView(change.viewState, byHand || Boolean(inTransition && !this.flying));
      },
      onAfterRender: hooks.onFrame,
      onHover: hooks.onHover,
      onError: (/** @type {Error} */ error) => console.error(error),
    });
  }

  /** Takes everything away and frees the graphics card. */
  detach() {
    this.deck?.finalize();
    this.deck = null;
    this.surface?.remove();
    this.templates.clear();
    this.layers.clear();
  }

  /** @param {View} view @param {boolean} animate @returns {boolean} whether a flight there has begun */
  goTo(view, animate) {
    this.flying = Boolean(animate && this.deck);
    this.deck?.setProps({
      initialViewState: {
        ...view,
        ...LIMITS,
        transitionDuration: animate ? 700 : 0,
        transitionInterpolator: animate ? new this.lib.LinearInterpolator(["longitude", "latitude", "zoom"]) : null,
        onTransitionEnd: () => {
          this.flying = false;
        },
      },
    });
    return this.flying;
  }

  /** Gives a layer its data, to be seen with the next `show`. @param {string} id @param {Object|null} props */
  set(id, props) {
    const template = props && this.templates.get(id);
    if (template) this.layers.set(id, template.clone(props));
  }

  /** Draws the layers in the order in which Python described them. */
  show() {
    this.deck?.setProps({ layers: [...this.templates.keys()].map((id) => this.layers.get(id)).filter(Boolean) });
  }
}
