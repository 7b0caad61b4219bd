import { InputError } from "../errors.ts";
import type { OodSum, SingleOodMethod } from "./detector.ts";
import { fitPart, fitRows, type MethodPart, type TrainingRows } from "./fit-part.ts";
import { type Given, hasOutputs } from "./reads.ts";
import { type HeldOutScores, meanAndSpread } from "./standardise.ts";
import type { OodFitOptions } from "./training.ts";

/** One neighbour per so many training rows, the ratio that the authors of the detector use from 50 000 rows up. */
const ROWS_PER_NEIGHBOUR = 1000;

/** Rows above which every neighbour more would only cost time. */
const MOST_NEIGHBOURS = 1000;

/**
 * The scores that `auto` adds up for what there is.
 *
 * Each is bounded above, by 0: none can speak for a row so much that the others are not heard, and any of them can speak
 * against it. Together they see what a classifier is unsure about (gen), what lies away from every training row (knn), and what
 * lies away from the classes in directions that hardly vary (mahalanobis). Logits alone give the energy in place of the last
 * two, which is not bounded but reads what gen does not: how large the logits are.
 *
 * @throws {InputError} `empty` where there is nothing to score by
 */
export function autoMethods(given: Given): SingleOodMethod[] {
  const outputs = hasOutputs(given);
  if (given.features !== undefined) {
    const byClass = outputs || given.labels !== undefined;
    return [...(outputs ? ["gen" as const] : []), "knn", ...(byClass ? ["mahalanobis" as const] : [])];
  }
  if (given.logits !== undefined) return ["gen", "energy"];
  if (given.probabilities !== undefined) return ["gen"];
  throw new InputError("empty", "training rows: expected logits, probabilities or features, got none of them");
}

/** The neighbour that `auto` and `outlier-exposure` read for so many training rows. */
export function autoNeighbour(rows: number): number {
  return Math.max(1, Math.min(MOST_NEIGHBOURS, Math.round(rows / ROWS_PER_NEIGHBOUR)));
}

/** The parts of a combination, each by its standard choices where none are given. */
export function fitParts(
  training: TrainingRows,
  methods: readonly SingleOodMethod[],
  options: OodFitOptions,
): MethodPart[] {
  const rows = fitRows(training);
  return methods.map((method) => fitPart(method, rows, options));
}

/** A combination and which of the parts are in it. */
export interface Scaled<Combination> {
  readonly combination: Combination;
  readonly parts: readonly MethodPart[];
  readonly notes: readonly string[];
}

/**
 * The sum of scores, each in units of its spread.
 *
 * @throws {InputError} `incompatible` where every score is the same for all rows
 */
export function sumOfScores(parts: readonly MethodPart[], held: HeldOutScores): Scaled<OodSum> {
  const scales = held.scores.map(meanAndSpread);
  const kept = parts.map((_, i) => i).filter((i) => scales[i].spread > 0);
  if (kept.length === 0)
    throw new InputError(
      "incompatible",
      `every score is the same for all ${held.rows} rows that set the scale: there is nothing to tell rows apart by`,
    );
  const constant = parts.filter((_, i) => !(scales[i].spread > 0)).map(({ method }) => method);
  return {
    combination: {
      kind: "sum",
      centres: kept.map((i) => scales[i].mean),
      spreads: kept.map((i) => scales[i].spread),
    },
    parts: kept.map((i) => parts[i]),
    notes: constant.map((method) => `${method} is the same for all rows that set the scale and was left out.`),
  };
}
