// @ts-check
/** The map without its texts: the ground, and once deck.gl is there the figures on it. */

import Bands, { BANDS, colorOf } from "./bands.js";
import { readable } from "./colors.js";
import Figures from "./figures.js";
import Fills from "./fills.js";
import Ground from "./ground.js";
import People from "./people.js";
import { marks } from "./places.js";
import { framed, LIMITS, toScreen, unitOf } from "./view.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./payload.js").Transfer} Transfer */
/** @typedef {import("./figures.js").Hooks} FigureHooks */
/** @typedef {Omit<FigureHooks, "onView"> & {onView: (byHand: boolean) => void}} Hooks */

export default class Stage {
  /**
   * @param {HTMLElement} parent
   * @param {Payload} payload
   * @param {Record<string, string>} colors  of the theme
   * @param {Hooks} hooks
   */
  constructor(parent, payload, colors, hooks) {
    this.parent = parent;
    this.hooks = hooks;
    this.ground = new Ground(parent);
    this.figures = new Figures(parent, {
      ...hooks,
      onView: (view, byHand) => this.#look(view, byHand),
    });
    this.time = 0;
    /** @type {import("./view.js").View} */
    this.view = { longitude: 20, latitude: 52, zoom: 3.5 };
    /** @type {import("./view.js").Size|null} */
    this.measured = null; // the size, until it changes
    this.colors = colors;
    this.payload = payload;
    this.people = new People(payload);
    this.bands = new Bands(payload);
    this.fills = new Fills(payload.fills);
    this.#begin();
  }

  /** @param {Payload} payload */
  setScene(payload) {
    this.payload = payload;
    this.people = new People(payload);
    this.bands = new Bands(payload);
    this.fills = new Fills(payload.fills);
    this.#begin();
  }

  #begin() {
    this.fills.goTo(this.time);
    this.#ground();
    this.#figures();
  }

  /** @returns {boolean} whether the browser has WebGL */
  open() {
    return this.figures.open(this.size, this.payload.texts.map);
  }

  /** Draws the figures from now on. @param {import("./figures.js").Deck} lib deck.gl */
  attach(lib) {
    this.figures.attach(lib, this.payload.deck, this.view);
    this.#figures();
  }

  /** @returns {number} world units a pixel */
  get unit() {
    return unitOf(this.view);
  }

  /** @returns {import("./view.js").Size} */
  get size() {
    this.measured ??= { width: this.parent.clientWidth, height: this.parent.clientHeight };
    return this.measured;
  }

  /** @returns {string} another one when the clock has begun a line or filled a country */
  get phase() {
    return `${this.bands.begun} ${this.fills.colored} ${this.fills.compared}`;
  }

  /** @param {number} x world units @param {number} y @returns {[number, number]} pixels from the top left corner */
  toScreen(x, y) {
    return toScreen(this.view, this.size, x, y);
  }

  /** @param {Record<string, string>} colors */
  setColors(colors) {
    this.colors = colors;
    this.#ground();
    this.#figures();
  }

  /** @param {import("./ground.js").Basemap} basemap */
  setBasemap(basemap) {
    this.ground.load(basemap);
    this.#ground();
  }

  /** The parent has another size. */
  resize() {
    this.measured = null;
    this.#ground();
  }

  /** @param {number} time seconds */
  setTime(time) {
    this.time = time;
    if (this.bands.goTo(time)) this.#paint();
    if (this.fills.goTo(time)) this.#ground();
    this.#people();
    this.figures.show();
  }

  /**
   * @param {[number, number, number, number]} bounds west, south, east, north
   * @param {import("./view.js").Padding} padding
   * @param {boolean} animate
   */
  fit(bounds, padding, animate) {
    if (!this.size.width || !this.size.height) return;
    const crowds = (/** @type {number} */ unit) =>
      this.payload.places.flatMap(({ lon, lat }, i) => {
        const disc = this.people.disc(i, unit);
        return disc ? [{ lon, lat, disc }] : [];
      });
    this.goTo(framed(bounds, padding, this.size, crowds), animate);
  }

  /** @param {import("./view.js").View} view @param {boolean} animate */
  goTo(view, animate) {
    const next = { ...view, zoom: Math.min(Math.max(view.zoom, LIMITS.minZoom), LIMITS.maxZoom) };
    if (!this.figures.goTo(next, animate)) this.#look(next, false);
  }

  /** @param {number} step in zoom levels */
  zoomBy(step) {
    this.goTo({ ...this.view, zoom: this.view.zoom + step }, true);
  }

  /** @param {import("./view.js").View} view @param {boolean} byHand */
  #look(view, byHand) {
    this.view = view;
    this.#ground();
    if (this.bands.isStaleAt(view.zoom)) {
      this.#lines();
      this.#places();
    }
    this.#people();
    this.figures.show();
    this.hooks.onView(byHand);
  }

  /** @param {Transfer} transfer @returns {string} */
  colorOf(transfer) {
    return colorOf(transfer, this.colors);
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

  /**
   * @param {import("./figures.js").Pointed} pointed
   * @returns {{transfer?: Transfer, others?: number, place?: import("./payload.js").Place}|null}
   */
  found({ layer, index, object }) {
    return object?.place ? object : this.bands.found(layer?.id, index);
  }

  /** @param {number} x pixels @param {number} y @returns {string} code of the country there; "" for none */
  countryAt(x, y) {
    return this.ground.countryAt(this.view, this.size, x, y);
  }

  #ground() {
    this.ground.draw(this.view, this.size, this.fills, this.colors);
  }

  #figures() {
    this.#lines();
    this.#places();
    this.#people();
    this.figures.show();
  }

  #lines() {
    if (!this.figures.deck) return;
    this.bands.shape(this.view.zoom);
    this.#paint();
  }

  #paint() {
    for (const band of BANDS) this.figures.set(band, this.bands.drawn(band, this.colors));
  }

  #places() {
    const { rings, pins } = marks(this.payload.places, Math.min(this.people.scale(this.unit), 1), this.colors);
    this.figures.set("rings", rings);
    this.figures.set("pins", pins);
  }

  #people() {
    if (this.figures.deck) this.figures.set("people", this.people.drawn(this.time, this.unit, this.colors));
  }

  /** Frees the graphics card. */
  destroy() {
    this.figures.detach();
  }
}
