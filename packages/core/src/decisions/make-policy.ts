import { dataFingerprint } from "../calibration/artefact/data-fingerprint.ts";
import { sha256 } from "../calibration/artefact/sha256.ts";
import { utf8 } from "../calibration/artefact/utf8.ts";
import type { ScoreKind } from "../calibration/calibrator.ts";
import { calibrationData } from "../calibration/from-predictions.ts";
import type { Estimate } from "../estimate.ts";
import { proportionEstimate } from "../intervals/proportion.ts";
import { checkSample } from "../intervals/sample.ts";
import { weighted } from "../metrics/weighted.ts";
import { confidencePairs } from "../report/pair-sample.ts";
import type { Predictions } from "../report/predictions.ts";
import { sealPolicy } from "./artefact/seal-policy.ts";
import { checkPredictions } from "./check-predictions.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { matrixPolicy } from "./matrix-policy.ts";
import { outsideRows } from "./outside-rows.ts";
import type { InDistributionDemand, PolicyDocument } from "./policy.ts";
import { type PolicyOptions, type ResolvedOptions, resolveOptions } from "./policy-options.ts";
import { thresholdPolicy } from "./threshold-policy.ts";
import { percent } from "./words.ts";

/** Scores and outcomes that a policy is made from, as one hash over the rows in order: top labels where thresholds are on them. */
export function policyDataHash(
  predictions: Predictions,
  options: Pick<ResolvedOptions, "objective" | "choices" | "inDistribution">,
): string {
  const hash = scoresHash(predictions, options);
  const { insidePValues } = predictions;
  if (options.inDistribution === undefined || insidePValues === undefined) return hash;
  const { values } = insidePValues;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return `sha256:${sha256(utf8(`${hash} ${sha256(bytes)}`))}`;
}

function scoresHash(
  predictions: Predictions,
  { objective, choices }: Pick<ResolvedOptions, "objective" | "choices">,
): string {
  if (predictions.task !== "multiclass" || objective.kind === "cost-matrix" || choices.on === "positive")
    return dataFingerprint(calibrationData(predictions));
  const { probabilities, outcomes } = confidencePairs(predictions);
  const { rows, weights } = predictions;
  return dataFingerprint({
    rows,
    scoreKind: "confidence",
    scores: probabilities,
    outcomes,
    segments: [],
    classNames: [],
    ...(weights ? { weights } : {}),
  });
}

/** Derives a policy from rows; everything but the names and dates of the document. */
export function derivePolicy(predictions: Predictions, options: ResolvedOptions, dataHash: string): DerivedPolicy {
  const { objective, inDistribution } = options;
  if (objective.kind === "risk") return thresholdPolicy(predictions, { ...options, objective }, dataHash);
  const derived =
    objective.kind === "cost-matrix"
      ? matrixPolicy(predictions, objective.matrix, options)
      : thresholdPolicy(predictions, { ...options, objective }, dataHash);
  if (inDistribution === undefined) return derived;
  const { value } = outsideShare(predictions, inDistribution, options.choices.level);
  const { status, sentence } = derived.verdict;
  const also = `${percent(value)} of rows are reviewed for being outside, whatever their score.`;
  return { ...derived, verdict: { status, sentence: `${sentence} ${also}` } };
}

/** The share of rows that are reviewed for being outside. */
function outsideShare(predictions: Predictions, demand: InDistributionDemand, level: number): Estimate {
  const { rows, weights } = predictions;
  const outside = outsideRows(predictions.insidePValues?.values, rows, demand);
  const sample = checkSample(rows, { level, ...(weights ? { weights } : {}) });
  let mass = 0;
  for (let i = 0; i < rows; i++) if (outside[i] === 1) mass += weights ? weights[i] : 1;
  const spec = { metric: "outside-share", cut: demand.level, ...weighted(sample) };
  return proportionEstimate(mass / sample.totalWeight, spec, sample.n, sample.effectiveN, level);
}

function scoreKindOf(predictions: Predictions): ScoreKind {
  if (predictions.task === "multiclass") return predictions.logits ? "logits" : "probabilities";
  return predictions.task === "binary" ? "probability" : "confidence";
}

/**
 * A policy for rows like these: thresholds that reach an objective, what they are expected to do, and what else could be
 * done.
 *
 * Thresholds from costs and capacities look at the scores alone, so what they lead to is estimated without bias on the
 * same rows. Thresholds tuned to precision, recall or F-beta are judged on five folds, each by thresholds of the
 * others. A risk target carries a certificate, and acts on nothing where it is not certified.
 *
 * @param predictions with outcomes; their probabilities are calibrated already (by `options.calibrator`, where given)
 * @returns a sealed document; the same rows and options give the same bytes
 * @throws {InputError} `empty`, `out-of-range`, `not-finite`, `incompatible`, `one-class`, `shape-mismatch` for rows or
 *   options that no policy can be made of; an objective out of reach is no error but a verdict
 */
export function makePolicy(predictions: Predictions, options: PolicyOptions): PolicyDocument {
  checkPredictions(predictions);
  const columns = predictions.segments.map(({ name }) => name);
  const resolved = resolveOptions(options, predictions.task, columns);
  const dataHash = policyDataHash(predictions, resolved);
  const derived = derivePolicy(predictions, resolved, dataHash);
  const { version, source, created = null, calibrator = null } = options;
  const { objective, costs, capacity, choices, inDistribution: demand } = resolved;
  const n = derived.expected?.coverage.n ?? predictions.rows;
  const effectiveN = derived.expected?.coverage.effectiveN ?? n;
  return sealPolicy({
    schema: "candor.policy/1",
    version,
    created,
    task: predictions.task,
    scoreKind: calibrator?.scoreKind ?? scoreKindOf(predictions),
    classNames: predictions.classNames,
    source,
    n,
    effectiveN,
    objective,
    costs,
    capacity,
    choices,
    ...(demand === undefined
      ? {}
      : { inDistribution: { ...demand, outside: outsideShare(predictions, demand, choices.level) } }),
    dataHash,
    ...derived,
    calibrator,
  });
}
