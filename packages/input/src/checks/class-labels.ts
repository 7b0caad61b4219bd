import { labelState } from "./binary-labels.ts";
import { isMissingText } from "./missing-text.ts";

const integer = /^[+-]?\d+(\.0*)?$/;

/**
 * Finds the class a label means: by its name, else by its name in other case, else by its index from 0. An index
 * counts only where the class names are not numbers themselves.
 */
export class ClassLabels {
  readonly classNames: readonly string[];
  readonly #exact: ReadonlyMap<string, number>;
  readonly #lower: ReadonlyMap<string, number>;
  readonly #byIndex: boolean;

  constructor(classNames: readonly string[]) {
    this.classNames = classNames;
    this.#exact = new Map(classNames.map((name, k) => [name, k]));
    const lower = new Map<string, number>();
    classNames.forEach((name, k) => {
      const key = name.toLowerCase();
      lower.set(key, lower.has(key) ? labelState.unknown : k);
    });
    this.#lower = lower;
    this.#byIndex = !classNames.some((name) => integer.test(name));
  }

  /** The class index, or a `labelState`. */
  classify(text: string): number {
    const label = text.trim();
    const named = this.#exact.get(text) ?? this.#exact.get(label) ?? this.#lower.get(label.toLowerCase());
    if (named !== undefined) return named;
    if (isMissingText(label)) return labelState.missing;
    const value = Number(label);
    if (!Number.isInteger(value)) return labelState.unknown;
    const numbered = this.#exact.get(String(value));
    if (numbered !== undefined) return numbered;
    return this.#byIndex && value >= 0 && value < this.classNames.length ? value : labelState.unknown;
  }

  /** The names are just 0, 1, …, so labels are indices. */
  get areIndices(): boolean {
    return this.classNames.every((name, k) => name === String(k));
  }
}
