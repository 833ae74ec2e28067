// @ts-check
/** The countries' colours as the clock has them. */

/** @typedef {import("./payload.js").Payload} Payload */

/**
 * @param {[number, ...unknown[]][]} steps  in order of time
 * @param {number} from
 * @param {number} time
 * @returns {number} how many of them have passed, where the first `from` have
 */
function passed(steps, from, time) {
  let count = from;
  while (count < steps.length && steps[count][0] <= time) count++;
  return count;
}

/** Classes, origins and differences by country code, brought to a time step by step. */
export default class Fills {
  /** @param {Payload["fills"]} fills */
  constructor({ steps, origins, differs }) {
    this.steps = steps;
    this.comparisons = differs;
    /** @type {Map<string, number>} */
    this.classes = new Map();
    /** @type {Map<string, number>} the higher class that an upper bound may reach */
    this.reach = new Map();
    this.origins = new Set(origins);
    /** @type {Set<string>} where the other map has other bounds */
    this.differs = new Set();
    this.colored = -1; // how many of the steps are in `classes` and `reach`
    this.compared = -1; // how many of the comparisons are in `differs`
  }

  /** @param {number} time seconds @returns {boolean} whether any country may look otherwise than before */
  goTo(time) {
    const { steps, comparisons, colored: before, compared: comparedBefore } = this;
    const goesOn = before >= 0 && (before === 0 || steps[before - 1][0] <= time);
    if (!goesOn) {
      this.classes.clear();
      this.reach.clear();
    }
    const start = goesOn ? before : 0;
    this.colored = passed(steps, start, time);
    for (const [, code, level, reach] of steps.slice(start, this.colored)) {
      this.classes.set(code, level);
      if (reach) this.reach.set(code, reach);
      else this.reach.delete(code);
    }
    this.compared = passed(comparisons, 0, time);
    if (this.compared !== comparedBefore) {
      this.differs.clear();
      for (const [, code, differ] of comparisons.slice(0, this.compared)) {
        if (differ) this.differs.add(code);
        else this.differs.delete(code);
      }
    }
    return !goesOn || this.colored !== before || this.compared !== comparedBefore;
  }
}
