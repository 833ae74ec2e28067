// @ts-check
/** The step list, which says in words what the map shows: each event with its transfers. */

import { element, number } from "./elements.js";

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {import("./payload.js").Transfer} Transfer */

const MOST = 500; // transfers that the list names; the page's Movements list all

export default class Steps {
  constructor() {
    this.title = element("h3", { class: "ptm-steps-title" });
    this.list = element("ol", { class: "ptm-steps-list" });
    this.root = element("div", { class: "ptm-steps ptm-unseen" }, this.title, this.list);
  }

  /** @param {Payload} payload */
  write({ events, transfers, texts }) {
    this.title.textContent = texts.steps_title;
    const moved = events.map(() => /** @type {Transfer[]} */ ([]));
    for (const transfer of transfers.slice(0, MOST)) moved[transfer.event]?.push(transfer);
    const cut = transfers.length > MOST;
    const last = cut ? moved.findLastIndex((those) => those.length) + 1 : moved.length;
    this.list.replaceChildren(
      ...events
        .slice(0, last)
        .map((event, i) =>
          element(
            "li",
            { dir: "auto" },
            element("strong", {}, event.title),
            ` ${event.date} · `,
            number(event.id, event.count),
            ...(moved[i].length ? [element("ul", {}, ...moved[i].map((transfer) => stepOf(transfer, texts)))] : []),
          ),
        ),
      ...(cut ? [element("li", {}, texts.more_steps)] : []),
    );
    if (!events.length) this.list.replaceChildren(element("li", {}, texts.empty));
    for (const open of this.list.querySelectorAll("button")) {
      open.setAttribute("aria-label", `${open.textContent}: ${texts.show_claims}`);
    }
  }

  /** @param {boolean} open */
  show(open) {
    this.root.classList.toggle("ptm-unseen", !open);
    // Read aloud though unseen, but the keyboard does not lead to what cannot be seen.
    for (const inside of this.list.querySelectorAll("button")) inside.tabIndex = open ? 0 : -1;
  }
}

/** @param {Transfer} transfer @param {Record<string, string>} texts @returns {HTMLElement} */
function stepOf({ id, date, text, differs }, texts) {
  const [count] = text.split(": ", 1);
  const note = differs ? ` (≠ ${texts.differs})` : "";
  return element("li", { dir: "auto" }, `${date} · `, number(id, count), text.slice(count.length) + note);
}
