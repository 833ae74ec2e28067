// @ts-check
/** Labels: plain elements over the map that give way to each other, to the panels and to the lines. */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box pixels of the stage */
/**
 * @typedef {Object} Wish           where a label would like to be
 * @property {string} id
 * @property {"count"|"place"|"country"} kind
 * @property {string} text
 * @property {string} [note]        a second, smaller line
 * @property {string} [color]
 * @property {boolean} [faint]
 * @property {boolean} [small]      without a box, and only where there is room
 * @property {boolean} [open]       a mark that the number has no upper limit
 * @property {boolean} [differs]    a mark that the other map has another number
 * @property {(width: number, height: number) => [number, number][]} spots  left and top edges, best first
 * @property {boolean} [must]       shown even where it has to cover a line
 * @property {Grid} [shun]          points that it should keep away from
 */

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const CELL_PX = 32;

/** Points sorted into squares, so that those inside a box are found without looking at all. */
export class Grid {
  /** @param {[number, number][]} points */
  constructor(points) {
    /** @type {Map<string, [number, number][]>} */
    this.cells = new Map();
    for (const point of points) {
      const key = `${Math.floor(point[0] / CELL_PX)} ${Math.floor(point[1] / CELL_PX)}`;
      const cell = this.cells.get(key);
      if (cell) cell.push(point);
      else this.cells.set(key, [point]);
    }
  }

  /** @param {Box} box @returns {number} */
  count({ left, top, right, bottom }) {
    let found = 0;
    for (let i = Math.floor(left / CELL_PX); i * CELL_PX < right; i++) {
      for (let j = Math.floor(top / CELL_PX); j * CELL_PX < bottom; j++) {
        for (const [x, y] of this.cells.get(`${i} ${j}`) ?? [])
          found += Number(x > left && x < right && y > top && y < bottom);
      }
    }
    return found;
  }
}

/** Labels of one stage. */
export default class Labels {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.parent = parent;
    /** @type {import("./payload.js").Transfer[]} */
    this.numbered = []; // whose numbers are shown
    /** @type {string[]} */
    this.named = []; // countries whose names are shown
    /** @type {Map<string, {element: HTMLElement, key: string, look: string, width: number, height: number}>} */
    this.known = new Map();
  }

  /** @param {Wish} wish */
  #element(wish) {
    const key = JSON.stringify([wish.kind, wish.text, wish.note, wish.open, wish.small, wish.differs]);
    let known = this.known.get(wish.id);
    if (!known || known.key !== key) {
      known?.element.remove();
      const element = document.createElement("div");
      element.className = `ptm-label ptm-label-${wish.kind}${wish.small ? " ptm-small" : ""}`;
      element.dir = "auto";
      element.classList.toggle("ptm-differs", Boolean(wish.differs));
      element.append(wish.differs ? `≠ ${wish.text}` : wish.text);
      if (wish.open) {
        const plus = document.createElement("sup");
        plus.textContent = "+";
        element.append(plus);
      }
      if (wish.note) {
        const note = document.createElement("small");
        note.textContent = wish.note;
        element.append(note);
      }
      this.parent.append(element);
      known = { element, key, look: "", width: element.offsetWidth, height: element.offsetHeight };
      this.known.set(wish.id, known);
    }
    return known;
  }

  /** @param {string} id @param {string} [color] @param {boolean} [faint] */
  style(id, color = "", faint = false) {
    const known = this.known.get(id);
    const look = `${color} ${faint}`;
    if (!known || known.look === look) return;
    known.look = look;
    known.element.style.setProperty("--ptm-label", color);
    known.element.classList.toggle("ptm-faint", faint);
  }

  /**
   * Places the labels, the most important first.
   *
   * @param {Wish[]} wishes  in order of importance
   * @param {{taken: Box[], crowds: Box[], points: [number, number][]}} map  what no label may cover; where people stand at
   *   times, and points of lines, which labels rather leave free
   * @param {{width: number, height: number}} size of the stage
   */
  place(wishes, { taken, crowds, points }, size) {
    const boxes = [...taken];
    const lines = new Grid(points);
    const seen = new Set();
    for (const wish of wishes) {
      const { element, width, height } = this.#element(wish);
      let best = null;
      let least = Infinity;
      for (const [rank, [left, top]] of wish.spots(width, height).entries()) {
        const box = { left: left - 2, top: top - 1, right: left + width + 2, bottom: top + height + 1 };
        if (box.left < 0 || box.top < 0 || box.right > size.width || box.bottom > size.height) continue;
        if (boxes.some((other) => overlap(box, other))) continue;
        const covered = wish.kind === "count" ? 0 : lines.count(box);
        const crowded = crowds.filter((other) => overlap(box, other)).length;
        if ((covered || crowded) && !wish.must && wish.kind === "country") continue;
        const near = wish.shun
          ? wish.shun.count({ left: box.left - 16, top: box.top - 16, right: box.right + 16, bottom: box.bottom + 16 })
          : 0;
        const cost = covered * 3 + crowded * 8 + near * 5 + rank;
        if (cost < least) [best, least] = [box, cost];
      }
      element.hidden = !best;
      seen.add(wish.id);
      if (!best) continue;
      boxes.push(best);
      element.style.transform = `translate(${Math.round(best.left + 2)}px, ${Math.round(best.top + 1)}px)`;
      this.style(wish.id, wish.color, wish.faint);
    }
    for (const [id, { element }] of this.known) {
      if (seen.has(id)) continue;
      element.remove();
      this.known.delete(id);
    }
  }
}
