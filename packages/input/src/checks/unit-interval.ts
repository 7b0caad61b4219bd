/** How far beyond 0 or 1 a number may be to pass for a rounded probability. */
export const roundingSlack = 1e-6;

/** Counts what was moved to 0 or 1. */
export class Clipping {
  #count = 0;
  #largest = 0;

  /** The nearest probability, or `NaN` for a number that is farther away than rounding explains. */
  clip(value: number): number {
    if (value >= 0 && value <= 1) return value;
    const beyond = value < 0 ? -value : value - 1;
    if (!(beyond <= roundingSlack)) return Number.NaN;
    this.#count++;
    if (beyond > this.#largest) this.#largest = beyond;
    return value < 0 ? 0 : 1;
  }

  /** A sentence for the report, when anything was moved. */
  note(): string | undefined {
    if (this.#count === 0) return undefined;
    const values = this.#count === 1 ? "1 probability" : `${this.#count} probabilities`;
    return `${values} beyond [0, 1] by at most ${this.#largest.toPrecision(2)} (rounding) moved to 0 or 1`;
  }
}

/**
 * What numbers seem to be that were given as probabilities: a sentence for a hint, with their range.
 *
 * @param subject `the column` or `the columns`
 * @param remedy what to do when they are logits
 * @returns undefined when most of them are probabilities
 */
export function mistakenFor(values: Float64Array, subject: string, remedy: string): string | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let finite = 0;
  let outside = 0;
  for (const value of values) {
    if (value - value !== 0) continue;
    finite++;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value < -roundingSlack || value > 1 + roundingSlack) outside++;
  }
  if (outside * 5 <= finite) return undefined;
  const range = `${subject} run${subject.endsWith("s") ? "" : "s"} from ${Number(low.toPrecision(4))} to ${Number(high.toPrecision(4))}`;
  if (low < 0) return `${range}, which looks like logits: ${remedy}`;
  if (high > 2 && high <= 100) return `${range}, which looks like percentages: divide by 100`;
  return high > 2 ? `${range}, which looks like raw scores: turn them into probabilities first` : undefined;
}
