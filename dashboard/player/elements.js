// @ts-check
/** Elements and icons. Every text goes in as text, never as markup. */

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

/** @param {keyof typeof ICONS} symbol @param {string} className @returns {HTMLButtonElement} */
export function button(symbol, className) {
  return element("button", { type: "button", class: `ptm-button ${className}` }, icon(symbol));
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
export function number(figure, text) {
  return element("button", { type: "button", class: "ptm-number", "data-ptm-figure": figure }, text);
}
