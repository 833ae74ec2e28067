// @ts-check
/* Starts the player of a page to keep: its tables are JSON where Streamlit's are Arrow. */
const parts = JSON.parse(document.getElementById("scene").textContent);
const table = ({ columns, length }) => ({
  numRows: length,
  schema: { fields: Object.keys(columns).map((name) => ({ name })) },
  getChild: (name) => ({
    toArray: () => columns[name],
    [Symbol.iterator]: () => columns[name][Symbol.iterator](),
  }),
});
for (const [name, columns] of Object.entries(parts.tables)) parts.scene[name] = table(columns);
modules["player.js"].mount({ data: parts.scene, parentElement: document.getElementById("map") });
