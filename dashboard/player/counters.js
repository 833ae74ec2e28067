// @ts-check
/** Where people are as the clock stands: a number for each country, for the way, and for those not reported. */

import { element, number } from "./elements.js";

/** @typedef {import("./payload.js").Payload} Payload */

const NOWHERE = new Set(["in_transit", "unreported", "before"]); // rows that are no place

export default class Counters {
  constructor() {
    this.root = element("div", { class: "ptm-counters ptm-box", tabindex: "0", role: "group" });
    /** @type {HTMLElement[]} */
    this.figures = [];
    /** @type {string[]} */
    this.texts = []; // of the payload's counts that have passed, by row
    /** @type {string[]} */
    this.shown = []; // what each figure shows, and whether the other map counts otherwise
    this.passed = 0;
  }

  /** @param {Payload} payload */
  write({ counters, texts }) {
    const body = element("tbody", {});
    this.figures = [];
    this.shown = [];
    this.passed = 0;
    for (const { code, name, figure } of counters.rows) {
      const row = element("tr", { class: NOWHERE.has(code) ? "ptm-on-the-way" : "" });
      const open = number(figure, "");
      this.figures.push(open);
      row.append(element("th", { scope: "row", dir: "auto" }, name), element("td", {}, open));
      body.append(row);
    }
    this.root.replaceChildren(element("table", {}, element("caption", {}, texts.where), body));
    this.root.setAttribute("aria-label", texts.where);
    this.root.hidden = counters.rows.length < 2; // where nobody arrives, nobody is on the way
  }

  /** @param {Payload} payload @param {number} time seconds */
  count({ counters, counts, texts }, time) {
    const { rows, differs } = counters;
    const { second, row, text } = counts;
    if (this.passed && second[this.passed - 1] > time) this.passed = 0;
    if (!this.passed) this.texts = this.figures.map(() => "0");
    const from = this.passed;
    while (this.passed < second.length && second[this.passed] <= time) {
      this.texts[row[this.passed]] = text[this.passed];
      this.passed++;
    }
    if (from && from === this.passed && !differs.length) return;
    const unlike = this.figures.map(() => false);
    for (const [second, row, differ] of differs) {
      if (second > time) break;
      unlike[row] = differ;
    }
    this.texts.forEach((text, i) => {
      const shown = `${text} ${unlike[i]}`;
      if (this.shown[i] === shown) return;
      this.shown[i] = shown;
      const figure = this.figures[i];
      const line = /** @type {HTMLElement} */ (figure.closest("tr"));
      figure.textContent = text;
      line.classList.toggle("ptm-none", text === "0");
      line.classList.toggle("ptm-differs", unlike[i]);
      const note = unlike[i] ? `, ${texts.differs}` : "";
      figure.setAttribute("aria-label", `${text}, ${rows[i].name}${note}: ${texts.show_claims}`);
    });
  }
}
