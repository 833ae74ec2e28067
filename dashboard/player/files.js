// @ts-check
/** What the player fetches from the page's own host, each once a page, whatever is mounted and unmounted. */

/** @typedef {import("./payload.js").Payload} Payload */

/** @type {Map<string, Promise<any>>} */
const loading = new Map();

/** @param {string} url @param {() => Promise<any>} load @returns {Promise<any>} */
function once(url, load) {
  let file = loading.get(url);
  if (!file) {
    file = load();
    file.catch(() => loading.delete(url)); // the next mount may try again
    loading.set(url, file);
  }
  return file;
}

/** @param {string} url @returns {Promise<any>} */
async function json(url) {
  if (url.startsWith("#")) return JSON.parse(document.getElementById(url.slice(1))?.textContent ?? ""); // in a standalone page
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

/** @param {Payload["urls"]} urls @returns {Promise<import("./ground.js").Basemap>} */
export function loadBasemap(urls) {
  const load = (/** @type {string} */ url) => once(url, () => json(url));
  return Promise.all([load(urls["basemap.geojson"]), load(urls["disputed.geojson"])]);
}

/** @param {Payload["urls"]} urls @returns {Promise<import("./figures.js").Deck>} from the bundle that pydeck carries */
export function loadDeck(urls) {
  const url = urls["pydeck.js"];
  const inPage = () => /** @type {any} */ (globalThis).deck;
  const isThere = () => Boolean(inPage()?.JSONConverter);
  return once(url, async () => {
    // The index page asks for the bundle first of all; until the page has loaded it may still come.
    if (!isThere() && document.readyState !== "complete" && document.querySelector(`script[src="${url}"]`)) {
      await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
    }
    if (!isThere()) {
      await new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = url;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`${url} could not be loaded`));
        document.head.append(script);
      });
    }
    if (!isThere()) throw new Error(`${url} holds no deck.gl`);
    return inPage();
  });
}
