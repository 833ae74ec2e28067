// @ts-check
/** The elements around the map: controls, counters, legend, steps. Every text goes in as text, never as markup. */

/** @typedef {import("./payload.js").Payload} Payload */

const NOWHERE = new Set(["in_transit", "unreported", "before"]); // rows of the counters that are no place
const MOST_STEPS = 500; // transfers that the list of steps names; the page's Movements list all

const ICONS = {
  picture: "M4 5h16v14H4zM6 7v8.2l3.6-4 3.2 3.4 2.2-2 3 3V7z",
  play: "M8 5.5v13l11-6.5z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  previous: "M6 6h2.4v12H6zM18.5 6v12L9.5 12z",
  next: "M15.6 6H18v12h-2.4zM5.5 6v12l9-6z",
  loop: "M7 7h9.5V4.2L21 8.2l-4.5 4V9.4H9.2V13H7zM17 17H7.5v2.8L3 15.8l4.5-4v2.8h7.3V11H17z",
  full: "M4 4h6v2.2H6.2V10H4zM14 4h6v6h-2.2V6.2H14zM4 14h2.2v3.8H10V20H4zM17.8 14H20v6h-6v-2.2h3.8z",
  plus: "M10.9 5h2.2v5.9H19v2.2h-5.9V19h-2.2v-5.9H5v-2.2h5.9z",
  minus: "M5 10.9h14v2.2H5z",
  whole: "M12 4.5 20 11l-1.4 1.7-1.1-.9V19h-4v-4.5h-3V19h-4v-7.2l-1.1.9L4 11z",
};

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node|string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {keyof typeof ICONS} name @returns {SVGSVGElement} */
function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** @param {keyof typeof ICONS} name @param {string} className @returns {HTMLButtonElement} */
function button(name, className) {
  return element("button", { type: "button", class: `ptm-button ${className}` }, icon(name));
}

/** @param {HTMLButtonElement} target @param {string} text */
export function name(target, text) {
  target.setAttribute("aria-label", text);
  target.title = text;
}

/** @param {HTMLButtonElement} target @param {keyof typeof ICONS} symbol @param {string} text */
export function face(target, symbol, text) {
  target.replaceChildren(icon(symbol));
  name(target, text);
}

/** @param {string} figure id @param {string} text @returns {HTMLButtonElement} a number that opens */
function number(figure, text) {
  return element("button", { type: "button", class: "ptm-number", "data-ptm-figure": figure }, text);
}

/** Everything but the map itself, built once a mount. */
export class Panel {
  constructor() {
    this.caption = element("h3", { class: "ptm-caption", dir: "auto", hidden: "" });
    this.map = element("div", { class: "ptm-map" });
    this.labels = element("div", { class: "ptm-labels", "aria-hidden": "true" });
    this.zoomIn = button("plus", "ptm-zoom-in");
    this.zoomOut = button("minus", "ptm-zoom-out");
    this.whole = button("whole", "ptm-whole");
    this.zoom = element("div", { class: "ptm-zoom" }, this.zoomIn, this.zoomOut, this.whole);
    this.counters = element("div", { class: "ptm-counters ptm-box", tabindex: "0", role: "group" });
    this.legendTitle = element("span", { class: "ptm-legend-name" });
    this.legendButton = element(
      "button",
      { type: "button", class: "ptm-legend-button", "aria-expanded": "true" },
      this.legendTitle,
    );
    this.legendBody = element("div", { class: "ptm-legend-body" });
    this.legend = element("div", { class: "ptm-legend ptm-box" }, this.legendButton, this.legendBody);
    this.tip = element("div", { class: "ptm-tip", hidden: "" });
    this.message = element("div", { class: "ptm-message", role: "status", hidden: "" });
    this.hint = element("div", { class: "ptm-hint", "aria-hidden": "true", hidden: "" });
    this.stage = element(
      "div",
      { class: "ptm-stage" },
      this.map,
      this.labels,
      this.zoom,
      this.counters,
      this.legend,
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
    this.stepsTitle = element("h3", { class: "ptm-steps-title" });
    this.stepsList = element("ol", { class: "ptm-steps-list" });
    this.steps = element("div", { class: "ptm-steps ptm-unseen" }, this.stepsTitle, this.stepsList);
    /** @type {HTMLElement[]} */
    this.figures = []; // what the counters show
    /** @type {string[]} */
    this.said = []; // by the rows of the payload's counts that have passed
    /** @type {string[]} */
    this.told = []; // what each figure says, and whether the other map counts otherwise
    this.counted = 0;
    this.live = element("div", { class: "ptm-unseen", "aria-live": "polite" });
    this.root = element(
      "div",
      { class: "ptm-root", role: "region" },
      this.caption,
      this.stage,
      this.bar,
      this.foot,
      this.steps,
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
    this.stepsTitle.textContent = texts.steps_title;
    this.hint.textContent = texts.wheel;
    this.#paces(texts);
    this.#ticks(payload);
    this.#legend(payload);
    this.#counters(payload);
    this.#steps(payload);
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

  /** @param {Payload} payload */
  #legend(payload) {
    const { title, classes, items } = payload.legend;
    this.legendTitle.textContent = payload.texts.legend;
    // Long numbers stand below each other, or they would run into each other.
    const long = classes.some((label) => label.length > 6);
    const scale = element("div", { class: long ? "ptm-scale ptm-scale-long" : "ptm-scale" });
    classes.forEach((label, k) => {
      const swatch = element("i", { class: "ptm-swatch" });
      swatch.style.background = `var(--ptm-class${k + 1})`;
      scale.append(element("span", {}, swatch, label));
    });
    const list = element("ul", {});
    for (const { kind, label } of items) {
      list.append(element("li", {}, element("i", { class: `ptm-key ptm-key-${kind}` }), label));
    }
    this.legendBody.replaceChildren(
      element("div", { class: "ptm-legend-title" }, title),
      ...(classes.length ? [scale] : []),
      list,
    );
  }

  /** @param {Payload} payload */
  #counters(payload) {
    const { counters, texts } = payload;
    const body = element("tbody", {});
    this.figures = [];
    this.told = [];
    this.counted = 0;
    for (const { code, name, figure } of counters.rows) {
      const row = element("tr", { class: NOWHERE.has(code) ? "ptm-on-the-way" : "" });
      this.figures.push(number(figure, ""));
      row.append(element("th", { scope: "row", dir: "auto" }, name), element("td", {}, this.figures.at(-1)));
      body.append(row);
    }
    this.counters.replaceChildren(element("table", {}, element("caption", {}, texts.where), body));
    this.counters.setAttribute("aria-label", texts.where);
    this.counters.hidden = counters.rows.length < 2; // where nobody arrives, nobody is on the way
  }

  /** @param {Payload} payload @param {number} time */
  count(payload, time) {
    const { rows, differs = [] } = payload.counters;
    const { second, row: where, text: said } = payload.counts;
    if (this.counted && second[this.counted - 1] > time) this.counted = 0;
    if (!this.counted) this.said = this.figures.map(() => "0");
    const from = this.counted;
    while (this.counted < second.length && second[this.counted] <= time) {
      this.said[where[this.counted]] = said[this.counted];
      this.counted++;
    }
    if (from && from === this.counted && !differs.length) return;
    const texts = this.said;
    const unlike = this.figures.map(() => false);
    for (const [second, row, differ] of differs) {
      if (second > time) break;
      unlike[row] = differ;
    }
    texts.forEach((text, i) => {
      const told = `${text} ${unlike[i]}`;
      if (this.told[i] === told) return;
      this.told[i] = told;
      const figure = this.figures[i];
      const line = /** @type {HTMLElement} */ (figure.closest("tr"));
      figure.textContent = text;
      line.classList.toggle("ptm-none", text === "0");
      line.classList.toggle("ptm-differs", unlike[i]);
      const note = unlike[i] ? `, ${payload.texts.differs}` : "";
      figure.setAttribute("aria-label", `${text}, ${rows[i].name}${note}: ${payload.texts.show_claims}`);
    });
  }

  /** @param {Payload} payload */
  #steps(payload) {
    const moved = payload.events.map(() => /** @type {import("./payload.js").Transfer[]} */ ([]));
    for (const transfer of payload.transfers.slice(0, MOST_STEPS)) moved[transfer.event]?.push(transfer);
    const most = payload.transfers.length > MOST_STEPS ? moved.findLastIndex((legs) => legs.length) + 1 : moved.length;
    this.stepsList.replaceChildren(
      ...payload.events.slice(0, most).map((event, i) => {
        const legs = element(
          "ul",
          {},
          ...moved[i].map(({ id, date, text, differs }) => {
            const [count] = text.split(": ", 1);
            const note = differs ? ` (≠ ${payload.texts.differs})` : "";
            return element("li", { dir: "auto" }, `${date} · `, number(id, count), text.slice(count.length) + note);
          }),
        );
        return element(
          "li",
          { dir: "auto" },
          element("strong", {}, event.title),
          ` ${event.date} · `,
          number(event.id, event.count),
          ...(moved[i].length ? [legs] : []),
        );
      }),
      ...(payload.transfers.length > MOST_STEPS ? [element("li", {}, payload.texts.more_steps)] : []),
    );
    if (!payload.events.length) this.stepsList.replaceChildren(element("li", {}, payload.texts.empty));
    for (const open of this.stepsList.querySelectorAll("button")) {
      open.setAttribute("aria-label", `${open.textContent}: ${payload.texts.show_claims}`);
    }
    this.showSteps(this.stepsButton.getAttribute("aria-expanded") === "true");
  }

  /** @param {string} text empty to take the message away */
  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
  }

  /** @param {boolean} open */
  showSteps(open) {
    this.steps.classList.toggle("ptm-unseen", !open);
    this.stepsButton.setAttribute("aria-expanded", String(open));
    // Read aloud though unseen, but the keyboard does not lead to what cannot be seen.
    for (const inside of this.stepsList.querySelectorAll("button")) inside.tabIndex = open ? 0 : -1;
  }

  /** @param {boolean} open */
  showLegend(open) {
    this.legendBody.hidden = !open;
    this.legendButton.setAttribute("aria-expanded", String(open));
  }
}
