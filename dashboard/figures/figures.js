// @ts-check
/**
 * Draws a table or a sentence whose numbers are buttons, and reports which one was chosen. Every text goes in as text,
 * never as markup.
 */

/**
 * What `dashboard/cells.py` builds.
 *
 * @typedef {string | {text: string, figure?: string, title?: string, href?: string}} Cell
 * @typedef {{kind: "table", caption: string, texts: number, header: string[], rows: Cell[][]}} Table
 * @typedef {{kind: "sentence", tag: string, class: string, parts: Cell[]}} Sentence
 */
/**
 * @typedef {(name: string, value: unknown) => void} Report
 * @typedef {{data: Table|Sentence, parentElement: HTMLElement, setTriggerValue: Report}} Component
 */

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node|string)[]} children
 * @returns {HTMLElement}
 */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {Cell} cell @returns {Node|string} */
function drawn(cell) {
  const { text, figure, title, href } = typeof cell === "string" ? { text: cell } : cell;
  const nought = text === "0" ? "ptm-nought" : "";
  if (figure) {
    const look = `ptm-number ${nought}`.trim();
    const made = element("button", { type: "button", class: look, "data-ptm-figure": figure }, text);
    if (title) made.setAttribute("aria-label", title);
    return made;
  }
  if (href) return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
  return nought ? element("span", { class: nought }, text) : text;
}

/** @param {Table} table @returns {HTMLElement} */
function drawnTable({ caption, texts, header, rows }) {
  /** @param {number} column @returns {Record<string, string>} */
  const look = (column) => (column < texts ? { class: "ptm-text", dir: "auto" } : {});
  const names = header.map((name, column) => element("th", { scope: "col", ...look(column) }, name));
  const body = rows.map(([first, ...rest]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", ...look(0) }, drawn(first)),
      ...rest.map((cell, column) => element("td", look(column + 1), drawn(cell))),
    ),
  );
  return element(
    "table",
    { class: "ptm-table" },
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...names)),
    element("tbody", {}, ...body),
  );
}

/** What stands in one place of the page. */
class Figures {
  constructor() {
    this.drawing = "";
    /** @type {HTMLElement|null} */
    this.root = null;
  }

  /** @param {Component} component */
  update({ data, parentElement, setTriggerValue }) {
    this.report = setTriggerValue;
    const drawing = JSON.stringify(data);
    if (drawing === this.drawing) return;
    this.drawing = drawing;
    const focused = this.root?.contains(document.activeElement) ? figureOf(document.activeElement) : undefined;
    // A table keeps its frame, and with it how far it was scrolled sideways.
    const shape = data.kind === "table" ? "div" : data.tag;
    if (this.root?.localName !== shape) this.#frame(parentElement, shape);
    const root = /** @type {HTMLElement} */ (this.root);
    root.className = data.kind === "table" ? "ptm-scroll" : data.class;
    if (data.kind === "table") root.replaceChildren(drawnTable(data));
    else root.replaceChildren(...data.parts.map(drawn));
    if (!focused) return;
    const again = [...root.querySelectorAll("button")].find((button) => figureOf(button) === focused);
    again?.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} parent @param {string} shape */
  #frame(parent, shape) {
    this.root?.remove();
    this.root = element(shape, shape === "div" ? { tabindex: "0" } : { dir: "auto" });
    this.root.onclick = ({ target }) => {
      const figure = figureOf(/** @type {Element} */ (target));
      if (figure) this.report?.("figure", figure);
    };
    parent.append(this.root);
  }
}

/** @param {Element|null} inside @returns {string|undefined} the figure whose button this is, or lies in */
const figureOf = (inside) => inside?.closest("[data-ptm-figure]")?.getAttribute("data-ptm-figure") ?? undefined;

/** @type {WeakMap<HTMLElement, Figures>} */
const places = new WeakMap();

/**
 * Called by Streamlit when the component is mounted and at every change of its data.
 *
 * @param {Component} component
 * @returns {() => void} cleans up; Streamlit also calls it for a call that another has overtaken
 */
export default function mount(component) {
  const parent = component.parentElement;
  const place = places.get(parent) ?? new Figures();
  places.set(parent, place);
  place.update(component);
  return () => {
    if (parent.isConnected) return;
    place.root?.remove();
    places.delete(parent);
  };
}
