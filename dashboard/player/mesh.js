// @ts-check
/** Areas as triangles in typed arrays, which deck.gl takes as they are: nothing is left for it to cut up. */

import { toDegrees } from "./geometry.js";

/** Grows while areas are added to it. */
export default class Mesh {
  constructor() {
    this.positions = new Float32Array(1 << 12); // longitude, latitude, …
    this.indices = new Uint32Array(1 << 12); // three a triangle
    this.vertices = 0;
    this.corners = 0; // of triangles
    /** @type {number[]} */
    this.starts = []; // first vertex of each owner
    /** @type {number[]} */
    this.owners = [];
  }

  /** @param {number} owner whose areas come next */
  begin(owner) {
    if (this.starts.at(-1) === this.vertices)
      this.owners.pop(); // the one before has none
    else this.starts.push(this.vertices);
    this.owners.push(owner);
  }

  /** @param {number} x world units @param {number} y */
  #vertex(x, y) {
    if (2 * this.vertices + 2 > this.positions.length) this.positions = grown(this.positions);
    const [longitude, latitude] = toDegrees(x, y);
    this.positions[2 * this.vertices] = longitude;
    this.positions[2 * this.vertices + 1] = latitude;
    return this.vertices++;
  }

  /** @param {number} a @param {number} b @param {number} c */
  #triangle(a, b, c) {
    if (this.corners + 3 > this.indices.length) this.indices = grown(this.indices);
    this.indices[this.corners++] = a;
    this.indices[this.corners++] = b;
    this.indices[this.corners++] = c;
  }

  /**
   * The next two edge points of a ribbon, left and right.
   * @param {number} leftX @param {number} leftY @param {number} rightX @param {number} rightY
   * @param {boolean} first of its ribbon
   */
  pair(leftX, leftY, rightX, rightY, first) {
    const left = this.#vertex(leftX, leftY);
    this.#vertex(rightX, rightY);
    if (first) return;
    this.#triangle(left - 2, left - 1, left);
    this.#triangle(left, left - 1, left + 1);
  }

  /** @param {import("./geometry.js").Point[]} corners of an area that its first corner sees whole, in world units */
  area(corners) {
    const first = this.vertices;
    corners.forEach(([x, y], i) => {
      this.#vertex(x, y);
      if (i > 1) this.#triangle(first, first + i - 1, first + i);
    });
  }

  /** @returns {Object} binary data of a SolidPolygonLayer */
  data() {
    if (this.starts.at(-1) === this.vertices) {
      this.starts.pop();
      this.owners.pop();
    }
    return {
      length: this.owners.length,
      startIndices: Uint32Array.from([...this.starts, this.vertices]),
      attributes: {
        getPolygon: { value: this.positions.slice(0, 2 * this.vertices), size: 2 },
        indices: { value: this.indices.slice(0, this.corners), size: 1 },
      },
    };
  }
}

/** @template {Float32Array|Uint32Array} T @param {T} array @returns {T} one twice as long */
function grown(array) {
  const larger = /** @type {T} */ (new /** @type {any} */ (array.constructor)(2 * array.length));
  larger.set(array);
  return larger;
}
