import { expect } from "vitest";
import type { ConformalSets } from "../../../src/conformal/conformal-document.ts";
import type { Matrix } from "../../../src/matrix.ts";
import type { Random } from "../../../src/random/random.ts";
import type { MulticlassPredictions } from "../../../src/report/predictions.ts";
import { regularizedBeta } from "../../../src/special/regularized-beta.ts";

export const source: ConformalSets["source"] = {
  name: "simulated",
  rows: 0,
  skipped: [],
  columns: {},
  approximate: false,
  notes: [],
};

/** Choices of `simulate`. */
export interface Simulation {
  readonly classes?: number;
  /** Covariate in [0, 1] of a row; the larger, the more the model overrates itself. Default uniform. */
  readonly covariate?: (random: Random) => number;
  /** Probabilities are rounded to multiples of this, so that they tie. Default not. */
  readonly step?: number;
}

/** Rows of an overconfident model, with a column `half` of the covariate and, as weights, twice the covariate. */
export function simulate(rows: number, random: Random, simulation: Simulation = {}): MulticlassPredictions {
  const { classes = 4, covariate = (r) => r.uniform(), step } = simulation;
  const data = new Float64Array(rows * classes);
  const labels = new Int32Array(rows);
  const codes = new Int32Array(rows);
  const weights = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const x = covariate(random);
    codes[i] = x < 0.5 ? 0 : 1;
    weights[i] = 2 * x;
    const logits = Float64Array.from({ length: classes }, (_, k) => 1.5 * random.normal() - 0.3 * k);
    fillSoftmax(data, i * classes, logits, 1 + 2 * x, step);
    const truth = new Float64Array(classes);
    fillSoftmax(truth, 0, logits, 1, undefined);
    let left = random.uniform();
    let label = 0;
    while (label < classes - 1 && left >= truth[label]) left -= truth[label++];
    labels[i] = label;
  }
  return {
    task: "multiclass",
    rows,
    probabilities: { data, rows, cols: classes },
    labels,
    weights,
    segments: [{ name: "half", codes, values: ["low", "high"] }],
    classNames: Array.from({ length: classes }, (_, k) => `class ${k}`),
  };
}

function fillSoftmax(out: Float64Array, start: number, logits: Float64Array, sharpness: number, step?: number): void {
  let total = 0;
  logits.forEach((logit, k) => {
    const mass = Math.exp(sharpness * logit);
    out[start + k] = mass;
    total += mass;
  });
  for (let k = start; k < start + logits.length; k++) {
    out[k] /= total;
    if (step !== undefined) out[k] = Math.max(step, Math.round(out[k] / step) * step);
  }
}

/** The same rows without weights. */
export function unweighted({ weights: _, ...data }: MulticlassPredictions): MulticlassPredictions {
  return data;
}

/** Rows from `from` on, up to `to`. */
export function rowsOf({ data, cols }: Matrix, from: number, to: number): Matrix {
  return { data: data.slice(from * cols, to * cols), rows: to - from, cols };
}

/** P(at most `successes` of n), each with probability p. */
export function binomialCdf(successes: number, n: number, p: number): number {
  return successes >= n ? 1 : 1 - regularizedBeta(p, successes + 1, n - successes);
}

/** Fails where so few, or so many, successes have a probability below 0.0005 on that side. */
export function expectShare(what: string, successes: number, n: number, least: number, most: number): void {
  const share = `${what}: ${successes} of ${n}, expected a share in [${least}, ${most}]`;
  expect(binomialCdf(successes, n, least), share).toBeGreaterThan(0.0005);
  if (most < 1) expect(successes === 0 ? 1 : 1 - binomialCdf(successes - 1, n, most), share).toBeGreaterThan(0.0005);
}
