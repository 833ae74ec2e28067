// @ts-check
/** The clock as it is read: day, note, scrubber, and what is said aloud. */

import { dayAt, reading } from "./clock.js";

/** @typedef {import("./payload.js").Payload} Payload */

export default class Dial {
  /** @param {import("./panel.js").default} panel */
  constructor(panel) {
    this.panel = panel;
    this.format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    this.day = ""; // that it shows; "" before the first
    this.held = false; // the reader's hand is on the scrubber
  }

  /** Reads anew even if it is the same day: the scene is another one. */
  reset() {
    this.day = "";
  }

  /** @param {Payload} payload @param {number} time seconds */
  show(payload, time) {
    const { panel } = this;
    const today = dayAt(payload.time.epoch, time);
    if (today !== this.day) {
      this.day = today;
      const { day, note } = payload.time.moments.length ? reading(payload, time, this.format) : { day: "", note: "" };
      panel.day.textContent = day;
      panel.note.textContent = note;
      panel.scrubber.setAttribute("aria-valuetext", day);
    }
    if (!this.held) panel.scrubber.value = String(time);
    panel.scrubber.style.setProperty("--ptm-share", `${(100 * time) / payload.time.end}%`);
  }

  /** Says aloud where the clock stands. */
  announce() {
    const { live, day, note } = this.panel;
    live.textContent = `${day.textContent}, ${note.textContent}`;
  }
}
