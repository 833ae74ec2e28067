// @ts-check
/** Which of the payload's two sets of colours fits the page around the player. */

import { brightness } from "./colors.js";

/** @typedef {import("./payload.js").Payload} Payload */

const DARK = 0.4; // brightness of the page's background below which it is a dark one

export default class Theme {
  /** @param {HTMLElement} root that carries the colours to the style sheet */
  constructor(root) {
    this.root = root;
    this.key = "";
    /** @type {Record<string, string>} */
    this.colors = {};
  }

  /** @param {Payload["colors"]} sets @returns {boolean} whether the colours are others than before */
  update(sets) {
    const background = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    const preferred = matchMedia("(prefers-color-scheme: dark)").matches;
    const key = JSON.stringify([background, preferred, sets]);
    if (key === this.key) return false;
    this.key = key;
    const theme = (background ? brightnessOf(background) < DARK : preferred) ? "dark" : "light";
    this.colors = sets[theme];
    this.root.dataset.ptmTheme = theme;
    for (const [name, value] of Object.entries(this.colors)) this.root.style.setProperty(`--ptm-${name}`, value);
    return true;
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
