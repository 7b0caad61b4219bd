/** Numbers that are added one by one, without one object each. */
export class GrowingColumn {
  #values = new Float64Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Float64Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  /** What was added; no further numbers may follow. */
  done(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
