import {
  type Calibrator,
  type ConfidencePredictions,
  calibrateScores,
  calibrationData,
  type FitDocument,
  fitDocument,
  InputError,
  isBinaryCalibrator,
  makePolicy,
  type PolicyDocument,
  type SegmentColumn,
} from "@candor/core";
import { version } from "../version.ts";
import { calibratorOfScore } from "./calibrator-of-score.ts";
import { splitHalves } from "./split-halves.ts";

/** Options of `fitConfidence`. */
export interface FitConfidenceOptions {
  /** What the scores are: a name that `assess` takes as `score`, `agreement`, a field, or the name of your own. */
  readonly score: string;
  /** What the answers are, for the record. */
  readonly name: string;
  /** When: ISO 8601, or null. Default null. */
  readonly created?: string | null;
  /** Largest share of errors among the answers acted on, in (0, 1): makes a policy. */
  readonly maxError?: number;
  /** How sure its proof has to be, in (0, 1). Default 0.95. */
  readonly sure?: number;
  /** One of `calibrationMethods` of @candor/core. Default `auto`. */
  readonly method?: string;
  /** Of the halves, the folds and the pilot of the proof. Default 0. */
  readonly seed?: number;
  /** Answers with the same key belong together (several to one question); null for one that stands alone. */
  readonly groups?: readonly (string | null)[];
}

/** A calibrator, a policy, and what is known of both. */
export interface ConfidenceFit {
  /** For `assess({ calibrator })`. */
  readonly calibrator: Calibrator;
  /** For `assess({ policy })`, with the calibrator inside; null without `maxError`. */
  readonly policy: PolicyDocument | null;
  /** How good the calibrator is on answers held out, as `candor fit` shows it. */
  readonly fit: FitDocument;
  /** Rows that had no score or no label. */
  readonly skipped: number;
  /** Positions of the answers that the calibrator was fitted on. */
  readonly fittedOn: readonly number[];
  /** Positions of those that the policy was certified on, none of them fitted on; empty without a policy. */
  readonly certifiedOn: readonly number[];
}

type Labels = readonly (boolean | 0 | 1 | null)[];

function checkRows(scores: readonly (number | null)[], correct: Labels, groups: readonly unknown[] | undefined): void {
  if (scores.length !== correct.length)
    throw new InputError("shape-mismatch", `there are ${scores.length} scores but ${correct.length} labels`);
  if (groups !== undefined && groups.length !== scores.length)
    throw new InputError("shape-mismatch", `there are ${scores.length} scores but ${groups.length} groups`);
  scores.forEach((score, i) => {
    if (score !== null && !(score >= 0 && score <= 1))
      throw new InputError("out-of-range", `score ${score} at row ${i} is neither in [0, 1] nor null`, i);
    const label = correct[i];
    if (label !== null && label !== true && label !== false && label !== 0 && label !== 1)
      throw new InputError("out-of-range", `label ${label} at row ${i} is neither true nor false nor null`, i);
  });
}

function checkOptions({ score, name, maxError, sure }: FitConfidenceOptions): void {
  for (const [key, text] of [
    ["score", score],
    ["name", name],
  ] as const)
    if (typeof text !== "string" || text === "")
      throw new InputError("empty", `${key} must be a text that is not empty, got ${JSON.stringify(text)}`);
  if (maxError !== undefined && !(maxError > 0 && maxError < 1))
    throw new InputError("out-of-range", `maxError must be in (0, 1), got ${maxError}`);
  if (sure === undefined) return;
  if (maxError === undefined) throw new InputError("incompatible", "sure belongs to a proven bound: give maxError too");
  if (!(sure > 0 && sure < 1)) throw new InputError("out-of-range", `sure must be in (0, 1), got ${sure}`);
}

function groupColumn(keys: readonly (string | null)[], rows: readonly number[]): SegmentColumn | null {
  if (rows.every((row) => keys[row] === null)) return null;
  const names = rows.map((row) => {
    const key = keys[row] ?? null;
    return key === null ? `row ${row}` : `key ${key}`;
  });
  const values = [...new Set(names)];
  const codeOf = new Map(values.map((value, code) => [value, code]));
  return { name: "group", values, codes: Int32Array.from(names, (name) => codeOf.get(name) ?? 0) };
}

/**
 * A calibrator from labelled scores and, with `maxError`, a policy whose errors among what it acts on are proven to stay below.
 *
 * A proof on rows that were fitted to would not hold: with `maxError` one half of the answers, drawn at random, makes the
 * calibrator and the other half the proof, as in `candor llm --fit --policy`. Where nothing can be proven the policy never acts.
 *
 * @param scores in [0, 1], as `assess` gives them (`score.value`); null where an answer has none
 * @param correct whether the answer was right; null where nobody knows
 * @throws {InputError} `shape-mismatch`, `out-of-range` with the row; `too-few` without an answer that has both; `empty`,
 *   `incompatible`, `unknown-option` for options; what `fitDocument` and `makePolicy` throw
 */
export function fitConfidence(
  scores: readonly (number | null)[],
  correct: Labels,
  options: FitConfidenceOptions,
): ConfidenceFit {
  checkOptions(options);
  const { score, name, created = null, maxError, sure = 0.95, method = "auto", seed = 0, groups } = options;
  checkRows(scores, correct, groups);
  const keys = groups ?? scores.map(() => null);
  const rows = [...scores.keys()].filter((row) => scores[row] !== null && correct[row] !== null);
  const skipped = scores.length - rows.length;
  if (rows.length < (maxError === undefined ? 1 : 2))
    throw new InputError(
      "too-few",
      `${rows.length} answers have both a label and ${score}: there is nothing to learn from`,
    );
  const [fittedOn, certifiedOn] =
    maxError === undefined ? [rows, []] : splitHalves(rows, (row) => keys[row] ?? null, seed);
  if (maxError !== undefined && certifiedOn.length === 0)
    throw new InputError("too-few", "all answers belong together: none is left to prove a policy on");
  const predictions = (some: readonly number[]): ConfidencePredictions => {
    const column = groupColumn(keys, some);
    return {
      task: "confidence",
      rows: some.length,
      segments: [],
      classNames: [],
      confidences: Float64Array.from(some, (row) => scores[row] ?? 0),
      correct: Uint8Array.from(some, (row) => Number(correct[row])),
      ...(column === null ? {} : { groups: column }),
    };
  };
  const sourceOf = (some: readonly number[], note: string): FitDocument["source"] => ({
    name,
    rows: some.length + skipped,
    skipped: skipped === 0 ? [] : [{ reason: "no score or no label", count: skipped }],
    columns: { confidence: score, correct: "correct" },
    approximate: false,
    notes: maxError === undefined ? [] : [note],
  });
  const half = `of ${rows.length} answers`;
  const source = sourceOf(fittedOn, `${fittedOn.length} ${half}; the policy is proven on the others`);
  const made = fitDocument(calibrationData(predictions(fittedOn)), { version, name, created, source, method, seed });
  const calibrator = calibratorOfScore(made.calibrator, score);
  const fit = { ...made, calibrator };
  if (maxError === undefined || !isBinaryCalibrator(calibrator))
    return { calibrator, policy: null, fit, skipped, fittedOn, certifiedOn };
  const left = predictions(certifiedOn);
  const policy = makePolicy(
    { ...left, confidences: calibrateScores(calibrator, left.confidences) },
    {
      version,
      created,
      source: sourceOf(certifiedOn, `${certifiedOn.length} ${half}; the calibrator was fitted on the others`),
      objective: { kind: "risk", maxError, sure, minCoverage: null },
      calibrator,
      seed,
    },
  );
  return { calibrator, policy, fit, skipped, fittedOn, certifiedOn };
}
