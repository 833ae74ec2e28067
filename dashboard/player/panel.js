// @ts-check
/** The elements around the map, and where each has its place. */

import Counters from "./counters.js";
import { button, element, name } from "./elements.js";
import Legend from "./legend.js";
import Steps from "./steps.js";

/** @typedef {import("./payload.js").Payload} Payload */

/** Everything but the map itself, built once a mount. */
export default class Panel {
  constructor() {
    this.caption = element("h3", { class: "ptm-caption", dir: "auto", hidden: "" });
    this.map = element("div", { class: "ptm-map" });
    this.labels = element("div", { class: "ptm-labels", "aria-hidden": "true" });
    this.zoomIn = button("plus", "ptm-zoom-in");
    this.zoomOut = button("minus", "ptm-zoom-out");
    this.whole = button("whole", "ptm-whole");
    this.zoom = element("div", { class: "ptm-zoom" }, this.zoomIn, this.zoomOut, this.whole);
    this.counters = new Counters();
    this.legend = new Legend();
    this.tip = element("div", { class: "ptm-tip", hidden: "" });
    this.message = element("div", { class: "ptm-message", role: "status", hidden: "" });
    this.hint = element("div", { class: "ptm-hint", "aria-hidden": "true", hidden: "" });
    this.stage = element(
      "div",
      { class: "ptm-stage" },
      this.map,
      this.labels,
      this.zoom,
      this.counters.root,
      this.legend.root,
      this.message,
      this.tip,
      this.hint,
    );

    this.play = button("play", "ptm-play");
    this.previous = button("previous", "ptm-previous");
    this.next = button("next", "ptm-next");
    this.day = element("div", { class: "ptm-day" });
    this.note = element("div", { class: "ptm-note" });
    this.scrubber = element("input", { type: "range", class: "ptm-scrubber", min: "0", step: "any" });
    this.ticks = element("div", { class: "ptm-ticks" });
    this.pace = element("select", { class: "ptm-pace" });
    this.loop = button("loop", "ptm-loop");
    this.stepsButton = element("button", {
      type: "button",
      class: "ptm-button ptm-steps-button",
      "aria-expanded": "false",
    });
    this.picture = button("picture", "ptm-picture");
    this.full = button("full", "ptm-full");
    this.bar = element(
      "div",
      { class: "ptm-bar", role: "group" },
      element("div", { class: "ptm-transport" }, this.play, this.previous, this.next),
      element("div", { class: "ptm-clock" }, this.day, this.note),
      element("div", { class: "ptm-track" }, this.ticks, this.scrubber),
      element("div", { class: "ptm-options" }, this.pace, this.loop, this.stepsButton, this.picture, this.full),
    );
    this.foot = element("div", { class: "ptm-foot" });
    this.steps = new Steps();
    this.live = element("div", { class: "ptm-unseen", "aria-live": "polite" });
    this.root = element(
      "div",
      { class: "ptm-root", role: "region" },
      this.caption,
      this.stage,
      this.bar,
      this.foot,
      this.steps.root,
      this.live,
    );
  }

  /** @param {Payload} payload Writes everything that depends on the data and not on the time. */
  write(payload) {
    const { texts } = payload;
    this.root.setAttribute("aria-label", [texts.map, texts.caption].filter(Boolean).join(": "));
    this.caption.textContent = texts.caption ?? "";
    this.caption.hidden = !texts.caption;
    this.bar.setAttribute("aria-label", texts.player);
    name(this.zoomIn, texts.zoom_in);
    name(this.zoomOut, texts.zoom_out);
    name(this.whole, texts.whole);
    name(this.previous, texts.previous);
    name(this.next, texts.next);
    name(this.loop, texts.loop);
    name(this.picture, texts.picture);
    name(this.full, texts.full_screen);
    this.scrubber.setAttribute("aria-label", texts.scrubber);
    this.pace.setAttribute("aria-label", texts.pace);
    this.pace.title = texts.pace;
    this.stepsButton.textContent = texts.steps;
    this.hint.textContent = texts.wheel;
    this.#paces(texts);
    this.#ticks(payload);
    this.legend.write(payload);
    this.counters.write(payload);
    this.steps.write(payload);
    this.showSteps(this.stepsAreOpen);
    this.foot.replaceChildren(
      [texts.merged, texts.schematic, texts.point_of_view, texts.attribution].filter(Boolean).join(" "),
    );
  }

  /** @param {Record<string, string>} texts */
  #paces(texts) {
    if (this.pace.options.length) return;
    const group = (/** @type {string} */ title, /** @type {[string, string][]} */ options) =>
      element("optgroup", { label: title }, ...options.map(([value, text]) => element("option", { value }, text)));
    this.pace.append(
      group(
        texts.skip,
        [
          ["skip:0.5", "½ ×"],
          ["skip:1", "1 ×"],
          ["skip:2", "2 ×"],
          ["skip:4", "4 ×"],
        ].map(([v, t]) => [v, `${texts.skip_short} ${t}`]),
      ),
      group(
        texts.calendar,
        [0.5, 1, 2, 5, 20].map((n) => [
          `days:${n}`,
          `${n === 0.5 ? "½" : n} ${n > 1 ? texts.days_a_second : texts.day_a_second}`,
        ]),
      ),
    );
    this.pace.value = "skip:1";
  }

  /** @param {Payload} payload */
  #ticks(payload) {
    const { end, moments } = payload.time;
    this.scrubber.max = String(end);
    this.ticks.replaceChildren(
      ...moments.map((moment) => {
        const named = [
          ...moment.events.map((i) => payload.events[i].title),
          ...(moment.events.length ? [] : moment.transfers.map((i) => payload.transfers[i].text)),
        ];
        const title = [moment.date, ...named].join("\n");
        const kind = moment.events.length ? "ptm-tick ptm-tick-event" : "ptm-tick";
        const tick = element("span", { class: kind, title, "data-end": String(moment.end) });
        // An instant is marked where its day ends: there its people have arrived, and there a step stops.
        tick.style.left = `${(100 * moment.end) / end}%`;
        return tick;
      }),
    );
  }

  /** @param {string} text empty to take the message away */
  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
  }

  get stepsAreOpen() {
    return this.stepsButton.getAttribute("aria-expanded") === "true";
  }

  /** @param {boolean} open */
  showSteps(open) {
    this.stepsButton.setAttribute("aria-expanded", String(open));
    this.steps.show(open);
  }

  /** @param {number} narrow  width up to which boxes lie over the map @returns {import("./view.js").Padding} that boxes take */
  padding(narrow) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const side = (/** @type {HTMLElement} */ box) => (box.hidden ? 0 : box.offsetWidth + 24);
    const wide = width > narrow;
    return {
      top: Math.min(wide ? 44 : 110, height / 4),
      bottom: Math.min(wide ? 44 : 64, height / 4),
      left: wide ? Math.min(side(this.legend.root), width / 3) : 36,
      right: wide ? Math.min(side(this.counters.root), width / 3) : 36,
    };
  }
}
