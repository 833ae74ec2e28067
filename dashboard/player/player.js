// @ts-check
/**
 * The player: shows a scene and animates it in the browser alone. While it plays nothing is sent to the server; a
 * pause, a step or the end of a scrub reports the day (`t`), a rested pan or zoom the view (`at`), a number that is
 * chosen its figure (`figure`).
 */

import { dayAt, endOf } from "./clock.js";
import control from "./controls.js";
import Dial from "./dial.js";
import { face } from "./elements.js";
import { loadBasemap, loadDeck } from "./files.js";
import Labels from "./labels.js";
import Stage from "./map.js";
import Panel from "./panel.js";
import { read } from "./payload.js";
import { savePicture } from "./picture.js";
import Playback from "./playback.js";
import Reports from "./reports.js";
import Theme from "./theme.js";
import showTip from "./tip.js";
import { label, restyle } from "./wishes.js";

/** @typedef {import("./payload.js").Scene} Scene */
/** @typedef {import("./figures.js").Pointed} Pointed */
/** @typedef {import("./reports.js").Report} Report */
/**
 * What Streamlit hands over; a standalone page has nobody to report to.
 *
 * @typedef {{data: Scene, parentElement: HTMLElement, setStateValue?: Report, setTriggerValue?: Report}} Component
 */

const NARROW_PX = 640;

/** One player on the page: hands the scene to its parts, and what happens in one of them to the others. */
class Player {
  /** @param {Component} component */
  constructor(component) {
    this.panel = new Panel();
    this.root = this.panel.root;
    component.parentElement.append(this.root);
    this.payload = read(component.data);
    this.labels = new Labels(this.panel.labels);
    this.theme = new Theme(this.root);
    this.dial = new Dial(this.panel);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.playback = new Playback(this.payload.time, this.still, {
      onTime: () => this.#showTime(),
      onPlaying: () => this.#showPlaying(),
      onEnd: () => this.dial.announce(),
      pace: () => this.panel.pace.value,
    });
    /** @type {Stage|null} */
    this.stage = null; // until the style sheet is there
    this.reports = new Reports(() => this.stage);
    /** @type {Report|undefined} */
    this.trigger = undefined;
    this.touched = false; // the reader has moved the map
    this.frames = 0;
    this.hasBasemap = false;
    this.destroyed = false;
    this.phase = ""; // of the map, that the labels have the colours of
    this.labelRequest = 0;
    this.release = this.#control();
    this.sizes = new ResizeObserver(() => this.#resized());
    this.sizes.observe(this.panel.stage);
    this.#connect(component);
    this.#write();
    this.#start();
  }

  /** @param {Component} component */
  update(component) {
    this.#connect(component);
    const { data } = component;
    const before = this.payload;
    if (data.id === before.id) return;
    const sameSelection = data.selection === before.selection;
    this.payload = sameSelection ? { ...before, id: data.id, t: data.t, at: data.at } : read(data);
    if (!sameSelection) {
      this.playback.setScene(this.payload.time);
      this.dial.reset();
      this.#write();
    }
    if (!this.stage) this.#start();
    else if (sameSelection) this.#moved();
    else this.#changed(this.stage, before.t === null);
  }

  /** @param {Component} component */
  #connect({ data, setStateValue, setTriggerValue }) {
    this.reports.send = setStateValue;
    this.trigger = setTriggerValue;
    if (!this.theme.update(data.colors) || !this.stage) return;
    this.stage.setColors(this.theme.colors);
    this.#label();
  }

  /** Writes what depends on the selection and not on the time. */
  #write() {
    const { transfers, events, texts } = this.payload;
    this.panel.write(this.payload);
    // In a standalone page numbers open nothing.
    if (!this.trigger) {
      for (const open of this.root.querySelectorAll(".ptm-number")) open.setAttribute("disabled", "");
    }
    this.panel.say(transfers.length || events.length ? "" : texts.empty);
    this.#showPlaying();
  }

  /** The first scene of a mount, as soon as the style sheet is there: without it the map has no size. */
  #start() {
    if (getComputedStyle(this.panel.map).position !== "absolute") return; // again when that changes
    const { payload, playback } = this;
    this.panel.legend.show(this.root.clientWidth > NARROW_PX);
    this.reports.hearDay(payload.t);
    this.reports.hearView(payload.at);
    if (payload.t) playback.goTo(endOf(payload.time.epoch, payload.t));
    else playback.goTo(this.still.matches ? payload.time.end : 0);
    const stage = new Stage(this.panel.map, payload, this.theme.colors, {
      onOpen: (canvas) => this.#watch(canvas),
      onView: (byHand) => this.#viewChanged(byHand),
      onFrame: () => this.#framed(),
      onHover: (pointed) => showTip(this.panel, stage, pointed),
      onClick: (pointed) => this.#pick(stage, pointed),
    });
    this.stage = stage;
    this.root.dataset.ptmSelection = payload.selection; // tells tests which one is drawn
    stage.setTime(playback.time);
    this.#frame(false);
    this.#label();
    loadBasemap(payload.urls).then(
      (basemap) => {
        stage.setBasemap(basemap);
        this.hasBasemap = true;
        this.#drawn();
        this.#label();
      },
      () => this.panel.say(payload.texts.no_basemap),
    );
    if (!stage.open()) {
      this.#withoutFigures("no-webgl", payload.texts.no_webgl);
      return;
    }
    loadDeck(payload.urls).then(
      (deck) => this.destroyed || this.#attach(stage, deck),
      () => this.#withoutFigures("blocked", payload.texts.blocked),
    );
  }

  /** @param {Stage} stage @param {import("./figures.js").Deck} deck */
  #attach(stage, deck) {
    stage.attach(deck);
    const { playback } = this;
    if (!this.payload.t && !this.still.matches && !playback.idle && !playback.played) playback.play();
  }

  /** @param {string} state @param {string} message */
  #withoutFigures(state, message) {
    this.root.dataset.ptmState = state;
    this.panel.say(message);
    this.panel.showSteps(true);
  }

  /**
   * Draws the figures anew when the browser has taken their surface away and given it back.
   * @param {HTMLCanvasElement} canvas
   */
  #watch(canvas) {
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      if (canvas.isConnected) this.#withoutFigures("lost", this.payload.texts.lost);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      const stage = /** @type {Stage} */ (this.stage);
      const { lib } = stage.figures;
      stage.figures.detach();
      stage.open();
      delete this.root.dataset.ptmState;
      this.panel.say("");
      this.panel.showSteps(false);
      this.#attach(stage, lib);
    });
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

  /** Another selection is shown. @param {Stage} stage @param {boolean} stoodNowhere  no day was asked for before */
  #changed(stage, stoodNowhere) {
    const { payload, playback } = this;
    stage.setScene(payload);
    this.root.dataset.ptmSelection = payload.selection;
    this.reports.hearDay(payload.t);
    const restart = playback.playing || (stoodNowhere && payload.t === null && !this.still.matches);
    if (payload.t) playback.goTo(endOf(payload.time.epoch, payload.t));
    else playback.goTo(restart ? 0 : payload.time.end);
    playback.setPlaying(restart && !playback.idle);
    if (!this.touched || !payload.at) this.#frame(true);
    this.#label();
  }

  /** Another day or view of the same selection is shown, unless it is what the player itself has reported. */
  #moved() {
    const { payload, playback } = this;
    if (this.reports.hearDay(payload.t) && payload.t && !playback.playing)
      playback.goTo(endOf(payload.time.epoch, payload.t));
    if (this.reports.hearView(payload.at)) this.#frame(true);
  }

  // ---- the view

  /** Shows the view that is asked for, else the whole selection. @param {boolean} animate */
  #frame(animate) {
    const { at } = this.payload;
    if (!at) this.#showAll(animate);
    else this.stage?.goTo({ latitude: at[0], longitude: at[1], zoom: at[2] }, animate && !this.still.matches);
  }

  /** @param {boolean} animate */
  #showAll(animate) {
    this.stage?.fit(this.payload.view.bounds, this.panel.padding(NARROW_PX), animate && !this.still.matches);
  }

  #resized() {
    if (!this.stage) return this.#start();
    this.stage.resize();
    if (!this.touched && !this.payload.at) this.#frame(false);
    this.#label();
  }

  /** @param {boolean} byHand */
  #viewChanged(byHand) {
    this.panel.tip.hidden = true;
    this.#label();
    if (!byHand) return;
    this.touched = true;
    this.reports.restView();
  }

  #label() {
    if (!this.stage || this.labelRequest) return;
    this.labelRequest = requestAnimationFrame(() => {
      this.labelRequest = 0;
      const { zoom, counters, legend } = this.panel;
      if (!this.destroyed && this.stage) label(this.stage, this.labels, [zoom, counters.root, legend.root]);
    });
  }

  // ---- time

  #showTime() {
    const { payload, stage } = this;
    const { time } = this.playback;
    stage?.setTime(time);
    this.panel.counters.count(payload, time);
    this.dial.show(payload, time);
    const shown = Math.max(time * 1000 - 1, 0); // the midnight after a day still shows that day
    this.root.dataset.ptmTime = new Date(Date.parse(`${payload.time.epoch}T00:00:00Z`) + shown).toISOString();
    if (!stage || stage.phase === this.phase) return;
    this.phase = stage.phase;
    restyle(stage, this.labels); // labels follow lines and the colours under them
  }

  #showPlaying() {
    const { playing, idle } = this.playback;
    const { texts } = this.payload;
    const { play, previous, next, scrubber } = this.panel;
    this.root.dataset.ptmPlaying = String(playing);
    face(play, playing ? "pause" : "play", playing ? texts.pause : texts.play);
    for (const control of [play, previous, next, scrubber]) control.disabled = idle;
  }

  /** Stops at a time and says so. @param {number} time */
  #stand(time) {
    this.playback.setPlaying(false);
    this.playback.goTo(time);
    this.#rest();
  }

  /** Tells the server and the listener where the clock stands. */
  #rest() {
    this.dial.announce();
    this.reports.tellDay(dayAt(this.payload.time.epoch, this.playback.time));
  }

  // ---- what the reader does

  /** @returns {() => void} cleans up */
  #control() {
    const { playback, dial } = this;
    return control(this.panel, {
      toggle: () => (playback.playing ? this.#stand(playback.time) : playback.play()),
      step: (way) => this.#stand(playback.neighbour(way)),
      byDays: (days) => this.#stand(playback.daysFrom(days)),
      stand: (time) => this.#stand(time),
      scrub: (time) => {
        dial.held = true;
        if (playback.playing) playback.setPlaying(false);
        playback.goTo(time);
      },
      scrubbed: () => {
        dial.held = false;
        this.#rest();
      },
      loop: () => {
        playback.loops = !playback.loops;
        return playback.loops;
      },
      open: (figure) => this.#openFigure(figure),
      zoom: (step) => {
        this.touched = true;
        this.stage?.zoomBy(step);
        this.reports.restView();
      },
      showAll: () => {
        this.touched = false;
        this.#showAll(true);
        this.reports.tellView(null);
      },
      savePicture: () => this.#savePicture(),
      covered: () => this.#label(),
      texts: () => this.payload.texts,
    });
  }

  /**
   * Asks for the claims behind a number, as it is at the end of the day. What is shown of them lies over the page, so
   * the map waits beneath.
   * @param {string} figure
   */
  #openFigure(figure) {
    const { epoch } = this.payload.time;
    this.#stand(endOf(epoch, dayAt(epoch, this.playback.time)));
    if (document.fullscreenElement) document.exitFullscreen();
    this.reports.hurry();
    this.trigger?.("figure", figure);
  }

  /**
   * Filters by what was chosen on the map; the same once more takes that filter away.
   * @param {Stage} stage
   * @param {Pointed} pointed
   */
  #pick(stage, pointed) {
    const { transfer, place } = stage.found(pointed) ?? {};
    /** @type {{kind: string, id: string}|null} */
    let chosen = null;
    if (place) chosen = { kind: "place", id: place.id };
    else if (transfer) chosen = transfer.merged > 1 ? null : { kind: "transfer", id: transfer.id };
    else {
      const code = stage.countryAt(pointed.x, pointed.y);
      if (this.payload.fills.touched.includes(code)) chosen = { kind: "country", id: code };
    }
    if (!chosen || !this.trigger) return;
    this.reports.hurry();
    this.trigger("pick", chosen);
  }

  #savePicture() {
    const { stage, panel, payload } = this;
    const day = dayAt(payload.time.epoch, this.playback.time);
    if (stage) savePicture(`map_${day}.png`, stage, panel, payload, this.theme.colors);
  }

  destroy() {
    this.destroyed = true;
    this.playback.setPlaying(false);
    this.sizes.disconnect();
    this.reports.stop();
    this.release();
    cancelAnimationFrame(this.labelRequest);
    this.stage?.destroy();
    this.root.remove();
  }
}

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
  const known = players.get(parent);
  const player = known && !known.destroyed ? known : new Player(component);
  if (player === known) player.update(component);
  else players.set(parent, player);
  return () => {
    if (!parent.isConnected) player.destroy();
  };
}
