import { combineColumns } from "../../calibration/segments/combine-columns.ts";
import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import type { ConformalPart, ConformalSets } from "../conformal-document.ts";
import { type WeightedScores, weightedQuantileAt } from "../conformal-quantile.ts";
import { exactDecimal } from "../exact-decimal.ts";
import { findColumns } from "../find-columns.ts";
import { openThresholds } from "../weighted-thresholds.ts";
import type { PredictedSets } from "./predicted-sets.ts";
import { probabilityRows } from "./probability-rows.ts";
import { rowUniforms } from "./row-uniforms.ts";
import { type RowThresholds, setsWithin } from "./sets-within.ts";

/** Options of `predictSets`. */
export interface PredictSetsOptions {
  /** Columns of n codes; those that the groups of the document need are found by name. */
  readonly segments?: readonly SegmentColumn[];
  /** Weight of each row in the unit of the calibration weights, ≥ 0; needed where the document is weighted. */
  readonly testWeights?: Float64Array;
  /** Number of the first row in its stream, so that randomised sets do not depend on how a stream is cut. Default 0. */
  readonly firstRow?: number;
}

/** The part of each row where parts are groups: −1 for a group without calibration rows. */
function groupsOfRows(document: ConformalSets, segments: readonly SegmentColumn[], rows: number): Int32Array | null {
  if (document.condition.kind !== "groups") return null;
  const combined = combineColumns(findColumns(segments, document.condition.columns), rows);
  const places = new Map(document.parts.map(({ values }, g) => [JSON.stringify(values), g]));
  const partOf = Int32Array.from(combined.values, (values) => places.get(JSON.stringify(values)) ?? -1);
  return combined.codes.map((code) => partOf[code]);
}

/** The part of each class where parts are not groups. */
function partsOfClasses({ condition, classNames }: ConformalSets): Int32Array {
  if (condition.kind === "clusters") return Int32Array.from(condition.clusters);
  return Int32Array.from(classNames, (_, k) => (condition.kind === "class" ? k : 0));
}

/** The threshold of a part for a row, as far as its weight goes. */
function quantilesOf(parts: readonly ConformalPart[], level: number): (part: number, weight: number) => number {
  const exact = exactDecimal(level);
  const opened: (WeightedScores | null)[] = parts.map(({ weighted }) => (weighted ? openThresholds(weighted) : null));
  return (part, weight) => {
    const scores = opened[part];
    if (scores !== null) return weightedQuantileAt(scores, weight, exact);
    return parts[part].quantile ?? Infinity;
  };
}

function checkWeights(document: ConformalSets, weights: Float64Array | undefined, rows: number): void {
  if (!document.weighted) return;
  if (weights === undefined)
    throw new InputError("incompatible", "the sets were fitted with weights: each row needs its weight");
  if (weights.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${weights.length} weights`);
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0)
    throw new InputError("out-of-range", `weight ${weights[bad]} at row ${bad} is not a finite number >= 0`, bad);
}

function thresholdsOf(
  document: ConformalSets,
  rows: number,
  options: PredictSetsOptions,
): Float64Array | RowThresholds {
  const { parts, classNames, level, weighted } = document;
  const { segments = [], testWeights } = options;
  const groups = groupsOfRows(document, segments, rows);
  const quantile = quantilesOf(parts, level);
  const limits = new Float64Array(classNames.length);
  const classParts = partsOfClasses(document);
  const fill = (weight: number) => {
    const known = Float64Array.from(parts, (_, part) => quantile(part, weight));
    for (let k = 0; k < limits.length; k++) limits[k] = known[classParts[k]];
    return limits;
  };
  if (groups === null) {
    if (!weighted || testWeights === undefined) return fill(0);
    return { of: (row) => fill(testWeights[row]) };
  }
  return {
    of: (row) => {
      const part = groups[row];
      const weight = weighted && testWeights !== undefined ? testWeights[row] : 0;
      return limits.fill(part < 0 ? Infinity : quantile(part, weight));
    },
  };
}

/**
 * The prediction set of every row.
 *
 * @param document from `fitConformalSets` or `openConformal`
 * @param scores n × K logits or probabilities, or n × 1 probabilities of the positive class, as `document.scoreKind` says
 * @returns one set per row. A row of a group without calibration rows has all classes. Randomised sets follow from the seed
 * of the document and the number of the row (`firstRow` + its place): the same stream has the same sets however it is cut
 * @throws {InputError} `shape-mismatch`; `incompatible` where a column of groups or the weights are missing; `out-of-range`,
 * `not-finite`, `not-normalised` with the row
 */
export function predictSets(document: ConformalSets, scores: Matrix, options: PredictSetsOptions = {}): PredictedSets {
  const probabilities = probabilityRows(scores, document.scoreKind, document.classNames.length);
  checkWeights(document, options.testWeights, scores.rows);
  const { emptySets, randomised, seed, score } = document;
  const thresholds = thresholdsOf(document, scores.rows, options);
  const uniforms = randomised ? rowUniforms(seed, "prediction", options.firstRow ?? 0, scores.rows) : undefined;
  return setsWithin(probabilities, score, thresholds, uniforms === undefined ? { emptySets } : { emptySets, uniforms });
}
