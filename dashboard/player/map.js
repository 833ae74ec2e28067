// @ts-check
/** The map: deck.gl layers as Python described them, filled with the payload's data. */

import { Track, WORLD, areaOf, arrow, hatch, toWorld } from "./geometry.js";
import { People } from "./people.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./payload.js").Transfer} Transfer */
/** @typedef {import("./geometry.js").Area} Area */

const PIN_GAP_PX = 8; // between a place's mark and a line
const RING_GAP_PX = 14;
const HATCH_PX = 7;
const FAINT = 0.28; // of a line whose time has not come
const MAX_ZOOM = 12;
const HAIRLINE_PX = 1.6; // the thinnest line …
const DENSE = 200; // … which is half as thick where there are more lines than this

/** @type {Map<string, Promise<any>>} files are loaded once a page, whatever is mounted and unmounted */
const loading = new Map();

/** @param {string} url @returns {Promise<any>} */
function fetchOnce(url) {
  let file = loading.get(url);
  if (!file) {
    file = fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`${url}: ${answer.status}`))));
    file.catch(() => loading.delete(url)); // the next mount may try again
    loading.set(url, file);
  }
  return file;
}

/** @param {string} url @returns {Promise<any>} deck.gl, from the bundle that pydeck carries */
export function loadDeck(url) {
  let bundle = loading.get(url);
  if (!bundle) {
    bundle = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => (/** @type {any} */ (globalThis).deck?.Deck ? resolve(/** @type {any} */ (globalThis).deck) : reject(new Error("no deck.gl in the bundle")));
      script.onerror = () => reject(new Error(`${url} could not be loaded`));
      document.head.append(script);
    });
    bundle.catch(() => loading.delete(url));
    loading.set(url, bundle);
  }
  return bundle;
}

/** @param {Payload} payload @returns {Promise<any[]>} countries and disputed areas, as GeoJSON */
export function loadBasemap({ urls }) {
  return Promise.all([fetchOnce(urls["basemap.geojson"]), fetchOnce(urls["disputed.geojson"])]);
}

/** @returns {boolean} */
export function hasWebGL() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

/** @param {string} hex @param {number} [opacity] @returns {[number, number, number, number]} */
export function rgba(hex, opacity = 1) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255, Math.round(255 * opacity)];
}

/**
 * Notes how wide and high the largest part of a country is, in world units, for labels that thin out by zoom.
 * @param {any} feature @returns {any}
 */
function withSize(feature) {
  const { type, coordinates } = feature.geometry;
  const parts = (type === "Polygon" ? [coordinates] : coordinates).map((/** @type {any} */ polygon) => {
    const [left, bottom, right, top] = areaOf({ type: "Polygon", coordinates: polygon.slice(0, 1) }).box;
    return { width: right - left, height: top - bottom };
  });
  parts.sort((/** @type {any} */ a, /** @type {any} */ b) => b.width * b.height - a.width * a.height);
  return { ...feature, size: parts[0] };
}

const GROUND = ["countries", "hatching"];

/**
 * The map without its texts, on two surfaces: the ground is drawn again only where the view or its colours change, so
 * that a frame of the animation costs no more than its lines and dots.
 */
export class Stage {
  /**
   * @param {HTMLElement} parent
   * @param {any} deck
   * @param {{onOpen: (canvas: HTMLCanvasElement) => void, onView: (byHand: boolean) => void, onFrame: () => void, onGround: () => void, onHover: (info: any) => void, onError: (error: Error) => void}} hooks
   */
  constructor(parent, deck, hooks) {
    this.parent = parent;
    this.lib = deck;
    this.hooks = hooks;
    this.converter = new deck.JSONConverter({ configuration: new deck.JSONConfiguration({ classes: deck }) });
    this.time = 0;
    this.moving = false; // a flight of ours is under way
    this.view = { longitude: 20, latitude: 52, zoom: 3.5 };
    /** @type {Record<string, string>} */
    this.colors = {};
    /** @type {Map<string, any>} empty layers by id, as Python described them */
    this.templates = new Map();
    /** @type {Map<string, any>} */
    this.layers = new Map();
    /** @type {any[]} features of the basemap */
    this.basemap = [];
    /** @type {Map<string, Area>} */
    this.areas = new Map();
    /** @type {Area[]} */
    this.disputed = [];
    this.drawnZoom = NaN;
    this.phase = "";
    const surface = () => ({
      parent,
      views: new deck.MapView({ repeat: true }),
      layers: [],
      style: { position: "absolute", inset: "0" },
      onError: hooks.onError,
    });
    this.ground = new deck.Deck({
      ...surface(),
      id: "ptm-ground",
      viewState: this.view,
      controller: false,
      onLoad: () => {
        const canvas = this.ground.getCanvas();
        canvas.setAttribute("aria-hidden", "true");
        hooks.onOpen(canvas);
      },
      onAfterRender: () => this.basemap.length && hooks.onGround(),
    });
    this.deck = new deck.Deck({
      ...surface(),
      id: "ptm-figures",
      initialViewState: this.view,
      controller: { dragRotate: false, touchRotate: false, keyboard: true },
      pickingRadius: 4,
      getCursor: (/** @type {any} */ { isDragging, isHovering }) => (isDragging ? "grabbing" : isHovering ? "pointer" : "grab"),
      onViewStateChange: (/** @type {any} */ { viewState, interactionState }) => {
        const { isDragging, isPanning, isZooming, inTransition } = interactionState ?? {};
        if (isDragging || isPanning || isZooming) this.moving = false; // the reader interrupts a flight of ours
        this.view = viewState;
        this.#follow();
        hooks.onView(Boolean(isDragging || isPanning || isZooming || (inTransition && !this.moving)));
      },
      onLoad: () => {
        const canvas = this.deck.getCanvas();
        canvas.tabIndex = 0; // arrow keys and + and - move the map
        canvas.setAttribute("role", "application");
        canvas.setAttribute("aria-label", this.payload?.texts.map ?? "");
        hooks.onOpen(canvas);
      },
      onAfterRender: hooks.onFrame,
      onHover: hooks.onHover,
    });
  }

  /** @returns {number} world units a pixel */
  get unit() {
    return 2 ** -this.view.zoom;
  }

  /** @returns {{width: number, height: number}} pixels */
  get size() {
    return { width: this.parent.clientWidth, height: this.parent.clientHeight };
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
    if (!this.templates.size) {
      for (const layer of this.converter.convert(payload.deck).layers) this.templates.set(layer.id, layer);
    }
    /** @type {Map<string, Track>} */
    this.tracks = new Map(payload.transfers.map((transfer) => [transfer.id, new Track(transfer.path)]));
    this.people = new People(payload, this.tracks);
    this.fillsKey = JSON.stringify(payload.fills);
    this.#all();
  }

  /** @param {Record<string, string>} colors */
  setColors(colors) {
    this.colors = colors;
    if (this.payload) this.#all();
  }

  /** @param {any[]} files from `loadBasemap` */
  setBasemap([basemap, disputed]) {
    this.basemap = basemap.features.map(withSize);
    this.disputed = disputed.features.map((/** @type {any} */ feature) => areaOf(feature.geometry));
    if (this.payload) this.#all();
  }

  /** @param {number} time seconds */
  setTime(time) {
    this.time = time;
    const phase = (this.payload?.transfers ?? []).map((transfer) => (transfer.start < time ? 1 : 0)).join("");
    if (phase !== this.phase) {
      this.phase = phase;
      this.#lines();
    }
    this.#people();
    this.#show();
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
    const corners = [[west - grow, Math.max(south - grow, -85)], [east + grow, Math.min(north + grow, 85)]];
    const framed = (/** @type {typeof padding} */ room) => {
      const whole = new this.lib.WebMercatorViewport({ width, height, longitude: 0, latitude: 0, zoom: 1 });
      return whole.fitBounds(corners, { padding: room, maxZoom: 9 });
    };
    const first = framed(padding);
    // Crowds have a size on the screen and not on the globe: once more, with room for those that would be cut.
    const room = { ...padding };
    this.payload?.places.forEach((place, i) => {
      const disc = this.people?.disc(i, 2 ** -first.zoom);
      if (!disc) return;
      const [x, y] = first.project([place.lon, place.lat]);
      const edge = 8;
      room.left = Math.max(room.left, padding.left + edge - (x + disc.x - disc.radius));
      room.right = Math.max(room.right, padding.right + edge - (width - (x + disc.x + disc.radius)));
      room.top = Math.max(room.top, padding.top + edge - (y - disc.y - disc.radius));
      room.bottom = Math.max(room.bottom, padding.bottom + edge - (height - (y - disc.y + disc.radius)));
    });
    const { longitude, latitude, zoom } = room.left + room.right < width && room.top + room.bottom < height ? framed(room) : first;
    this.goTo({ longitude, latitude, zoom }, animate);
  }

  /** @param {{longitude: number, latitude: number, zoom: number}} view @param {boolean} animate */
  goTo(view, animate) {
    this.moving = true;
    const next = { ...view, zoom: Math.min(Math.max(view.zoom, 0), MAX_ZOOM), pitch: 0, bearing: 0, maxZoom: MAX_ZOOM };
    this.deck.setProps({
      initialViewState: {
        ...next,
        transitionDuration: animate ? 700 : 0,
        transitionInterpolator: animate ? new this.lib.LinearInterpolator(["longitude", "latitude", "zoom"]) : null,
        onTransitionEnd: () => (this.moving = false),
      },
    });
    if (!animate) {
      this.view = next;
      this.moving = false;
      this.#follow();
      this.hooks.onView(false);
    }
  }

  /** @param {number} step in zoom levels */
  zoomBy(step) {
    this.goTo({ ...this.view, zoom: this.view.zoom + step }, true);
  }

  #follow() {
    if (Math.abs(this.view.zoom - this.drawnZoom) > 0.02) {
      this.#lines();
      this.#places();
    }
    if (this.#hatchingIsStale()) this.#hatching();
    this.#people();
    this.#show();
    this.ground.setProps({ viewState: this.view });
  }

  #all() {
    this.#countries();
    this.#hatching();
    this.#lines();
    this.#places();
    this.#people();
    this.#show();
  }

  #show() {
    const made = [...this.templates.keys()].map((id) => this.layers.get(id)).filter(Boolean);
    this.deck.setProps({ layers: made.filter((layer) => !GROUND.includes(layer.id)) });
  }

  #showGround() {
    this.ground.setProps({ layers: GROUND.map((id) => this.layers.get(id)).filter(Boolean) });
  }

  /** @param {string} id @param {Object} props */
  #set(id, props) {
    const template = this.templates.get(id);
    if (template) this.layers.set(id, template.clone(props));
  }

  #countries() {
    const { classes, origins } = this.payload?.fills ?? { classes: {}, origins: [] };
    const from = new Set(origins);
    const fill = (/** @type {any} */ feature) => {
      const code = feature.properties.iso_a2;
      if (classes[code]) return rgba(this.colors[`class${classes[code]}`]);
      return rgba(from.has(code) ? this.colors.origin : this.colors.land);
    };
    this.#set("countries", {
      data: this.basemap,
      getFillColor: fill,
      getLineColor: rgba(this.colors.border),
      updateTriggers: { getFillColor: [this.fillsKey, this.colors] },
    });
    this.#showGround();
  }

  #hatchingIsStale() {
    if (!this.hatched) return true;
    const { zoom, window } = this.hatched;
    const [left, bottom, right, top] = this.#window(0);
    return Math.abs(zoom - this.view.zoom) > 0.3 || left < window[0] || bottom < window[1] || right > window[2] || top > window[3];
  }

  /** @param {number} margin share of the screen @returns {[number, number, number, number]} what is seen, in world units */
  #window(margin) {
    const [x, y] = toWorld(this.view.longitude, this.view.latitude);
    const { width, height } = this.size;
    const w = width * this.unit * (0.5 + margin);
    const h = height * this.unit * (0.5 + margin);
    return [x - w, y - h, x + w, y + h];
  }

  #hatching() {
    const window = this.#window(0.5);
    this.hatched = { zoom: this.view.zoom, window };
    const gap = HATCH_PX * this.unit;
    const grey = rgba(this.colors.hatch, 0.55);
    const rows = this.disputed.flatMap((area) => hatch(area, gap, 1, window).map((path) => ({ path, color: grey })));
    for (const [code, level] of Object.entries(this.payload?.fills.reach ?? {})) {
      const color = rgba(this.colors[`class${level}`]);
      for (const path of hatch(this.#areaOf(code), 1.3 * gap, -1, window)) rows.push({ path, color });
    }
    this.#set("hatching", { data: rows });
    this.#showGround();
  }

  /** @param {string} code @returns {Area} */
  #areaOf(code) {
    let area = this.areas.get(code);
    if (!area) {
      const feature = this.basemap.find((candidate) => candidate.properties.iso_a2 === code);
      area = areaOf(feature?.geometry ?? { type: "MultiPolygon", coordinates: [] });
      if (feature) this.areas.set(code, area);
    }
    return area;
  }

  /** @param {Transfer} transfer @returns {string} */
  colorOf(transfer) {
    return { done: this.colors.movement, planned: this.colors.planned, refused: this.colors.refused }[transfer.style];
  }

  /** @param {string} code of a country @returns {string} colour of text that can be read on its fill */
  inkOn(code) {
    const level = this.payload?.fills.classes[code];
    if (!level) return this.colors.muted;
    const [red, green, blue] = rgba(this.colors[`class${level}`]);
    return 0.3 * red + 0.59 * green + 0.11 * blue > 130 ? "#1F2430" : "#FFFFFF";
  }

  #lines() {
    if (!this.payload || !this.tracks) return;
    this.drawnZoom = this.view.zoom;
    const unit = this.unit;
    const rings = new Map(this.payload.places.map((place) => [place.id, place.ring]));
    const gapOf = (/** @type {string} */ id) => (rings.get(id) ? RING_GAP_PX : PIN_GAP_PX);
    const dense = this.payload.transfers.length > DENSE ? 0.5 : 1;
    const hairline = HAIRLINE_PX * dense;
    const outer = [];
    const inner = [];
    const heads = [];
    for (const transfer of this.payload.transfers) {
      const track = /** @type {Track} */ (this.tracks.get(transfer.id));
      const strength = transfer.superseded ? 0.55 : transfer.start < this.time ? 1 : FAINT;
      const color = rgba(this.colorOf(transfer), strength);
      const pale = rgba(this.colorOf(transfer), 0.3 * strength);
      const solid = Math.max(transfer.width_min, transfer.style === "done" ? hairline : 1.25 * hairline);
      const breadth = transfer.superseded ? hairline : Math.max(solid, transfer.width_max ?? 0);
      const { from, to, head } = arrow(track, unit, dense, breadth, gapOf(transfer.from), gapOf(transfer.to));
      const row = { transfer, color };
      if (head && transfer.style !== "refused") heads.push({ ...row, polygon: head });
      if (transfer.style === "planned") {
        for (const path of track.dashes(from, to, 9 * unit, 6 * unit)) inner.push({ ...row, path, width: transfer.superseded ? hairline : Math.min(solid, 5) });
      } else if (transfer.style === "refused") {
        // The line ends, with a bar across, where the attempt did.
        const stop = transfer.stop === null || transfer.stop < 0 ? 0.6 * track.length : track.sums[transfer.stop] - PIN_GAP_PX * unit;
        for (const path of track.dashes(from, stop, 0.5 * unit, 7 * unit)) inner.push({ ...row, path, width: Math.max(solid, 3.4) });
        inner.push({ ...row, path: track.across(stop, 8 * unit), width: 3 });
      } else {
        inner.push({ ...row, path: track.stretch(from, to), width: solid });
        if (transfer.width_max === null && transfer.min > 0) {
          for (const path of track.dashes(from, to, 2.5 * unit, 3.5 * unit)) outer.push({ ...row, color: pale, path, width: solid + 8 });
        } else if ((transfer.width_max ?? 0) > solid) {
          outer.push({ ...row, color: pale, path: track.stretch(from, to), width: transfer.width_max });
        }
      }
    }
    this.#set("outer", { data: outer });
    this.#set("inner", { data: inner, capRounded: true });
    this.#set("heads", { data: heads });
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
    if (!this.people) return;
    const colors = { person: rgba(this.colors.person), rim: rgba(this.colors.rim) };
    const length = this.people.place(this.time, this.unit, colors);
    this.#set("people", {
      radiusScale: this.people.scale(this.unit),
      // A new object each time, so that deck.gl sends the arrays to the graphics card again.
      data: {
        length,
        attributes: {
          getPosition: { value: this.people.positions.slice(0, 2 * length), size: 2 },
          getFillColor: { value: this.people.fills.slice(0, 4 * length), size: 4 },
          getLineColor: { value: this.people.rims.slice(0, 4 * length), size: 4 },
        },
      },
    });
  }

  /** Frees the graphics card. */
  destroy() {
    this.ground.finalize();
    this.deck.finalize();
  }
}


