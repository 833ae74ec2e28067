// @ts-check
/** Starts the player of a standalone page: its tables are JSON where Streamlit's are Arrow. */

import mount from "../player/player.js";

/** @typedef {{columns: Record<string, unknown[]>, length: number}} Columns */

/** @param {string} id @returns {HTMLElement} */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {Columns} columns @returns {import("../player/payload.js").Table} */
const table = ({ columns, length }) => ({
  numRows: length,
  schema: { fields: Object.keys(columns).map((name) => ({ name })) },
  getChild: (name) => ({
    toArray: () => columns[name],
    [Symbol.iterator]: () => columns[name][Symbol.iterator](),
  }),
});

/** @type {{scene: import("../player/payload.js").Scene, tables: Record<string, Columns>}} */
const { scene, tables } = JSON.parse(part("scene").textContent ?? "");
const columns = Object.entries(tables).map(([name, one]) => [name, table(one)]);
mount({ data: { ...scene, ...Object.fromEntries(columns) }, parentElement: part("map") });
