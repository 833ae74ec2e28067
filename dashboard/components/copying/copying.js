// @ts-check
/**
 * A button that copies a text to the clipboard and says so. Where the browser does not let it, the text stands selected
 * in a field, to be copied by hand.
 */

/**
 * What `dashboard/components/copying/__init__.py` builds.
 *
 * @typedef {{label: string, parts: (string | {path: string})[], shown: boolean, whyNot: string}} Copy
 * @typedef {{data: Copy, parentElement: HTMLElement}} Component
 */

const SAID_FOR = 6000; // milliseconds
const SAID = 90; // characters of the text that are repeated

/** @param {Copy["parts"]} parts @returns {string} */
const textOf = (parts) =>
  parts
    .map((part) => (typeof part === "string" ? part : new URL(part.path, location.origin + location.pathname).href))
    .join("");

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} properties
 * @returns {HTMLElementTagNameMap[Tag]}
 */
const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

/** One button with its field and its word. */
class Copying {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = made("div", { className: "ptm-copying" });
    this.button = made("button", { type: "button", className: "ptm-copy" });
    this.field = made("textarea", { readOnly: true, spellcheck: false });
    this.said = made("span", { className: "ptm-copied" });
    this.said.setAttribute("role", "status");
    this.text = "";
    this.whyNot = "";
    this.shown = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.button.onclick = () => this.#copy();
    this.root.append(this.button, this.said, this.field);
    parent.append(this.root);
  }

  /** @param {Copy} data */
  update({ label, parts, shown, whyNot }) {
    const text = textOf(parts);
    if (text !== this.text || whyNot !== this.whyNot) this.#say(whyNot, false);
    this.whyNot = whyNot;
    this.text = text;
    this.shown = shown;
    this.button.textContent = label;
    this.button.disabled = whyNot !== "";
    this.field.setAttribute("aria-label", label.replace(/^Copy\s+/, ""));
    this.field.value = text;
    this.field.rows = Math.min(12, text.split("\n").length);
    this.field.hidden = !shown;
    this.root.classList.toggle("ptm-shown", shown);
  }

  async #copy() {
    const { text } = this;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.field.hidden = false;
      this.field.focus();
      this.field.select();
      this.#say("This browser does not let the page copy. The text is selected: press Ctrl+C or ⌘C.", false);
      return;
    }
    this.field.hidden = !this.shown;
    const short = text.length > SAID ? `${text.slice(0, SAID)}…` : text;
    this.#say(this.shown ? "Copied" : `Copied: ${short}`, true);
  }

  /** @param {string} words @param {boolean} fades */
  #say(words, fades) {
    clearTimeout(this.timer);
    this.said.textContent = words;
    if (fades) this.timer = setTimeout(() => (this.said.textContent = ""), SAID_FOR);
  }

  remove() {
    clearTimeout(this.timer);
    this.root.remove();
  }
}

/** @type {WeakMap<HTMLElement, Copying>} */
const places = new WeakMap();

/**
 * Called by Streamlit when the component is mounted and at every change of its data.
 *
 * @param {Component} component
 * @returns {() => void} cleans up; Streamlit also calls it for a call that another has overtaken
 */
export default function mount({ data, parentElement }) {
  const place = places.get(parentElement) ?? new Copying(parentElement);
  places.set(parentElement, place);
  place.update(data);
  return () => {
    if (parentElement.isConnected) return;
    place.remove();
    places.delete(parentElement);
  };
}
