// @ts-check
/** What the player tells the server of where the reader stands: the day (`t`) and the view (`at`), each only when new. */

/** @typedef {import("./payload.js").Payload} Payload */
/** @typedef {(name: string, value: unknown) => void} Report */

const REST_MS = 600; // after this much quiet a view that the reader chose is reported

/** @param {number} value @param {number} digits */
const round = (value, digits) => Number(value.toFixed(digits));

export default class Reports {
  /** @param {() => import("./map.js").default|null} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Report|undefined} */
    this.send = undefined; // none in a standalone page
    /** @type {string|null} */
    this.day = null; // that the server knows of
    this.view = "";
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
  }

  /** @param {Payload["t"]} day as the server sent it @returns {boolean} whether that is news */
  hearDay(day) {
    const isNews = day !== this.day;
    this.day = day;
    return isNews;
  }

  /** @param {Payload["at"]} at as the server sent it @returns {boolean} whether that is news */
  hearView(at) {
    const view = String(at ?? "");
    const isNews = view !== this.view;
    this.view = view;
    return isNews;
  }

  /** @param {string} day */
  tellDay(day) {
    if (this.hearDay(day)) this.send?.("t", day);
  }

  /** @param {[number, number, number]|null} at */
  tellView(at) {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.hearView(at)) this.send?.("at", at);
  }

  /** Reports the view once it has rested. */
  restView() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.stage()?.figures.flying) {
        this.restView(); // a flight is still to land
      } else this.#tellThisView();
    }, REST_MS);
  }

  /** Reports at once a view that has not rested yet: later the report would run the page again. */
  hurry() {
    if (this.timer) this.#tellThisView();
  }

  #tellThisView() {
    const view = this.stage()?.view;
    if (view) this.tellView([round(view.latitude, 4), round(view.longitude, 4), round(view.zoom, 2)]);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
