// @ts-check
/** The legend, which folds away. */

import { element } from "./elements.js";

/** @typedef {import("./payload.js").Payload} Payload */

const LONG = 6; // characters of a class's numbers beyond which they stand below each other

export default class Legend {
  constructor() {
    this.title = element("span", { class: "ptm-legend-name" });
    this.button = element(
      "button",
      { type: "button", class: "ptm-legend-button", "aria-expanded": "true" },
      this.title,
    );
    this.body = element("div", { class: "ptm-legend-body" });
    this.root = element("div", { class: "ptm-legend ptm-box" }, this.button, this.body);
  }

  /** @param {Payload} payload */
  write({ legend: { title, classes, items }, texts }) {
    this.title.textContent = texts.legend;
    const long = classes.some((label) => label.length > LONG);
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
    this.body.replaceChildren(
      element("div", { class: "ptm-legend-title" }, title),
      ...(classes.length ? [scale] : []),
      list,
    );
  }

  get isOpen() {
    return this.button.getAttribute("aria-expanded") === "true";
  }

  /** @param {boolean} open */
  show(open) {
    this.body.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }
}
