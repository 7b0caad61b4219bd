import type { CategoryColumn } from "../table.ts";
import { labelState } from "./binary-labels.ts";

/** Class per row from category codes; every different text is classified once. */
export class LabelCodes {
  #classes = new Int32Array(64);
  #known = 0;
  readonly #classify: (text: string) => number;

  constructor(classify: (text: string) => number) {
    this.#classify = classify;
  }

  /** Class indices, or `labelState`s. */
  classes({ codes, values }: CategoryColumn): Int32Array {
    if (values.length > this.#classes.length) {
      const larger = new Int32Array(Math.max(values.length, this.#classes.length * 2));
      larger.set(this.#classes);
      this.#classes = larger;
    }
    for (; this.#known < values.length; this.#known++)
      this.#classes[this.#known] = this.#classify(values[this.#known]!);
    const classes = this.#classes;
    const out = new Int32Array(codes.length);
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      out[i] = code < 0 ? labelState.missing : classes[code]!;
    }
    return out;
  }
}
