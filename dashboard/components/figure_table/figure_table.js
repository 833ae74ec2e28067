// @ts-check
/**
 * Draws a table or a sentence whose numbers and names are buttons, and reports which one was chosen. Every text goes in
 * as text, never as markup.
 */

/**
 * What `dashboard/components/cells.py` builds.
 *
 * @typedef {{kind: string, id: string}} Pick
 * @typedef {{text: string, figure?: string, title?: string, href?: string, pick?: Pick, picked?: boolean}} Choice
 * @typedef {string | Choice} Cell
 * @typedef {{kind: "table", caption: string, texts: number, header: string[], rows: Cell[][]}} Table
 * @typedef {{kind: "sentence", tag: string, class: string, parts: Cell[]}} Sentence
 * @typedef {{kind: "listener"}} Listener
 */
/**
 * @typedef {(name: string, value: unknown) => void} Report
 * @typedef {{data: Table|Sentence|Listener, parentElement: HTMLElement, setTriggerValue: Report}} Component
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
  const { text, figure, title, href, pick, picked } = /** @type {Choice} */ (
    typeof cell === "string" ? { text: cell } : cell
  );
  const zero = text === "0" ? "ptm-nought" : "";
  if (figure) {
    const look = `ptm-number ${zero}`.trim();
    const made = element("button", { type: "button", class: look, "data-ptm-figure": figure }, text);
    if (title) made.setAttribute("aria-label", title);
    return made;
  }
  if (pick) {
    const named = { "data-ptm-pick": pick.kind, "data-ptm-pick-id": pick.id, "aria-pressed": String(Boolean(picked)) };
    return element("button", { type: "button", class: "ptm-number ptm-pick", ...named }, text);
  }
  if (href) return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
  return zero ? element("span", { class: zero }, text) : text;
}

/** @param {Table} table @returns {HTMLElement} */
function drawnTable({ caption, texts, header, rows }) {
  /** @param {number} column @returns {Record<string, string>} */
  const look = (column) => (column < texts ? { class: "ptm-text", dir: "auto" } : {});
  const names = header.map((name, column) => element("th", { scope: "col", ...look(column) }, name));
  const body = rows.map(([first, ...rest]) =>
    element(
      "tr",
      [first, ...rest].some((cell) => typeof cell !== "string" && cell.picked) ? { class: "ptm-picked" } : {},
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
    /** @type {Report|undefined} */
    this.report = undefined;
    /** @type {HTMLElement|null} */
    this.root = null;
    /** @type {(() => void)|undefined} */
    this.forget = undefined;
  }

  /** @param {Component} component */
  update({ data, parentElement, setTriggerValue }) {
    this.report = setTriggerValue;
    if (data.kind === "listener") {
      if (!this.root) this.#listen(parentElement);
      return;
    }
    const drawing = JSON.stringify(data);
    if (drawing === this.drawing) return;
    this.drawing = drawing;
    const focused = this.root?.contains(document.activeElement) ? nameOf(document.activeElement) : undefined;
    // A table keeps its frame, and with it how far it was scrolled sideways.
    const shape = data.kind === "table" ? "div" : data.tag;
    if (this.root?.localName !== shape) this.#frame(parentElement, shape);
    const root = /** @type {HTMLElement} */ (this.root);
    root.className = data.kind === "table" ? "ptm-scroll" : data.class;
    if (data.kind === "table") root.replaceChildren(drawnTable(data));
    else root.replaceChildren(...data.parts.map(drawn));
    if (!focused) return;
    const again = [...root.querySelectorAll("button")].find((button) => nameOf(button) === focused);
    again?.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} parent @param {string} shape */
  #frame(parent, shape) {
    this.root?.remove();
    this.root = element(shape, shape === "div" ? { tabindex: "0" } : { dir: "auto" });
    this.root.onclick = (event) => this.#chosen(event);
    parent.append(this.root);
  }

  /** Hears what is picked in the lists beside it: they are drawn without scripts. @param {HTMLElement} parent */
  #listen(parent) {
    this.root = element("span", { hidden: "" });
    parent.append(this.root);
    const place = parent.closest("[data-testid=stVerticalBlock]") ?? document.body;
    const hears = (/** @type {Event} */ event) => {
      if (!(/** @type {Element} */ (event.target).closest(".ptm-table"))) this.#chosen(event);
    };
    place.addEventListener("click", hears);
    this.forget = () => place.removeEventListener("click", hears);
  }

  /** @param {Event} event */
  #chosen({ target }) {
    const button = /** @type {Element} */ (target).closest("button");
    const { ptmFigure, ptmPick, ptmPickId } = button?.dataset ?? {};
    if (ptmFigure) this.report?.("figure", ptmFigure);
    else if (ptmPick) this.report?.("pick", { kind: ptmPick, id: ptmPickId });
  }
}

/** @param {Element|null} inside @returns {string|undefined} what the button stands for that this is, or lies in */
function nameOf(inside) {
  const { ptmFigure, ptmPick, ptmPickId } = inside?.closest("button")?.dataset ?? {};
  return ptmFigure ?? (ptmPick && `${ptmPick} ${ptmPickId}`);
}

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
    place.forget?.();
    place.root?.remove();
    places.delete(parent);
  };
}
