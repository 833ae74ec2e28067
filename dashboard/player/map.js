// @ts-check
/** The map: deck.gl layers as Python described them, filled with the payload's data. */

import { readable, rgba } from "./colors.js";
import { WORLD, toDegrees, toWorld } from "./geometry.js";
import { Ground } from "./ground.js";
import { draw } from "./lines.js";
import { Mesh } from "./mesh.js";
import { People } from "./people.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./payload.js").Transfer} Transfer */

const PIN_GAP_PX = 8; // between a place's mark and a line
const RING_GAP_PX = 14;
const PALE = 0.3; // of the band up to the upper bound
const OVERTAKEN = 0.55; // of a plan
const FAINT = 0.28; // of a line whose time has not come
const COLOR_OF = { done: "movement", planned: "planned", refused: "refused" };
const LIMITS = { minZoom: 0, maxZoom: 12, pitch: 0, bearing: 0 };
const CLOSEST_FRAME = 9; // zoom that a small selection is shown at, at most
const DENSE = 200; // lines beyond which all are thinner
const MANY = 2000; // lines beyond which they are shaped anew only where the view rests on another zoom

/** @param {Transfer} transfer @returns {number} pixels */
const breadth = (transfer) => transfer.width_max ?? transfer.width_min;

/** The map without its texts: the ground, and once deck.gl is there the figures on it. */
export class Stage {
  /**
   * @param {HTMLElement} parent
   * @param {{onOpen: (canvas: HTMLCanvasElement) => void, onView: (byHand: boolean) => void, onFrame: () => void, onHover: (info: any) => void, onClick: (info: any) => void}} hooks
   */
  constructor(parent, hooks) {
    this.parent = parent;
    this.hooks = hooks;
    this.ground = new Ground(parent);
    this.lib = /** @type {any} */ (null); // deck.gl
    this.deck = /** @type {any} */ (null);
    /** @type {HTMLCanvasElement|null} */
    this.surface = null;
    this.time = 0;
    this.moving = false; // a flight of ours is under way
    /** @type {import("./ground.js").View} */
    this.view = { longitude: 20, latitude: 52, zoom: 3.5 };
    /** @type {Record<string, string>} */
    this.colors = {};
    /** @type {Payload|null} */
    this.payload = null;
    /** @type {People|null} */
    this.people = null;
    /** @type {Map<string, any>} empty layers by id, as Python described them */
    this.templates = new Map();
    /** @type {Map<string, any>} */
    this.layers = new Map();
    /** @type {Transfer[]} drawn: of those that share line and look the widest, which hides the others */
    this.lines = [];
    /** @type {number[]} when the first that takes each line begins */
    this.begins = [];
    /** @type {Record<"outer"|"inner", {owners: number[], data: Object}|null>} */
    this.bands = { outer: null, inner: null };
    /** @type {{width: number, height: number}|null} */
    this.measured = null; // the size, until it changes
    this.drawnZoom = NaN;
    this.begun = -1; // transfers
    /** @type {import("./ground.js").Fills} */
    this.fills = { classes: new Map(), reach: new Map(), origins: new Set(), differs: new Set() };
    this.filled = [-1, -1]; // how many of the payload's steps, and of its differences, are in `fills`
  }

  /**
   * Makes the surface for the figures, so that the graphics card is ready by the time deck.gl is.
   * @returns {boolean} whether the browser has WebGL
   */
  open() {
    this.surface?.remove();
    const canvas = document.createElement("canvas");
    canvas.className = "ptm-figures";
    // Of the right size from the start: to change it later means to wait until the graphics card has drawn.
    canvas.width = Math.floor(this.size.width * devicePixelRatio);
    canvas.height = Math.floor(this.size.height * devicePixelRatio);
    canvas.tabIndex = 0; // arrow keys and + and - move the map
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", this.payload?.texts.map ?? "");
    if (!canvas.getContext("webgl2")) return false;
    this.parent.append(canvas);
    this.surface = canvas;
    this.#clicks(canvas);
    this.hooks.onOpen(canvas);
    return true;
  }

  /**
   * Tells of clicks that end where they began; deck.gl's own miss the first one that no movement precedes, as taps are.
   * @param {HTMLCanvasElement} canvas
   */
  #clicks(canvas) {
    let [downX, downY] = [0, 0];
    canvas.addEventListener("pointerdown", ({ clientX, clientY }) => ([downX, downY] = [clientX, clientY]));
    canvas.addEventListener("click", ({ clientX, clientY }) => {
      if (!this.deck || Math.hypot(clientX - downX, clientY - downY) > 4) return;
      const box = canvas.getBoundingClientRect();
      const [x, y] = [clientX - box.left, clientY - box.top];
      this.hooks.onClick({ ...(this.deck.pickObject({ x, y, radius: 4 }) ?? {}), x, y });
    });
  }

  /** Draws the figures from now on. @param {any} lib deck.gl */
  attach(lib) {
    this.lib = lib;
    const converter = new lib.JSONConverter({ configuration: new lib.JSONConfiguration({ classes: lib }) });
    for (const layer of converter.convert(this.payload?.deck).layers) this.templates.set(layer.id, layer);
    const { hooks, surface: canvas } = this;
    this.deck = new lib.Deck({
      canvas,
      views: new lib.MapView({ repeat: true }),
      layers: [],
      initialViewState: { ...this.view, ...LIMITS },
      controller: { dragRotate: false, touchRotate: false, keyboard: true },
      pickingRadius: 4,
      getCursor: (/** @type {any} */ { isDragging, isHovering }) =>
        isDragging ? "grabbing" : isHovering ? "pointer" : "grab",
      onViewStateChange: (/** @type {any} */ { viewState, interactionState }) => {
        const { isDragging, isPanning, isZooming, inTransition } = interactionState ?? {};
        if (isDragging || isPanning || isZooming) this.moving = false; // the reader interrupts a flight of ours
        this.view = viewState;
        this.#follow();
        hooks.onView(Boolean(isDragging || isPanning || isZooming || (inTransition && !this.moving)));
      },
      onAfterRender: hooks.onFrame,
      onHover: hooks.onHover,
      onError: (/** @type {Error} */ error) => console.error(error),
    });
    this.#figures();
  }

  /** Takes the figures away. */
  detach() {
    this.deck?.finalize();
    this.deck = null;
    this.surface?.remove();
    this.templates.clear();
    this.layers.clear();
  }

  /** @returns {number} world units a pixel */
  get unit() {
    return 2 ** -this.view.zoom;
  }

  /** @returns {{width: number, height: number}} pixels */
  get size() {
    this.measured ??= { width: this.parent.clientWidth, height: this.parent.clientHeight };
    return this.measured;
  }

  /**
   * @param {number} x world units @param {number} y
   * @returns {[number, number]} pixels from the top left corner, on the copy of the world nearest the centre
   */
  toScreen(x, y) {
    const [centreX, centreY] = toWorld(this.view.longitude, this.view.latitude);
    const { width, height } = this.size;
    const turn = WORLD * Math.round((x - centreX) / WORLD);
    return [width / 2 + (x - turn - centreX) / this.unit, height / 2 - (y - centreY) / this.unit];
  }

  /** @param {Payload} payload */
  setScene(payload) {
    this.payload = payload;
    this.people = new People(payload);
    this.#choose();
    this.begun = -1;
    this.filled = [-1, -1];
    this.#fill();
    this.#ground();
    this.#figures();
  }

  /** @param {Record<string, string>} colors */
  setColors(colors) {
    this.colors = colors;
    this.#ground();
    this.#figures();
  }

  /** @param {any[]} files from `loadBasemap` */
  setBasemap(files) {
    this.ground.load(files);
    this.#ground();
  }

  /** The stage has another size. */
  resize() {
    this.measured = null;
    this.#ground();
  }

  /** @param {number} time seconds */
  setTime(time) {
    this.time = time;
    const { begins } = this;
    let begun = Math.max(this.begun, 0);
    while (begun < begins.length && begins[begun] < time) begun++;
    while (begun > 0 && begins[begun - 1] >= time) begun--;
    if (begun !== this.begun) {
      this.begun = begun;
      this.#paint();
    }
    if (this.#fill()) this.#ground();
    this.#people();
    this.#show();
  }

  /**
   * Brings the colours of the countries up to the clock.
   * @returns {boolean} whether any has changed
   */
  #fill() {
    const { steps, origins, differs = [] } = this.payload?.fills ?? { steps: [], origins: [] };
    const past = (/** @type {[number, ...any][]} */ all, /** @type {number} */ from) => {
      let count = from;
      while (count < all.length && all[count][0] <= this.time) count++;
      return count;
    };
    const [before, comparedBefore] = this.filled;
    const goesOn = before >= 0 && (before === 0 || steps[before - 1][0] <= this.time);
    const start = goesOn ? before : 0;
    const [colored, compared] = [past(steps, start), past(differs, 0)];
    this.filled = [colored, compared];
    if (!goesOn) this.fills = { classes: new Map(), reach: new Map(), origins: new Set(origins), differs: new Set() };
    for (const [, code, level, reach] of steps.slice(start, colored)) {
      this.fills.classes.set(code, level);
      if (reach) this.fills.reach.set(code, reach);
      else this.fills.reach.delete(code);
    }
    if (compared !== comparedBefore) {
      this.fills.differs.clear();
      for (const [, code, differ] of differs.slice(0, compared)) {
        if (differ) this.fills.differs.add(code);
        else this.fills.differs.delete(code);
      }
    }
    return !goesOn || colored !== before || compared !== comparedBefore;
  }

  /**
   * @param {[number, number, number, number]} bounds west, south, east, north
   * @param {{top: number, bottom: number, left: number, right: number}} padding pixels
   * @param {boolean} animate
   */
  fit(bounds, padding, animate) {
    const { width, height } = this.size;
    if (!width || !height) return;
    const [west, south, east, north] = bounds;
    const grow = Math.max(0, 4 - Math.max(east - west, north - south)) / 2; // a single place needs surroundings
    const [left, bottom] = toWorld(west - grow, Math.max(south - grow, -85));
    const [right, top] = toWorld(east + grow, Math.min(north + grow, 85));
    const framed = (/** @type {typeof padding} */ room) => {
      const across = (width - room.left - room.right) / (right - left);
      const up = (height - room.top - room.bottom) / (top - bottom);
      const unit = 1 / Math.min(across, up, 2 ** CLOSEST_FRAME);
      return {
        unit,
        x: (left + right - (room.left - room.right) * unit) / 2,
        y: (bottom + top + (room.top - room.bottom) * unit) / 2,
      };
    };
    let frame = framed(padding);
    // Crowds have a size on the screen and not on the globe: once more, with room for those that would be cut.
    const room = { ...padding };
    this.payload?.places.forEach((place, i) => {
      const disc = this.people?.disc(i, frame.unit);
      if (!disc) return;
      const [placeX, placeY] = toWorld(place.lon, place.lat);
      const x = width / 2 + (placeX - WORLD * Math.round((placeX - frame.x) / WORLD) - frame.x) / frame.unit + disc.x;
      const y = height / 2 - (placeY - frame.y) / frame.unit - disc.y;
      const reach = disc.radius + 8;
      room.left = Math.max(room.left, padding.left + reach - x);
      room.right = Math.max(room.right, padding.right + reach - (width - x));
      room.top = Math.max(room.top, padding.top + reach - y);
      room.bottom = Math.max(room.bottom, padding.bottom + reach - (height - y));
    });
    if (room.left + room.right < width && room.top + room.bottom < height) frame = framed(room);
    const [longitude, latitude] = toDegrees(frame.x, frame.y);
    this.goTo({ longitude, latitude, zoom: -Math.log2(frame.unit) }, animate);
  }

  /** @param {import("./ground.js").View} view @param {boolean} animate */
  goTo(view, animate) {
    const next = { ...view, zoom: Math.min(Math.max(view.zoom, 0), LIMITS.maxZoom) };
    this.moving = Boolean(animate && this.deck);
    this.deck?.setProps({
      initialViewState: {
        ...next,
        ...LIMITS,
        transitionDuration: animate ? 700 : 0,
        transitionInterpolator: animate ? new this.lib.LinearInterpolator(["longitude", "latitude", "zoom"]) : null,
        onTransitionEnd: () => (this.moving = false),
      },
    });
    if (this.moving) return;
    this.view = next;
    this.#follow();
    this.hooks.onView(false);
  }

  /** @param {number} step in zoom levels */
  zoomBy(step) {
    this.goTo({ ...this.view, zoom: this.view.zoom + step }, true);
  }

  #follow() {
    this.#ground();
    if (Math.abs(this.view.zoom - this.drawnZoom) > (this.lines.length > MANY ? 0.5 : 0.02)) {
      this.#lines();
      this.#places();
    }
    this.#people();
    this.#show();
  }

  #ground() {
    if (this.payload) this.ground.draw(this.view, this.size, this.fills, this.colors);
  }

  #figures() {
    this.#lines();
    this.#places();
    this.#people();
    this.#show();
  }

  #show() {
    this.deck?.setProps({ layers: [...this.templates.keys()].map((id) => this.layers.get(id)).filter(Boolean) });
  }

  /** @param {string} id @param {Object} props */
  #set(id, props) {
    const template = this.templates.get(id);
    if (template) this.layers.set(id, template.clone(props));
  }

  /** @param {Transfer} transfer @returns {string} */
  colorOf(transfer) {
    return this.colors[COLOR_OF[transfer.style]];
  }

  /** @param {Transfer} transfer @returns {boolean} whether its time has not come */
  isFaint(transfer) {
    return transfer.start >= this.time && !transfer.superseded;
  }

  /** @param {string} code of a country @returns {string} colour of text that can be read on it */
  inkOn(code) {
    const level = this.fills.classes.get(code);
    return level ? readable(this.colors[`class${level}`], this.colors) : this.colors.muted;
  }

  /** Of transfers that would cover each other exactly, keeps the widest; the rest are told where it is pointed at. */
  #choose() {
    const { transfers } = /** @type {Payload} */ (this.payload);
    /** @type {Map<string, {transfer: Transfer, start: number}>} */
    const lines = new Map();
    const numbers = new Map();
    for (const transfer of transfers) {
      const { track, style, superseded } = transfer;
      if (!numbers.has(track)) numbers.set(track, numbers.size);
      const key = `${numbers.get(track)} ${style} ${superseded}`;
      const line = lines.get(key);
      if (!line) lines.set(key, { transfer, start: transfer.start });
      else if (breadth(transfer) > breadth(line.transfer)) line.transfer = transfer;
    }
    this.lines = [...lines.values()].map(({ transfer }) => transfer);
    this.begins = [...lines.values()].map(({ start }) => start); // in order of time, as the transfers are
  }

  /** @returns {Transfer[]} lines with their numbers first to those that are to have one */
  get widest() {
    return [...this.lines].sort((a, b) => breadth(b) - breadth(a));
  }

  #lines() {
    if (!this.payload || !this.deck) return;
    this.drawnZoom = this.view.zoom;
    const gaps = this.payload.places.map((place) => (place.ring ? RING_GAP_PX : PIN_GAP_PX));
    const size = this.lines.length > DENSE ? 0.5 : 1;
    const meshes = { outer: new Mesh(), inner: new Mesh() };
    this.lines.forEach((transfer, i) => {
      meshes.outer.begin(i);
      meshes.inner.begin(i);
      draw(transfer, transfer.track, this.unit, size, { start: gaps[transfer.from], end: gaps[transfer.to] }, meshes);
    });
    for (const band of /** @type {const} */ (["outer", "inner"])) {
      const data = meshes[band].data();
      this.bands[band] = { owners: meshes[band].owners, data };
    }
    this.#paint();
  }

  /** Colours the lines as the clock has it: faint before their time. */
  #paint() {
    // Of very many lines each lets the others through, so that it shows where most of them run.
    const strength = Math.max(Math.min(1, Math.sqrt(DENSE / this.lines.length)), 0.06);
    for (const band of /** @type {const} */ (["outer", "inner"])) {
      const mesh = this.bands[band];
      if (!mesh) continue;
      const share = strength * (band === "outer" ? PALE : 1);
      const looks = Object.fromEntries(
        Object.entries(COLOR_OF).map(([style, name]) => [
          style,
          [OVERTAKEN, FAINT, 1].map((state) => rgba(this.colors[name], share * state)),
        ]),
      );
      const getFillColor = (/** @type {unknown} */ _, /** @type {{index: number}} */ { index }) => {
        const owner = mesh.owners[index];
        const { style, superseded } = this.lines[owner];
        return looks[style][owner >= this.begun ? 1 : superseded ? 0 : 2];
      };
      this.#set(band, {
        data: mesh.data,
        _normalize: false, // the triangles are ours
        getFillColor,
        updateTriggers: { getFillColor: [this.begun, this.colors] },
      });
    }
  }

  /**
   * @param {any} info what deck.gl found under the pointer
   * @returns {{transfer?: Transfer, others?: number, place?: import("./payload.js").Place}|null}
   */
  found({ layer, index, object }) {
    if (object?.place) return object;
    const band = /** @type {"outer"|"inner"} */ (layer?.id);
    const owner = this.bands[band]?.owners[index];
    if (owner === undefined) return null;
    const transfer = this.lines[owner];
    const alike = (/** @type {Transfer} */ other) =>
      other.track === transfer.track && other.style === transfer.style && other !== transfer;
    return { transfer, others: this.payload?.transfers.filter(alike).length };
  }

  /** @param {number} x pixels @param {number} y @returns {string} code of the country there; "" for none */
  countryAt(x, y) {
    return this.ground.countryAt(this.view, this.size, x, y);
  }

  #places() {
    const spots = (this.payload?.places ?? []).map((place) => ({ place, position: [place.lon, place.lat] }));
    const ink = rgba(this.colors.pin);
    const radiusScale = Math.min(this.people?.scale(this.unit) ?? 1, 1);
    this.#set("rings", { radiusScale, data: spots.filter((spot) => spot.place.ring), getLineColor: ink });
    this.#set("pins", {
      radiusScale,
      data: spots.filter((spot) => !spot.place.ring),
      getFillColor: ink,
      getLineColor: rgba(this.colors.halo),
    });
  }

  #people() {
    if (!this.people || !this.deck) return;
    const { people, colors } = this;
    const length = people.place(this.time, this.unit, colors);
    this.#set("people", {
      radiusScale: people.scale(this.unit),
      // A new object each time, so that deck.gl sends the arrays to the graphics card again.
      data: {
        length,
        attributes: {
          getPosition: { value: people.positions.subarray(0, 2 * length), size: 2 },
          getFillColor: { value: people.fills.subarray(0, 4 * length), size: 4 },
          getLineColor: { value: people.rims.subarray(0, 4 * length), size: 4 },
        },
      },
    });
  }

  /** Frees the graphics card. */
  destroy() {
    this.detach();
  }
}
