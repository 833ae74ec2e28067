// @ts-check
/**
 * The player: shows a scene and animates it in the browser alone. While it plays nothing is sent to the server; a
 * pause, a step or the end of a scrub reports the day (`t`), a rested pan or zoom the view (`at`), a number that is
 * chosen its figure (`figure`).
 */

import { brightness } from "./colors.js";
import { DAY, Pace, dayAt, endOf, reading } from "./clock.js";
import { loadBasemap, loadDeck } from "./files.js";
import { Labels, label, restyle } from "./labels.js";
import { Stage } from "./map.js";
import { Panel, face } from "./panel.js";

import { read } from "./payload.js";
import { picture } from "./picture.js";

/** @typedef {import("./payload.js").Payload} Payload */
/**
 * @typedef {(name: string, value: unknown) => void} Report
 * @typedef {{data: any, parentElement: HTMLElement, setStateValue?: Report, setTriggerValue?: Report}} Component
 */

const REST_MS = 600; // after this much quiet a view that the reader chose is reported
const HOLD = 1.6; // seconds that the end is shown before it begins again
const STEP_SECONDS = 1.8; // between steps where motion is unwelcome
const NARROW_PX = 640;

class Player {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.panel = new Panel();
    this.root = this.panel.root;
    parent.append(this.root);
    this.labels = new Labels(this.panel.labels);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    /** @type {Payload|null} */
    this.payload = null;
    this.stage = /** @type {Stage} */ (/** @type {unknown} */ (null)); // until the first scene
    this.time = 0;
    this.playing = false;
    this.root.dataset.ptmPlaying = "false";
    this.held = 0; // seconds of play to wait before moving on
    this.loops = false;
    this.scrubbing = false;
    this.touched = false; // the reader has moved the map
    this.reported = { t: /** @type {string|null} */ (null), at: "" };
    this.frames = 0;
    this.hasBasemap = false;
    this.destroyed = false;
    this.themeKey = "";
    this.played = false; // it has begun to play by itself, or was asked to
    this.phase = "";
    this.clockDay = ""; // the day that the clock reads
    /** @type {Record<string, string>} */
    this.colors = {};
    this.#wire();
  }

  /** @param {Component} component */
  update({ data, setStateValue, setTriggerValue }) {
    this.report = setStateValue;
    this.trigger = setTriggerValue; // none in a page to keep, whose numbers open nothing
    this.#theme(data);
    if (data.id === this.payload?.id) return;
    const before = this.payload;
    const sameSelection = data.selection === before?.selection;
    const payload = sameSelection ? { .../** @type {Payload} */ (before), id: data.id, t: data.t, at: data.at } : read(data);
    this.payload = payload;
    if (!sameSelection) {
      this.pace = new Pace(payload.time);
      this.clockDay = "";
      this.panel.write(payload);
      if (!this.trigger) for (const open of this.root.querySelectorAll(".ptm-number")) open.setAttribute("disabled", "");
      this.panel.say(payload.transfers.length || payload.events.length ? "" : payload.texts.empty);
      this.#controls();
    }
    if (!before || !this.stage) this.#start();
    else if (!sameSelection) this.#changed(before);
    else this.#moved(payload);
  }

  /** The first scene of a mount, as soon as the style sheet is there: without it the map has no size. */
  #start() {
    if (!this.payload || getComputedStyle(this.panel.map).position !== "absolute") return; // again when that changes
    const payload = this.payload;
    this.panel.showLegend(this.root.clientWidth > NARROW_PX);
    this.reported.t = payload.t;
    this.reported.at = String(payload.at ?? "");
    if (payload.t) this.#goTo(endOf(payload.time.epoch, payload.t));
    else if (this.still.matches) this.#goTo(payload.time.end);
    else this.#goTo(0);
    this.stage = new Stage(this.panel.map, {
      onOpen: (canvas) => this.#watch(canvas),
      onView: (byHand) => this.#viewChanged(byHand),
      onFrame: () => this.#framed(),
      onHover: (info) => this.#hover(info),
      onClick: (info) => this.#pick(info),
    });
    this.stage.setColors(this.colors);
    this.stage.setScene(payload);
    this.root.dataset.ptmSelection = payload.selection; // tells tests which one is drawn
    this.stage.setTime(this.time);
    this.#frame(false);
    this.#label();
    loadBasemap(payload).then(
      (files) => {
        this.stage.setBasemap(files);
        this.hasBasemap = true;
        this.#drawn();
        this.#label();
      },
      () => this.panel.say(payload.texts.no_basemap),
    );
    if (!this.stage.open()) {
      this.#withoutFigures("no-webgl", payload.texts.no_webgl);
      return;
    }
    loadDeck(payload).then(
      (deck) => this.destroyed || this.#open(deck),
      () => this.#withoutFigures("blocked", payload.texts.blocked),
    );
  }

  /** @param {string} state @param {string} message */
  #withoutFigures(state, message) {
    this.root.dataset.ptmState = state;
    this.panel.say(message);
    this.panel.showSteps(true);
  }

  /** @param {any} deck */
  #open(deck) {
    const { t, time } = /** @type {Payload} */ (this.payload);
    this.stage.attach(deck);
    if (!t && !this.still.matches && time.moments.length && !this.played) this.#play();
  }

  #framed() {
    this.frames += 1;
    this.root.dataset.ptmFrame = String(this.frames);
    this.#drawn();
  }

  /** Tells tests that the first whole picture is there. */
  #drawn() {
    if (this.hasBasemap && this.frames) this.root.dataset.ptmReady = "true";
  }

  /**
   * Draws the figures anew when the browser has taken their surface away and given it back.
   * @param {HTMLCanvasElement} canvas
   */
  #watch(canvas) {
    const { texts } = /** @type {Payload} */ (this.payload);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      if (canvas.isConnected) this.#withoutFigures("lost", texts.lost);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      const { lib } = this.stage;
      this.stage.detach();
      this.stage.open();
      delete this.root.dataset.ptmState;
      this.panel.say("");
      this.panel.showSteps(false);
      this.#open(lib);
    });
  }

  /** @param {Payload} before */
  #changed(before) {
    const payload = /** @type {Payload} */ (this.payload);
    this.stage?.setScene(payload);
    this.root.dataset.ptmSelection = payload.selection;
    this.reported.t = payload.t;
    const restart = this.playing || (before.t === null && payload.t === null && !this.still.matches);
    if (payload.t) this.#goTo(endOf(payload.time.epoch, payload.t));
    else this.#goTo(restart ? 0 : payload.time.end);
    this.#setPlaying(restart && payload.time.moments.length > 0);
    if (!this.touched || !payload.at) this.#frame(true);
    this.#label();
  }

  /**
   * Another day or view of the same selection was asked for, unless it is what the player itself has reported.
   * @param {Payload} payload
   */
  #moved(payload) {
    if (payload.t !== this.reported.t) {
      this.reported.t = payload.t;
      if (payload.t && !this.playing) this.#goTo(endOf(payload.time.epoch, payload.t));
    }
    const at = String(payload.at ?? "");
    if (at !== this.reported.at) {
      this.reported.at = at;
      this.#frame(true);
    }
  }

  /** Shows the view that is asked for, else the whole selection. @param {boolean} animate */
  #frame(animate) {
    const { at, view } = /** @type {Payload} */ (this.payload);
    if (!this.stage) return;
    const glide = animate && !this.still.matches;
    if (at) this.stage.goTo({ latitude: at[0], longitude: at[1], zoom: at[2] }, glide);
    else this.stage.fit(view.bounds, this.#padding(), glide);
  }

  /**
   * @returns {{top: number, bottom: number, left: number, right: number}} pixels that panels take from the map
   */
  #padding() {
    const { clientWidth: width, clientHeight: height } = this.panel.stage;
    const side = (/** @type {HTMLElement} */ box) => (box.hidden ? 0 : box.offsetWidth + 24);
    const wide = width > NARROW_PX;
    return {
      top: Math.min(wide ? 44 : 110, height / 4),
      bottom: Math.min(wide ? 44 : 64, height / 4),
      left: wide ? Math.min(side(this.panel.legend), width / 3) : 36,
      right: wide ? Math.min(side(this.panel.counters), width / 3) : 36,
    };
  }

  /** @param {{colors: Payload["colors"]}} payload */
  #theme(payload) {
    const background = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    const preferred = matchMedia("(prefers-color-scheme: dark)").matches;
    const key = JSON.stringify([background, preferred, payload.colors]);
    if (key === this.themeKey) return;
    this.themeKey = key;
    const dark = background ? brightnessOf(background) < 0.4 : preferred;
    this.colors = payload.colors[dark ? "dark" : "light"];
    this.root.dataset.ptmTheme = dark ? "dark" : "light";
    for (const [name, value] of Object.entries(this.colors)) this.root.style.setProperty(`--ptm-${name}`, value);
    this.stage?.setColors(this.colors);
    if (this.stage) this.#label();
  }

  // ---- time

  /** @param {number} time seconds */
  #goTo(time) {
    const payload = /** @type {Payload} */ (this.payload);
    this.time = Math.min(Math.max(time, 0), payload.time.end);
    this.stage?.setTime(this.time);
    this.panel.count(payload, this.time);
    const clockDay = dayAt(payload.time.epoch, this.time);
    if (clockDay !== this.clockDay) {
      this.clockDay = clockDay;
      const { day, note } = payload.time.moments.length
        ? reading(payload, this.time, this.format)
        : { day: "", note: "" };
      this.panel.day.textContent = day;
      this.panel.note.textContent = note;
      this.panel.scrubber.setAttribute("aria-valuetext", day);
    }
    if (!this.scrubbing) this.panel.scrubber.value = String(this.time);
    this.panel.scrubber.style.setProperty("--ptm-share", `${(100 * this.time) / payload.time.end}%`);
    const shown = Math.max(this.time * 1000 - 1, 0); // the midnight after a day still shows that day
    this.root.dataset.ptmTime = new Date(Date.parse(`${payload.time.epoch}T00:00:00Z`) + shown).toISOString();
    const phase = `${this.stage?.begun} ${this.stage?.filled}`; // labels follow lines and the colours under them
    if (phase !== this.phase) {
      this.phase = phase;
      if (this.stage) restyle(this.stage, this.labels);
    }
  }

  #play() {
    const payload = /** @type {Payload} */ (this.payload);
    if (this.time >= payload.time.end) this.#goTo(0);
    this.held = 0;
    this.#setPlaying(true);
  }

  /** @param {boolean} playing */
  #setPlaying(playing) {
    this.playing = playing;
    this.played ||= playing;
    this.root.dataset.ptmPlaying = String(playing);
    this.#controls();
    cancelAnimationFrame(this.request ?? 0);
    this.last = 0;
    if (playing) this.request = requestAnimationFrame((now) => this.#tick(now));
  }

  /** @param {number} now milliseconds */
  #tick(now) {
    if (!this.playing) return;
    const payload = /** @type {Payload} */ (this.payload);
    // A tab that was in the background goes on where it stood.
    let elapsed = this.last ? Math.min((now - this.last) / 1000, 1) : 0;
    this.last = now;
    const waits = Math.min(this.held, elapsed);
    this.held -= waits;
    elapsed -= waits;
    if (this.held <= 0) {
      if (this.time >= payload.time.end && !this.loops) {
        this.#setPlaying(false);
        this.#announce();
        return;
      }
      this.#goTo(this.time < payload.time.end ? this.#after(elapsed) : 0);
      if (this.time >= payload.time.end && this.loops) this.held = HOLD;
    }
    this.request = requestAnimationFrame((next) => this.#tick(next));
  }

  /** @param {number} elapsed seconds of play @returns {number} */
  #after(elapsed) {
    const [mode, rate] = this.panel.pace.value.split(":");
    if (this.still.matches) {
      this.held = STEP_SECONDS / Number(rate);
      return this.#neighbour(1);
    }
    if (mode === "days") return this.time + elapsed * Number(rate) * DAY;
    return /** @type {Pace} */ (this.pace).after(this.time, elapsed * Number(rate));
  }

  /** @param {1|-1} way @returns {number} the end of the moment after or before */
  #neighbour(way) {
    const { moments, end } = /** @type {Payload} */ (this.payload).time;
    const stops = [...new Set(moments.map((moment) => moment.end))].sort((a, b) => a - b);
    if (way > 0) return stops.find((stop) => stop > this.time) ?? end;
    return stops.reverse().find((stop) => stop < this.time) ?? 0;
  }

  /** Stops at a time and says so. @param {number} time */
  #stand(time) {
    this.#setPlaying(false);
    this.#goTo(time);
    this.#rest();
  }

  /** Tells the server and the listener where the clock stands. */
  #rest() {
    this.#announce();
    const day = dayAt(/** @type {Payload} */ (this.payload).time.epoch, this.time);
    if (day === this.reported.t) return;
    this.reported.t = day;
    this.report?.("t", day);
  }

  #announce() {
    this.panel.live.textContent = `${this.panel.day.textContent}, ${this.panel.note.textContent}`;
  }

  // ---- what the reader does

  #wire() {
    const { panel } = this;
    panel.play.onclick = () => {
      if (this.playing) this.#stand(this.time);
      else this.#play();
    };
    panel.previous.onclick = () => this.#stand(this.#neighbour(-1));
    panel.next.onclick = () => this.#stand(this.#neighbour(1));
    panel.loop.onclick = () => {
      this.loops = !this.loops;
      panel.loop.setAttribute("aria-pressed", String(this.loops));
    };
    panel.loop.setAttribute("aria-pressed", "false");
    panel.scrubber.oninput = () => {
      this.scrubbing = true;
      if (this.playing) this.#setPlaying(false);
      this.#goTo(Number(panel.scrubber.value));
    };
    panel.scrubber.onchange = () => {
      this.scrubbing = false;
      this.#rest();
    };
    panel.scrubber.onkeydown = (event) => {
      const days = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 7, PageDown: -7 }[event.key];
      if (!days) return; // Home and End are the browser's
      event.preventDefault();
      const whole = days > 0 ? Math.floor(this.time / DAY + 1e-9) : Math.ceil(this.time / DAY - 1e-9);
      this.#stand(Math.max(whole + days, 1) * DAY);
    };
    panel.ticks.onclick = (event) => {
      const end = /** @type {HTMLElement} */ (event.target).dataset.end;
      if (end) this.#stand(Number(end));
    };
    for (const numbers of [panel.counters, panel.stepsList]) {
      numbers.onclick = ({ target }) => {
        const figure = /** @type {HTMLElement} */ (target).dataset.ptmFigure;
        if (figure) this.#openFigure(figure);
      };
    }
    panel.stepsButton.onclick = () => panel.showSteps(panel.stepsButton.getAttribute("aria-expanded") !== "true");
    panel.legendButton.onclick = () => {
      panel.showLegend(panel.legendButton.getAttribute("aria-expanded") !== "true");
      this.#label();
    };
    panel.zoomIn.onclick = () => this.#zoom(1);
    panel.zoomOut.onclick = () => this.#zoom(-1);
    panel.whole.onclick = () => {
      this.touched = false;
      const payload = /** @type {Payload} */ (this.payload);
      this.stage?.fit(payload.view.bounds, this.#padding(), !this.still.matches);
      this.#reportView(null);
    };
    panel.picture.onclick = () => this.#savePicture();
    panel.full.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen());
    panel.full.hidden = !document.fullscreenEnabled;
    this.root.addEventListener("fullscreenchange", () => {
      const full = document.fullscreenElement === this.root;
      const { texts } = /** @type {Payload} */ (this.payload);
      face(panel.full, "full", full ? texts.leave_full_screen : texts.full_screen);
    });
    // The wheel scrolls the page; with Ctrl, or on the full screen, it zooms the map.
    panel.stage.addEventListener(
      "wheel",
      (event) => {
        if (event.ctrlKey || event.metaKey || document.fullscreenElement === this.root) return;
        event.stopPropagation();
        panel.hint.hidden = false;
        clearTimeout(this.hintTimer);
        this.hintTimer = setTimeout(() => (panel.hint.hidden = true), 1200);
      },
      { capture: true, passive: true },
    );
    this.sizes = new ResizeObserver(() => this.#resized());
    this.sizes.observe(panel.stage);
  }

  #resized() {
    if (!this.stage) return this.#start();
    this.stage.resize();
    if (!this.touched && !this.payload?.at) this.#frame(false);
    this.#label();
  }

  /**
   * Asks for the claims behind a number, as it is at the end of the day. What is shown of them lies over the page, so
   * the map waits beneath.
   * @param {string} figure
   */
  #openFigure(figure) {
    const { epoch } = /** @type {Payload} */ (this.payload).time;
    this.#stand(endOf(epoch, dayAt(epoch, this.time)));
    if (document.fullscreenElement) document.exitFullscreen();
    if (this.viewTimer) this.#sendView(); // a report that came later would run the page again, without them
    this.trigger?.("figure", figure);
  }

  /** @param {number} step */
  #zoom(step) {
    this.touched = true;
    this.stage?.zoomBy(step);
    this.#restView();
  }

  /** @param {boolean} byHand */
  #viewChanged(byHand) {
    this.panel.tip.hidden = true;
    this.#label();
    if (!byHand) return;
    this.touched = true;
    this.#restView();
  }

  #restView() {
    clearTimeout(this.viewTimer);
    this.viewTimer = setTimeout(() => {
      if (this.stage?.moving) this.#restView(); // a flight is still to land
      else this.#sendView();
    }, REST_MS);
  }

  #sendView() {
    const view = this.stage?.view;
    if (view) this.#reportView([round(view.latitude, 4), round(view.longitude, 4), round(view.zoom, 2)]);
  }

  /** @param {number[]|null} at */
  #reportView(at) {
    clearTimeout(this.viewTimer);
    this.viewTimer = undefined;
    if (String(at ?? "") === this.reported.at) return;
    this.reported.at = String(at ?? "");
    this.report?.("at", at);
  }

  #controls() {
    if (!this.payload) return;
    const { texts, time } = this.payload;
    face(this.panel.play, this.playing ? "pause" : "play", this.playing ? texts.pause : texts.play);
    const idle = !time.moments.length;
    for (const control of [this.panel.play, this.panel.previous, this.panel.next, this.panel.scrubber])
      control.disabled = idle;
  }

  /**
   * Filters by what was chosen on the map; the same once more takes that filter away.
   * @param {any} info what deck.gl found under the pointer
   */
  #pick(info) {
    const { transfer, place } = this.stage.found(info) ?? {};
    /** @type {{kind: string, id: string}|null} */
    let chosen = null;
    if (place) chosen = { kind: "place", id: place.id };
    else if (transfer) chosen = transfer.merged > 1 ? null : { kind: "transfer", id: transfer.id };
    else {
      const code = this.stage.countryAt(info.x, info.y);
      if (this.payload?.fills.touched.includes(code)) chosen = { kind: "country", id: code };
    }
    if (!chosen || !this.trigger) return;
    if (this.viewTimer) this.#sendView();
    this.trigger("pick", chosen);
  }

  async #savePicture() {
    const payload = /** @type {Payload} */ (this.payload);
    const blob = await picture(this.stage, this.panel, payload, this.colors);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `map_${dayAt(payload.time.epoch, this.time)}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** @param {any} info what deck.gl found under the pointer */
  #hover(info) {
    const { tip, stage } = this.panel;
    const { texts } = /** @type {Payload} */ (this.payload);
    const { x, y } = info;
    const { transfer, others, place } = this.stage.found(info) ?? {};
    const lines = transfer
      ? [
          transfer.date,
          transfer.text,
          ...(others ? [texts.more_here.replace("{count}", String(others))] : []),
          ...(transfer.differs ? [`≠ ${texts.differs}`] : []),
        ]
      : place
        ? [place.name]
        : null;
    tip.hidden = !lines;
    if (!lines) return;
    tip.replaceChildren(
      ...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line, dir: "auto" })),
    );
    tip.style.left = `${Math.min(x + 12, stage.clientWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(y + 14, stage.clientHeight - tip.offsetHeight - 8)}px`;
  }

  // ---- drawing

  #label() {
    if (!this.stage?.payload || this.labelRequest) return;
    this.labelRequest = requestAnimationFrame(() => {
      this.labelRequest = 0;
      if (!this.destroyed && this.stage)
        label(this.stage, this.labels, [this.panel.zoom, this.panel.counters, this.panel.legend]);
    });
  }

  destroy() {
    this.destroyed = true;
    this.#setPlaying(false);
    this.sizes?.disconnect();
    clearTimeout(this.viewTimer);
    clearTimeout(this.hintTimer);
    cancelAnimationFrame(this.labelRequest ?? 0);
    this.stage?.destroy();
    this.root.remove();
  }
}

/** @param {string} color as CSS writes it @returns {number} 0 for black, 1 for white */
function brightnessOf(color) {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  return brightness([red, green, blue, alpha]);
}

/** @param {number} value @param {number} digits */
const round = (value, digits) => Number(value.toFixed(digits));

/** @type {WeakMap<HTMLElement, Player>} */
const players = new WeakMap();

/**
 * Called by Streamlit when the component is mounted and at every change of its data or of the theme.
 *
 * @param {Component} component
 * @returns {() => void} cleans up; Streamlit also calls it for a call that another has overtaken
 */
export default function mount(component) {
  const parent = component.parentElement;
  let player = players.get(parent);
  if (!player || player.destroyed) {
    player = new Player(parent);
    players.set(parent, player);
  }
  const mounted = player;
  mounted.update(component);
  return () => {
    if (!parent.isConnected) mounted.destroy();
  };
}
