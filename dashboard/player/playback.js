// @ts-check
/** Where the clock stands, and what moves it on while it plays. */

import { DAY, Pace } from "./clock.js";

/** @typedef {import("./payload.js").Payload} Payload */
/**
 * @typedef {Object} Hooks
 * @property {() => void} onTime     the clock stands elsewhere
 * @property {() => void} onPlaying  it has begun to play, or stopped
 * @property {() => void} onEnd      it has stopped at the end
 * @property {() => string} pace     that the reader chose: "skip:2", "days:0.5"
 */

const HOLD = 1.6; // seconds that the end is shown before it begins again
const STEP_SECONDS = 1.8; // between steps where motion is unwelcome

export default class Playback {
  /** @param {Payload["time"]} scene @param {MediaQueryList} still  whether motion is unwelcome @param {Hooks} hooks */
  constructor(scene, still, hooks) {
    this.scene = scene;
    this.pace = new Pace(scene);
    this.still = still;
    this.hooks = hooks;
    this.time = 0; // seconds
    this.playing = false;
    this.played = false; // it has begun to play by itself, or was asked to
    this.loops = false;
    this.held = 0; // seconds of play to wait before moving on
    this.last = 0; // milliseconds at the frame before; 0: none
    this.request = 0;
  }

  /** @param {Payload["time"]} scene */
  setScene(scene) {
    this.scene = scene;
    this.pace = new Pace(scene);
  }

  /** @returns {boolean} whether nothing ever happens */
  get idle() {
    return !this.scene.moments.length;
  }

  /** @param {number} time seconds */
  goTo(time) {
    this.time = Math.min(Math.max(time, 0), this.scene.end);
    this.hooks.onTime();
  }

  play() {
    if (this.time >= this.scene.end) this.goTo(0);
    this.held = 0;
    this.setPlaying(true);
  }

  /** @param {boolean} playing */
  setPlaying(playing) {
    this.playing = playing;
    this.played ||= playing;
    this.hooks.onPlaying();
    cancelAnimationFrame(this.request);
    this.last = 0;
    if (playing) this.request = requestAnimationFrame((now) => this.#tick(now));
  }

  /** @param {1|-1} way @returns {number} the end of the moment after or before */
  neighbour(way) {
    const { moments, end } = this.scene;
    const stops = [...new Set(moments.map((moment) => moment.end))].sort((a, b) => a - b);
    if (way > 0) return stops.find((stop) => stop > this.time) ?? end;
    return stops.reverse().find((stop) => stop < this.time) ?? 0;
  }

  /** @param {number} days @returns {number} the end of the day that lies so many from here */
  daysFrom(days) {
    const here = days > 0 ? Math.floor(this.time / DAY + 1e-9) : Math.ceil(this.time / DAY - 1e-9);
    return Math.max(here + days, 1) * DAY;
  }

  /** @param {number} now milliseconds */
  #tick(now) {
    if (!this.playing) return;
    const { end } = this.scene;
    // A tab that was in the background goes on where it stood.
    let elapsed = this.last ? Math.min((now - this.last) / 1000, 1) : 0;
    this.last = now;
    const waits = Math.min(this.held, elapsed);
    this.held -= waits;
    elapsed -= waits;
    if (this.held <= 0) {
      if (this.time >= end && !this.loops) {
        this.setPlaying(false);
        this.hooks.onEnd();
        return;
      }
      this.goTo(this.time < end ? this.#after(elapsed) : 0);
      if (this.time >= end && this.loops) this.held = HOLD;
    }
    this.request = requestAnimationFrame((next) => this.#tick(next));
  }

  /** @param {number} elapsed seconds of play @returns {number} */
  #after(elapsed) {
    const [mode, rate] = this.hooks.pace().split(":");
    if (this.still.matches) {
      this.held = STEP_SECONDS / Number(rate);
      return this.neighbour(1);
    }
    if (mode === "days") return this.time + elapsed * Number(rate) * DAY;
    return this.pace.after(this.time, elapsed * Number(rate));
  }
}
