import { pairedMean } from "../calibration/choose/paired-mean.ts";
import { sealPolicy } from "../decisions/artefact/seal-policy.ts";
import { BY_HAND } from "../decisions/by-hand.ts";
import { decide } from "../decisions/decide.ts";
import { costTable } from "../decisions/decision-problem.ts";
import { makePolicy } from "../decisions/make-policy.ts";
import type {
  Costs,
  ExpectedOutcome,
  PolicyDocument,
  PolicyPoint,
  RiskCertificate,
  SegmentPolicy,
} from "../decisions/policy.ts";
import type { PolicyOptions } from "../decisions/policy-options.ts";
import { riskVerdict } from "../decisions/verdict-sentence.ts";
import { percent } from "../decisions/words.ts";
import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import { wilson } from "../intervals/proportion.ts";
import type { ConfidencePredictions } from "../report/predictions.ts";
import { certifyByGroup, type GroupCertificate, groupRiskMethod } from "./certify-by-group.ts";

/** Options of `detectionPolicy`. */
export interface DetectionPolicyOptions extends PolicyOptions {
  /** Most detections that count in one image, all classes together: what a certificate rests on. Default 100. */
  readonly perImage?: number;
}

/**
 * A policy for detections: that of `makePolicy`, but with images as the independent units. Intervals are widened by how much more the
 * image-to-image spread is than that of independent detections, and a risk target is certified by `certifyByGroup`.
 *
 * @param predictions of `detectionPredictions`, whose groups are the images
 * @returns a sealed `candor.policy/1`
 * @throws {InputError} as `makePolicy` and `certifyByGroup`; `incompatible` without groups, and for a risk target with a capacity, with
 *   thresholds per segment or with a least coverage
 */
export function detectionPolicy(predictions: ConfidencePredictions, options: DetectionPolicyOptions): PolicyDocument {
  const { perImage = 100, ...rest } = options;
  if (predictions.groups === undefined)
    throw new InputError("incompatible", "a policy for detections needs the image of each detection as its group");
  const made = rest.objective.kind === "risk" ? riskPolicy(predictions, rest, perImage) : makePolicy(predictions, rest);
  return byImage(made, predictions, predictions.groups.codes);
}

type RiskObjective = Extract<PolicyDocument["objective"], { kind: "risk" }>;

function riskPolicy(predictions: ConfidencePredictions, options: PolicyOptions, perImage: number): PolicyDocument {
  const { objective, capacity, below = "review", costs, seed = 0, fittedHere = false } = options;
  if (objective.kind !== "risk" || predictions.groups === undefined) return makePolicy(predictions, options);
  if (capacity) throw new InputError("incompatible", "a capacity beside a risk target is not offered for detections");
  if (options.perSegment) throw new InputError("incompatible", "thresholds per segment are not offered for detections");
  if ((objective.minCoverage ?? 0) > 0)
    throw new InputError("incompatible", "a least coverage beside a risk target is not offered for detections");
  if (predictions.weights !== undefined) throw new InputError("incompatible", "detections have no weights");
  const { maxError, sure } = objective;
  const found = certifyByGroup(predictions.confidences, predictions.correct, predictions.groups.codes, {
    maxError,
    sure,
    mostRows: perImage,
    seed,
  });
  const isLeft = below === "abstain" || (costs?.review === null && costs !== null);
  const act = found.threshold;
  const thresholds = { act, abstain: isLeft ? act : null };
  const made = makePolicy(predictions, { ...options, objective: { kind: "thresholds", thresholds } });
  const assumptions = assumptionsFor(perImage, fittedHere);
  const certificateOf = (of: GroupCertificate, ownSure: number): RiskCertificate => ({
    certified: of.certified,
    maxError,
    sure: ownSure,
    n: of.n,
    accepted: of.accepted,
    errors: of.errors,
    coverage: of.coverage,
    threshold: of.threshold,
    upperBound: null,
    method: groupRiskMethod,
    seed,
    dataHash: made.dataHash ?? "",
    assumptions,
    spec: of.spec,
  });
  const certificate = certificateOf(found, sure);
  const shared = 1 - (1 - sure) / Math.max(1, made.perSegment.length);
  const perSegment = made.perSegment.map((segment) => {
    const own = rowsOf(segment, predictions);
    const groups = predictions.groups?.codes ?? new Int32Array(0);
    const alone = certifyByGroup(
      Float64Array.from(own, (i) => predictions.confidences[i]),
      Uint8Array.from(own, (i) => predictions.correct[i]),
      Int32Array.from(own, (i) => groups[i]),
      { maxError, sure: shared, mostRows: perImage, seed },
    );
    return { ...segment, certificate: certificateOf(alone, shared), missingLabels: alone.missingRows };
  });
  const { fingerprint: _, ...draft } = made;
  const missingLabels = found.missingRows;
  return sealPolicy({
    ...draft,
    objective: asked(objective),
    certificate,
    missingLabels,
    perSegment,
    warnings: made.warnings.filter((warning) => warning !== BY_HAND),
    verdict: riskVerdict(objective, { certificate, missingLabels }, "confidence", undefined),
  });
}

function asked({ kind, maxError, sure, minCoverage }: RiskObjective): RiskObjective {
  return { kind, maxError, sure, minCoverage };
}

function assumptionsFor(perImage: number, fittedHere: boolean): string[] {
  return [
    "The images to come are like these: drawn in the same way, in no particular order.",
    "The images are independent of each other. Detections of one image need not be.",
    `No image has more than ${perImage} detections that count.`,
    fittedHere
      ? "NOT MET as stated: the scores were fitted on these very images. Certify on images that no fit has seen."
      : "The scores were not fitted, chosen or calibrated on these images.",
    "The true boxes are all there, and true.",
    "The certificate is for one use: trying several targets or policies on the same images and keeping one weakens it.",
  ];
}

/** Rows of a segment of one column. */
function rowsOf(
  { by, name }: Pick<SegmentPolicy, "by" | "name">,
  { segments, rows }: ConfidencePredictions,
): Uint32Array {
  const column = segments.find((one) => one.name === by);
  const code = column?.values.indexOf(name) ?? -1;
  return Uint32Array.from({ length: rows }, (_, i) => i).filter((i) => column?.codes[i] === code);
}

/** The sentence with the ends of an interval by image in the place of those of independent rows. */
function reworded(sentence: string, before: Estimate | null, after: Estimate | null): string {
  if (before === null || after === null) return sentence;
  const ends = ({ lower, upper }: Estimate): string => `${percent(lower)} to ${percent(upper)}`;
  return sentence.replace(ends(before), ends(after));
}

/** What a policy does on detections, with intervals by image in the place of those of independent rows. */
export function outcomeByImage(
  policy: PolicyDocument,
  predictions: ConfidencePredictions,
  found: ExpectedOutcome,
): ExpectedOutcome {
  const { confidences, correct, segments, rows, groups } = predictions;
  const { codes } = decide(policy.rule, { rows, confidence: confidences, segments });
  const costs = policy.objective.kind === "costs" ? policy.objective.costs : policy.costs;
  const images = groups?.codes ?? Int32Array.from({ length: rows }, (_, i) => i);
  return widened(found, effectsOf(codes, new Uint8Array(rows).fill(1), correct, images, costs));
}

/** The policy with intervals by image. */
function byImage(made: PolicyDocument, predictions: ConfidencePredictions, images: Int32Array): PolicyDocument {
  const { confidences, correct, segments } = predictions;
  const rows = predictions.rows;
  const costs = made.objective.kind === "costs" ? made.objective.costs : made.costs;
  const codesFor = (act: number | null, abstain: number | null): Uint8Array =>
    confidences.reduce((codes, score, i) => {
      codes[i] = act !== null && score >= act ? 0 : abstain !== null && score < abstain ? 2 : 1;
      return codes;
    }, new Uint8Array(rows));
  const codes = decide(made.rule, { rows, confidence: confidences, segments }).codes;
  const whole = new Uint8Array(rows).fill(1);
  const effects = (own: Uint8Array, of: Uint8Array): Effects => effectsOf(own, of, correct, images, costs);
  const { current } = made.choices;
  const alternatives = made.alternatives.map((one) => {
    const constant = { "act on all": 0, "review all": 1, "abstain on all": 2 }[one.name];
    const own =
      constant === undefined
        ? codesFor(current?.act ?? null, current?.abstain ?? null)
        : new Uint8Array(rows).fill(constant);
    return {
      ...one,
      expected: widened(one.expected, effects(own, whole)),
      saving: one.saving && stretched(one.saving, savingEffect(own, codes, correct, images, costs)),
    };
  });
  const perSegment = made.perSegment.map((one) => {
    const of = new Uint8Array(rows);
    for (const i of rowsOf(one, predictions)) of[i] = 1;
    return { ...one, expected: widened(one.expected, effects(codes, of)) };
  });
  const { fingerprint: _, ...draft } = made;
  const expected = made.expected && widened(made.expected, effects(codes, whole));
  const sentence = reworded(made.verdict.sentence, made.expected?.error ?? null, expected?.error ?? null);
  return sealPolicy({
    ...draft,
    expected,
    verdict: { ...made.verdict, sentence },
    alternatives,
    perSegment,
    curve: curveByImage(made.curve, predictions, images, made.choices.level),
  });
}

/** Variances over images, over those of independent rows; at least 1. */
interface Effects {
  readonly coverage: number;
  readonly error: number;
  readonly review: number;
  readonly abstention: number;
  readonly cost: number;
}

function effectsOf(
  codes: Uint8Array,
  of: Uint8Array,
  correct: Uint8Array,
  images: Int32Array,
  costs: Costs | null,
): Effects {
  const kind = (code: number): number =>
    shareEffect(
      (i) => (codes[i] === code ? 1 : 0),
      (i) => of[i],
      images,
    );
  return {
    coverage: kind(0),
    review: kind(1),
    abstention: kind(2),
    error: shareEffect(
      (i) => 1 - correct[i],
      (i) => (of[i] === 1 && codes[i] === 0 ? 1 : 0),
      images,
    ),
    cost: costs === null ? 1 : meanEffect((i) => costTable(costs)[correct[i] * 3 + codes[i]], images, of),
  };
}

/** Variance of a share over images over that of independent rows, at least 1. */
function shareEffect(part: (i: number) => number, of: (i: number) => number, images: Int32Array): number {
  const most = images.reduce((high, image) => Math.max(high, image), 0) + 1;
  const hits = new Float64Array(most);
  const rows = new Float64Array(most);
  let total = 0;
  let found = 0;
  for (let i = 0; i < images.length; i++) {
    if (of(i) === 0) continue;
    rows[images[i]]++;
    total++;
    const hit = part(i);
    hits[images[i]] += hit;
    found += hit;
  }
  const share = found / total;
  if (!(share > 0 && share < 1)) return kish(rows, total);
  let spread = 0;
  let seen = 0;
  for (let k = 0; k < most; k++) {
    spread += (hits[k] - share * rows[k]) ** 2;
    if (rows[k] > 0) seen++;
  }
  if (seen === 1) return kish(rows, total);
  return Math.max(1, ((seen / (seen - 1)) * spread) / (total * share * (1 - share)));
}

/** Where all are alike, or of one image, rows of an image count as one. */
function kish(rows: Float64Array, total: number): number {
  let squares = 0;
  for (const n of rows) squares += n * n;
  return total > 0 ? squares / total : 1;
}

function meanEffect(value: (i: number) => number, images: Int32Array, of: Uint8Array): number {
  const chosen = Uint32Array.from(images.keys()).filter((i) => of[i] === 1);
  if (chosen.length < 2) return 1;
  const base = { rows: chosen, weights: undefined, merged: undefined };
  const clustered = pairedMean(value, { ...base, groups: images }).error;
  const plain = pairedMean(value, { ...base, groups: undefined }).error;
  return plain > 0 && Number.isFinite(clustered) ? Math.max(1, (clustered / plain) ** 2) : 1;
}

function savingEffect(
  own: Uint8Array,
  codes: Uint8Array,
  correct: Uint8Array,
  images: Int32Array,
  costs: Costs | null,
): number {
  if (costs === null) return 1;
  const table = costTable(costs);
  return meanEffect(
    (i) => table[correct[i] * 3 + own[i]] - table[correct[i] * 3 + codes[i]],
    images,
    new Uint8Array(images.length).fill(1),
  );
}

/** A share with the interval of so many times fewer rows. */
function widenedShare(share: Estimate, effect: number): Estimate {
  const n = Math.max(1, share.effectiveN / effect);
  const { lower, upper } = wilson(Math.min(1, Math.max(0, share.value)), n, share.level);
  const interval = share.interval === "exact" ? "asymptotic" : share.interval;
  return { ...share, lower, upper, effectiveN: n, interval, spec: { ...share.spec, clustered: "images" } };
}

/** A mean with ends so many standard errors further away. */
function stretched(mean: Estimate, effect: number): Estimate {
  const factor = Math.sqrt(effect);
  return {
    ...mean,
    lower: mean.value - factor * (mean.value - mean.lower),
    upper: mean.value + factor * (mean.upper - mean.value),
    effectiveN: mean.effectiveN / effect,
    spec: { ...mean.spec, clustered: "images" },
  };
}

function widened(expected: ExpectedOutcome, effects: Effects): ExpectedOutcome {
  const { coverage, error, cost, reviewVolume, abstention, recall } = expected;
  return {
    coverage: widenedShare(coverage, effects.coverage),
    error: error && widenedShare(error, effects.error),
    cost: cost && stretched(cost, effects.cost),
    reviewVolume: widenedShare(reviewVolume, effects.review),
    abstention: widenedShare(abstention, effects.abstention),
    recall,
  };
}

/** Points with intervals of the error by image. */
function curveByImage(
  curve: readonly PolicyPoint[],
  { confidences, correct }: ConfidencePredictions,
  images: Int32Array,
  level: number,
): PolicyPoint[] {
  return curve.map((point) => {
    const accepted = Uint8Array.from(confidences, (score) => (score >= point.threshold ? 1 : 0));
    const n = accepted.reduce((sum, one) => sum + one, 0);
    const effect = shareEffect(
      (i) => 1 - correct[i],
      (i) => accepted[i],
      images,
    );
    const { lower, upper } = wilson(point.error, Math.max(1, n / effect), level);
    return { ...point, errorLower: Math.min(lower, point.error), errorUpper: Math.max(upper, point.error) };
  });
}
