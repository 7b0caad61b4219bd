import type { Cells } from "../../cells/cells.ts";
import { InputError } from "../../errors.ts";
import { applyBinaryMap } from "../apply-binary.ts";
import { fitBeta } from "../binary/beta.ts";
import { fitHistogramBinning } from "../binary/histogram-binning.ts";
import { fitIsotonic } from "../binary/isotonic.ts";
import { DEFAULT_CLIP } from "../binary/logistic-terms.ts";
import { fitPlatt } from "../binary/platt.ts";
import { fitQuadratic } from "../binary/quadratic.ts";
import { fitTemperature } from "../binary/temperature.ts";
import type { BinaryFeature, BinaryMap, LogisticMap } from "../binary-map.ts";
import type { CalibrationFit } from "../fit.ts";
import { type CellRows, cellRows } from "./cell-rows.ts";
import type { Column } from "./feature-ranges.ts";
import { isotonicDistance } from "./isotonic-bound.ts";
import { logisticDistance } from "./logistic-bound.ts";

/** Methods that can be fitted from cells with a bound on what that changes. */
export const cellMethods = [
  "platt",
  "platt-smoothed",
  "platt-score",
  "temperature",
  "beta-abm",
  "beta-am",
  "beta-ab",
  "quadratic",
  "isotonic",
  "isotonic-linear-bounded",
  "histogram-width",
] as const;

/** One of `cellMethods`. */
export type CellMethod = (typeof cellMethods)[number];

/** Options of `fitFromCells`. */
export interface CellFitOptions {
  /** Scores are taken into [clip, 1 - clip] before a logarithm, 0 < clip < 0.5. Default 1e-6. */
  readonly clip?: number;
  /** Bins of `histogram-width`; must divide the stretches of the grid (7200). Default 10. */
  readonly bins?: number;
}

/** How far a fit from cells may be from the fit that all rows would give. */
export interface CellFitError {
  /** Largest difference of a calibrated probability, in [0, 1]. */
  readonly probability: number;
  /** Mean difference of the calibrated probabilities of the rows. */
  readonly mean: number;
  /** What is compared, where, and what the bound rests on. */
  readonly description: string;
}

/** A fit with the error that fitting from cells may have caused. */
export interface CellFit {
  readonly fit: CalibrationFit<BinaryMap>;
  readonly errorBound: CellFitError;
}

/**
 * A calibrator fitted from cells instead of rows, with a proven bound on the difference.
 *
 * Each cell is one row per outcome at the mean score of that outcome. For the logistic methods the bound is a posteriori
 * (`logisticDistance`), for isotonic regression it comes from the max-min formula (`isotonicDistance`), and equal-width
 * bins that are made of whole cells are exact. Methods that need more than this are not offered: bins of equal mass, whose
 * edges would move, splines, and shrinkage whose strength is chosen from the rows.
 *
 * @param cells of pairs of a score in [0, 1] and a 0/1 outcome, see `addToCells`
 * @throws {InputError} what the method throws on rows; `empty` without weight; `unknown-option` for another method;
 *   `incompatible` for bins that do not divide the grid, and for smoothed targets and half rows with weights, which need to
 *   count rows
 */
export function fitFromCells(cells: Cells, method: CellMethod, options: CellFitOptions = {}): CellFit {
  const { clip = DEFAULT_CLIP, bins = 10 } = options;
  const rows = cellRows(cells);
  if (rows.scores.length === 0) throw new InputError("empty", "the cells hold no pair with weight");
  switch (method) {
    case "platt":
      return logistic(fitPlatt(rows.scores, rows.outcomes, { ...given(rows), clip }), ["one", "logit"], rows);
    case "platt-smoothed":
      return smoothedPlatt(rows, clip);
    case "platt-score":
      return logistic(
        fitPlatt(rows.scores, rows.outcomes, { ...given(rows), clip, input: "score" }),
        ["one", "score"],
        rows,
      );
    case "temperature":
      return logistic(fitTemperature(rows.scores, rows.outcomes, { ...given(rows), clip }), ["logit"], rows);
    case "quadratic":
      return logistic(
        fitQuadratic(rows.scores, rows.outcomes, { ...given(rows), clip }),
        ["one", "logit", "logit-squared"],
        rows,
      );
    case "beta-abm":
    case "beta-am":
    case "beta-ab":
      return beta(rows, method, clip);
    case "isotonic":
      return isotonic(rows, 0);
    case "isotonic-linear-bounded":
      refuseWeights(rows, "half rows");
      return isotonic(rows, 0.5);
    case "histogram-width":
      return histogram(rows, cells.grid.stretches, bins);
    default:
      throw new InputError("unknown-option", `method must be one of ${cellMethods.join(", ")}, got ${String(method)}`);
  }
}

function given({ weights, merged }: CellRows): Pick<CellRows, "weights" | "merged"> {
  return { weights, merged };
}

function logistic(
  fit: CalibrationFit<LogisticMap>,
  features: readonly BinaryFeature[],
  rows: CellRows,
  targets: readonly [number, number] = [0, 1],
): CellFit {
  const columns = features.map((feature) => ({ feature, shift: 0 }));
  const coefficients = Float64Array.from(features, (feature) => coefficientOf(fit.map, feature));
  return bounded(fit, columns, coefficients, rows, targets);
}

function bounded(
  fit: CalibrationFit<LogisticMap>,
  columns: readonly Column[],
  coefficients: Float64Array,
  rows: CellRows,
  targets: readonly [number, number],
): CellFit {
  const clip = columns.some(({ feature }) => feature !== "one" && feature !== "score") ? fit.map.clip : 0;
  const { largest, mean } = logisticDistance({ columns, coefficients, clip, targets }, rows);
  return {
    fit,
    errorBound: {
      probability: largest,
      mean,
      description:
        largest < 1
          ? `For any score the calibrated probability differs by at most ${largest.toPrecision(2)} from that of the same method fitted on all rows (${mean.toPrecision(2)} on average over the rows), up to rounding.`
          : "The cells are too coarse for these data: no bound on the difference from a fit on all rows could be proved.",
    },
  };
}

function coefficientOf(map: LogisticMap, feature: BinaryFeature): number {
  return map.terms.reduce((sum, term) => (term.feature === feature ? sum + term.coefficient : sum), 0);
}

function refuseWeights({ weights, merged: { counts, squaredWeights } }: CellRows, what: string): void {
  if (weights.some((weight, i) => weight !== counts[i] || squaredWeights[i] !== counts[i]))
    throw new InputError("incompatible", `${what} count rows, and these cells hold weighted rows`);
}

function smoothedPlatt(rows: CellRows, clip: number): CellFit {
  refuseWeights(rows, "smoothed targets");
  const { counts } = rows.merged;
  const totals = [0, 0];
  rows.outcomes.forEach((outcome, i) => {
    totals[outcome] += counts[i];
  });
  const fit = fitPlatt(rows.scores, rows.outcomes, { ...given(rows), clip, targets: "smoothed" });
  return logistic(fit, ["one", "logit"], rows, [1 / (totals[0] + 2), (totals[1] + 1) / (totals[1] + 2)]);
}

function beta(rows: CellRows, method: "beta-abm" | "beta-am" | "beta-ab", clip: number): CellFit {
  const variant = method === "beta-abm" ? "abm" : method === "beta-am" ? "am" : "ab";
  const fit = fitBeta(rows.scores, rows.outcomes, { ...given(rows), clip, variant });
  const a = coefficientOf(fit.map, "log");
  const b = coefficientOf(fit.map, "minus-log-complement");
  const c = coefficientOf(fit.map, "one");
  const one: Column = { feature: "one", shift: 0 };
  if (variant === "am") return bounded(fit, [{ feature: "logit", shift: 0 }, one], Float64Array.of(a, c), rows, [0, 1]);
  const shift = variant === "ab" ? Math.LN2 : 0;
  const columns: Column[] = [
    { feature: "log", shift },
    { feature: "minus-log-complement", shift: -shift },
  ];
  return variant === "ab"
    ? bounded(fit, columns, Float64Array.of(a, b), rows, [0, 1])
    : bounded(fit, [...columns, one], Float64Array.of(a, b, c), rows, [0, 1]);
}

/** @param half weight of the rows added at both ends: those of `bounded`, or 0 */
function isotonic(rows: CellRows, half: 0 | 0.5): CellFit {
  const { lower, upper, weights, outcomes } = rows;
  const slots = new Int32Array(weights.length);
  for (let i = 1; i < slots.length; i++)
    slots[i] = slots[i - 1] + (lower[i] === lower[i - 1] && upper[i] === upper[i - 1] ? 0 : 1);
  const cells = slots[slots.length - 1] + 1;
  const [scores, counts] = [new Float64Array(cells), new Float64Array(cells)];
  const masses = {
    negative: new Float64Array(cells),
    positive: new Float64Array(cells),
    isPoint: new Uint8Array(cells),
  };
  slots.forEach((slot, i) => {
    (outcomes[i] === 1 ? masses.positive : masses.negative)[slot] += weights[i];
    counts[slot] += rows.merged.counts[i];
    const mass = masses.negative[slot] + masses.positive[slot];
    scores[slot] =
      mass === weights[i] ? rows.scores[i] : scores[slot] + ((rows.scores[i] - scores[slot]) * weights[i]) / mass;
    masses.isPoint[slot] = counts[slot] === 1 || lower[i] === upper[i] ? 1 : 0;
  });
  masses.positive[0] += half;
  masses.negative[cells - 1] += half;
  const tied = Float64Array.from(slots, (slot) => scores[slot]);
  const fit = fitIsotonic(tied, outcomes, { ...given(rows), bounded: half > 0 });
  const distance = isotonicDistance(masses, applyBinaryMap(fit.map, scores));
  const { largest } = distance;
  const mean = Math.min(largest, distance.mean * (1 + (2 * half) / weights.reduce((sum, weight) => sum + weight, 0)));
  return {
    fit,
    errorBound: {
      probability: largest,
      mean,
      description: `At the scores of the rows the calibrated probability differs from that of isotonic regression on all rows by at most ${mean.toPrecision(2)} on average and ${largest.toPrecision(2)} anywhere; the largest differences can only be where the map jumps.`,
    },
  };
}

function histogram(rows: CellRows, stretches: number, bins: number): CellFit {
  if (!(Number.isInteger(bins) && bins >= 1 && stretches % bins === 0))
    throw new InputError("incompatible", `bins from cells must divide ${stretches}, got ${bins}`);
  const fit = fitHistogramBinning(rows.scores, rows.outcomes, { ...given(rows), binning: "width", bins });
  return {
    fit,
    errorBound: {
      probability: 0,
      mean: 0,
      description: "Every bin is made of whole cells: the map is that of all rows, up to rounding.",
    },
  };
}
