import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { createRandom } from "../../random/random.ts";
import { shuffle } from "../../random/shuffle.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import { sealConformal } from "../artefact/seal-conformal.ts";
import type { ConformalSets, SetScore } from "../conformal-document.ts";
import { coverageRange } from "../coverage-range.ts";
import { exactDecimal } from "../exact-decimal.ts";
import { conformalRank, fewestScores } from "../rank.ts";
import { setsDataHash } from "./data-hash.ts";
import { evaluateSets, withEvaluation } from "./evaluate-sets.ts";
import { type FittedParts, fitParts, type ScoredRows } from "./fit-parts.ts";
import { rowUniforms } from "./row-uniforms.ts";
import { setScores } from "./set-scores.ts";
import { probabilitiesOf, type SetsData, scoreKindOf, trueClasses } from "./sets-data.ts";
import { borrowedRows, type ConformalSetsOptions, isRandomised, scoreFromOptions } from "./sets-options.ts";
import { type SetsFacts, setsAssumptions, setsWarnings } from "./sets-sentences.ts";
import { tuneRaps } from "./tune-raps.ts";

/** Share of the rows on which the constants of a score are chosen. */
const TUNING_SHARE = 0.2;

/** Central probability of `coverageRange`. */
const RANGE = 0.9;

interface Rows {
  readonly probabilities: Matrix;
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
  readonly uniforms: Float64Array | undefined;
  readonly segments: readonly SegmentColumn[];
}

function pick(rows: Rows, chosen: Int32Array): Rows {
  const { data, cols } = rows.probabilities;
  const taken = new Float64Array(chosen.length * cols);
  for (let i = 0; i < chosen.length; i++) taken.set(data.subarray(chosen[i] * cols, (chosen[i] + 1) * cols), i * cols);
  const values = (from: Float64Array | undefined) => from && Float64Array.from(chosen, (i) => from[i]);
  return {
    probabilities: { data: taken, rows: chosen.length, cols },
    labels: Int32Array.from(chosen, (i) => rows.labels[i]),
    weights: values(rows.weights),
    uniforms: values(rows.uniforms),
    segments: rows.segments.map((column) => ({ ...column, codes: Int32Array.from(chosen, (i) => column.codes[i]) })),
  };
}

/** The score, and the rows that were not needed to choose it. */
function chooseScore(
  rows: Rows,
  options: ConformalSetsOptions,
): { score: SetScore; rest: Rows; readonly tuningRows: number } {
  const { level, penalty, seed = 0 } = options;
  const score = scoreFromOptions(options);
  if (penalty !== "auto") return { score, rest: rows, tuningRows: 0 };
  const tuningRows = Math.floor(TUNING_SHARE * rows.labels.length);
  const fewest = fewestScores(exactDecimal(level));
  if (tuningRows < fewest)
    throw new InputError(
      "too-few",
      `penalty auto needs ${Math.ceil(fewest / TUNING_SHARE)} rows at level ${level}, got ${rows.labels.length}`,
    );
  const order = shuffle(Int32Array.from(rows.labels.keys()), createRandom(seed));
  const tuning = pick(rows, order.slice(0, tuningRows));
  return {
    score: tuneRaps(tuning.probabilities, tuning.labels, level, tuning.uniforms),
    rest: pick(rows, order.slice(tuningRows).sort()),
    tuningRows,
  };
}

function checkData(data: SetsData, options: ConformalSetsOptions): void {
  if (data.rows === 0) throw new InputError("empty", "prediction sets need calibration rows, got none");
  conformalRank(0, options.level);
  const { emptySets = "keep", condition = "none" } = options;
  if (!["keep", "top-class"].includes(emptySets))
    throw new InputError("unknown-option", `emptySets must be keep or top-class, got ${emptySets}`);
  if (typeof condition === "string" && !["none", "class", "clusters"].includes(condition))
    throw new InputError("unknown-option", `condition must be none, class, clusters or groups, got ${condition}`);
  const { weights } = data;
  if (weights === undefined) return;
  if (weights.length !== data.rows)
    throw new InputError("shape-mismatch", `there are ${data.rows} rows but ${weights.length} weights`);
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0)
    throw new InputError("out-of-range", `weight ${weights[bad]} at row ${bad} is not a finite number >= 0`, bad);
  if (weights.every((weight) => weight === 0)) throw new InputError("out-of-range", "all weights are zero");
}

/** Fields that follow from the only part, where there is one and ranks apply. */
function onlyPart(
  { parts, condition }: FittedParts,
  level: ConformalSetsOptions["level"],
): Pick<ConformalSets, "rank" | "quantile" | "coverageRange"> {
  const [{ n, rank, quantile }] = parts;
  if (condition.kind !== "none") return { rank: null, quantile: null, coverageRange: null };
  if (rank === null) return { rank, quantile, coverageRange: null };
  const { lower, upper } = coverageRange(n, level, RANGE);
  return { rank, quantile, coverageRange: { lower, upper } };
}

/**
 * Prediction sets that contain the true class of new rows with probability ≥ `level`.
 *
 * @param data calibration rows, which the model has not seen. Weights, where there are any, are ratios of densities of new
 * rows to calibration rows (covariate shift); each new row then needs its weight in the same unit
 * @param options see there; only `level`, `version` and `source` are required
 * @returns the sealed document; with `test`, its evaluation as well. A threshold that would need more rows is null: sets
 * then hold every class it applies to, and `warnings` says how many rows are missing
 * @throws {InputError} `empty`, `unknown-option`, `incompatible`, `out-of-range`, `shape-mismatch`, `not-finite`,
 * `not-normalised`; `too-few` where `penalty: "auto"` has too few rows to choose on
 *
 * Source: Vovk, Gammerman and Shafer (2005); Sadinle, Lei and Wasserman (2019) for `lac`; see `rankedScore` for the others,
 * `clusterClasses` for clusters, `weightedQuantileAt` for weights. Rows that a score is tuned on (a fifth) or that clusters
 * are found on take no part in thresholds, without which the guarantee would not hold.
 */
export function fitConformalSets(data: SetsData, options: ConformalSetsOptions): ConformalSets {
  checkData(data, options);
  const { level, seed = 0, condition = "none", emptySets = "keep", test } = options;
  const scoreKind = options.scoreKind ?? scoreKindOf(data);
  const randomised = isRandomised(options);
  const borrowed = borrowedRows(options, data.weights !== undefined);
  const rows: Rows = {
    probabilities: probabilitiesOf(data, scoreKind),
    labels: trueClasses(data),
    weights: data.weights,
    uniforms: randomised ? rowUniforms(seed, "calibration", 0, data.rows) : undefined,
    segments: data.segments,
  };
  const { score, rest, tuningRows } = chooseScore(rows, options);
  const scored: ScoredRows = {
    scores: setScores(rest.probabilities, rest.labels, score, rest.uniforms),
    labels: rest.labels,
    weights: rest.weights,
    segments: rest.segments,
    classNames: data.classNames,
  };
  const fitted = fitParts(scored, condition, level, createRandom(seed).fork(), borrowed);
  const facts: SetsFacts = {
    level,
    fewest: fewestScores(exactDecimal(level)),
    isWeighted: data.weights !== undefined,
    isRandomised: randomised,
    tuningRows,
    score,
    ...fitted,
  };
  const document = sealConformal({
    schema: "candor.conformal/1",
    task: "classification",
    version: options.version,
    created: options.created ?? null,
    method: score.kind,
    level,
    n: fitted.rows,
    ...onlyPart(fitted, level),
    weighted: data.weights !== undefined,
    source: options.source,
    dataHash: setsDataHash(data, scoreKind),
    assumptions: setsAssumptions(facts),
    warnings: setsWarnings(facts),
    evaluation: null,
    scoreKind,
    classNames: data.classNames,
    score,
    randomised,
    seed,
    emptySets,
    condition: fitted.condition,
    parts: fitted.parts,
  });
  return test === undefined ? document : withEvaluation(document, evaluateSets(document, test));
}
