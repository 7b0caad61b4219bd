import type { Random } from "../../../src/random/random.ts";
import type { SegmentColumn } from "../../../src/report/predictions.ts";

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** How the log-odds of the truth follow from those of the score in one segment. */
export interface Line {
  readonly offset: number;
  readonly slope: number;
}

export interface SimulatedSegments {
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  readonly truth: Float64Array;
  readonly column: SegmentColumn;
}

/** Rows of segments of the given sizes, each with a line of its own. */
export function simulateSegments(
  sizes: readonly number[],
  line: (random: Random) => Line,
  random: Random,
): SimulatedSegments {
  const rows = sizes.reduce((total, size) => total + size, 0);
  const scores = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  const truth = new Float64Array(rows);
  const codes = new Int32Array(rows);
  let i = 0;
  sizes.forEach((size, s) => {
    const { offset, slope } = line(random);
    for (let k = 0; k < size; k++, i++) {
      const logit = -0.5 + 1.5 * random.normal();
      scores[i] = logistic(logit);
      truth[i] = logistic(offset + slope * logit);
      outcomes[i] = random.uniform() < truth[i] ? 1 : 0;
      codes[i] = s;
    }
  });
  return { scores, outcomes, truth, column: { name: "group", codes, values: sizes.map((_, s) => `g${s}`) } };
}

/** Expected log loss beyond that of the truth, nats. */
export function divergence(truth: number, probability: number): number {
  const q = Math.min(1 - 1e-6, Math.max(1e-6, probability));
  return truth * Math.log(truth / q) + (1 - truth) * Math.log((1 - truth) / (1 - q));
}

export function meanWithError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
