import { InputError } from "../errors.ts";
import { meanEstimate } from "../intervals/mean.ts";
import { expectedCalibrationError } from "../metrics/calibration/binned-calibration-error.ts";
import { auroc } from "../metrics/ranking/auroc.ts";
import { aurocDifference } from "../metrics/ranking/auroc-difference.ts";
import { correctness, topLabel } from "../metrics/ranking/top-label.ts";
import type { Predictions } from "../report/predictions.ts";
import { decomposeEntropy } from "./decompose-entropy.ts";
import { decomposeVariance } from "./decompose-variance.ts";
import { pairwiseDisagreement } from "./disagreement.ts";
import { effectOfMembers, shareEstimate } from "./effect-of-members.ts";
import type { EnsembleReport, RankedUncertainty, UncertainRow, UncertaintySplit } from "./ensemble-document.ts";
import { ensembleSentences } from "./ensemble-sentences.ts";
import { fewMemberInformation } from "./few-member-information.ts";
import { sharesOfSeveral } from "./member-shares.ts";
import { MEMBER_CLIP } from "./member-temperatures.ts";
import type { MemberOptions, Members } from "./members.ts";
import { expectedPairwiseKl } from "./pairwise-kl.ts";
import { predictiveMean } from "./predictive-mean.ts";
import type { UncertaintyParts } from "./split-uncertainty.ts";
import { topRows } from "./top-rows.ts";
import { type GroupSample, uncertaintyGroups } from "./uncertainty-groups.ts";
import { meanVariationRatio, voteVariationRatio } from "./variation-ratio.ts";
import { voteEntropy } from "./vote-entropy.ts";
import { memberVotes } from "./votes.ts";

/** Choices of `ensembleReport`. */
export interface EnsembleReportOptions extends MemberOptions {
  readonly memberNames: readonly string[];
  /** Row of the file, counted from 1, of every row. Default: the rows as they are. */
  readonly rowNumbers?: Int32Array;
  /** Whether a calibrator of members has changed them. Default false. */
  readonly areCalibrated?: boolean;
  /** Coverage of the intervals. Default 0.95. */
  readonly level?: number;
  readonly seed?: number;
  /** Rows listed as noisiest and as least known. Default 8. */
  readonly listed?: number;
}

const PICTURE_ROWS = 1500;

/**
 * Where the uncertainty of an ensemble comes from: how much is noise and how much is unknown, in which rows and segments, how well
 * either ranks wrong predictions, and what more members would bring.
 *
 * @param members rows as those of `predictions`
 * @param predictions outcomes, weights and segments; the probabilities in them are not used
 * @throws {InputError} `too-few` for fewer than 2 members with weight; `incompatible` for confidences; `shape-mismatch`
 */
export function ensembleReport(
  members: Members,
  predictions: Predictions,
  options: EnsembleReportOptions,
): EnsembleReport {
  const { memberNames, memberWeights, areCalibrated = false, level = 0.95, seed = 0, listed = 8 } = options;
  const shares = sharesOfSeveral(members.members, "the split of uncertainty", options);
  const labels = labelsOf(predictions);
  if (labels.length !== members.rows)
    throw new InputError("shape-mismatch", `members have ${members.rows} rows but there are ${labels.length} labels`);
  const { weights } = predictions;
  const sample: GroupSample = { level, ...(weights ? { weights } : {}) };
  const entropies = decomposeEntropy(members, options);
  const variances = decomposeVariance(members, options);
  const measures = {
    pairwise: pairwiseDisagreement(members, options),
    variationRatio: voteVariationRatio(members, options),
    voteEntropy: voteEntropy(members, options),
    pairwiseKl: expectedPairwiseKl(members, { ...options, clip: MEMBER_CLIP }),
  };
  const mean = predictiveMean(members, options);
  const { confidence, predicted } = topLabel(mean);
  const correct = correctness(predicted, labels);
  const ownLoss = logLosses(mean.data, 0, labels, mean.cols);
  const each = Array.from(shares, (_, m) => aloneFigures(members, m, labels, sample));
  const memberLoss = new Float64Array(labels.length);
  each.forEach(({ losses }, m) => {
    for (let i = 0; i < memberLoss.length; i++) memberLoss[i] += shares[m] * losses[i];
  });
  const wrong = correct.map((right) => 1 - right);
  const ranking = rankUncertainty(
    {
      "entropy-total": entropies.total,
      "entropy-aleatoric": entropies.aleatoric,
      "entropy-epistemic": entropies.epistemic,
      "variance-total": variances.total,
      "variance-aleatoric": variances.aleatoric,
      "variance-epistemic": variances.epistemic,
      "pairwise-kl": measures.pairwiseKl,
      disagreement: measures.pairwise,
      "one-minus-top": meanVariationRatio(members, options),
    },
    wrong,
    sample,
  );
  const average = (values: Float64Array, metric: string, choices: Readonly<Record<string, string | number>> = {}) =>
    meanEstimate(values, { metric, ...choices }, { ...sample, min: 0 });
  const rows = {
    entropies,
    predicted,
    labels,
    confidence,
    against: againstMean(members, predicted, shares),
    rowNumbers: options.rowNumbers,
    classNames: predictions.classNames,
  };
  const entropy = splitOf(entropies, "entropy", sample);
  const variance = splitOf(variances, "variance", sample);
  const isUniform = memberWeights === undefined || memberWeights.every((weight) => weight === memberWeights[0]);
  const effect = isUniform ? effectOfMembers(members, labels, { level, seed, ...(weights ? { weights } : {}) }) : null;
  const segments = predictions.segments.flatMap((column) => uncertaintyGroups(column, entropies, sample));
  const gain = meanEstimate(
    memberLoss.map((loss, i) => loss - ownLoss[i]),
    { metric: "log-loss-gain", against: "mean of the members alone" },
    sample,
  );
  const report = {
    members: members.members,
    memberNames,
    memberWeights: memberWeights === undefined ? null : [...memberWeights],
    areCalibrated,
    entropy,
    variance,
    fewMembers: meanEstimate(
      fewMemberInformation(members, options),
      { metric: "mutual-information", correction: "jackknife over members" },
      sample,
    ),
    disagreement: {
      pairwise: average(measures.pairwise, "pairwise-disagreement"),
      variationRatio: average(measures.variationRatio, "variation-ratio", { by: "votes" }),
      voteEntropy: average(measures.voteEntropy, "vote-entropy"),
      pairwiseKl: average(measures.pairwiseKl, "expected-pairwise-kl", { pairs: "all", clip: MEMBER_CLIP }),
    },
    alone: {
      accuracy: each.map((one) => one.accuracy),
      logLoss: each.map((one) => one.logLoss),
      ece: each.map((one) => one.ece),
      meanConfidence: each.map((one) => one.meanConfidence),
    },
    mean: {
      accuracy: meanEstimate(Float64Array.from(correct), { metric: "accuracy" }, { ...sample, min: 0, max: 1 }),
      meanConfidence: meanEstimate(
        confidence,
        { metric: "mean-confidence", label: "top-label" },
        { ...sample, min: 0, max: 1 },
      ),
      logLoss: average(ownLoss, "log-loss", { clip: 1e-15 }),
      ece: expectedCalibrationError(confidence, correct, { ...sample, label: "top-label" }),
      gain,
    },
    errors: wrong.reduce((sum, one) => sum + one, 0),
    ranking,
    effect,
    noisiest: listRows(rows, entropies.aleatoric, listed),
    leastKnown: listRows(rows, entropies.epistemic, listed),
    segments,
    picture: pictureOf(entropies, correct),
  };
  return { ...report, sentences: ensembleSentences(report) };
}

function labelsOf(predictions: Predictions): Int32Array {
  if (predictions.task === "multiclass") return predictions.labels;
  if (predictions.task === "binary") return Int32Array.from(predictions.outcomes);
  throw new InputError("incompatible", "members need the probabilities of classes, got the confidence in one");
}

function logLosses(data: Float64Array, from: number, labels: Int32Array, classes: number): Float64Array {
  const losses = new Float64Array(labels.length);
  for (let i = 0; i < losses.length; i++) losses[i] = -Math.log(Math.max(1e-15, data[from + i * classes + labels[i]]));
  return losses;
}

interface AloneFigures {
  readonly losses: Float64Array;
  readonly accuracy: number;
  readonly logLoss: number;
  readonly ece: number;
  readonly meanConfidence: number;
}

function aloneFigures(members: Members, m: number, labels: Int32Array, sample: GroupSample): AloneFigures {
  const { data, rows, classes } = members;
  const size = rows * classes;
  const own = { data: data.subarray(m * size, (m + 1) * size), rows, cols: classes };
  const { confidence, predicted } = topLabel(own);
  const correct = correctness(predicted, labels);
  const losses = logLosses(data, m * size, labels, classes);
  const spec = { metric: "mean" };
  return {
    losses,
    accuracy: meanEstimate(Float64Array.from(correct), spec, sample).value,
    logLoss: meanEstimate(losses, spec, sample).value,
    ece: expectedCalibrationError(confidence, correct, sample).value,
    meanConfidence: meanEstimate(confidence, spec, sample).value,
  };
}

/** Share of the members that predict another class than the mean does. */
function againstMean(members: Members, predicted: Int32Array, shares: Float64Array): Float64Array {
  const votes = memberVotes(members);
  const against = new Float64Array(predicted.length);
  shares.forEach((share, m) => {
    for (let i = 0; i < against.length; i++) if (votes[m * against.length + i] !== predicted[i]) against[i] += share;
  });
  return against;
}

function splitOf(parts: UncertaintyParts, by: string, sample: GroupSample): UncertaintySplit {
  const { total, aleatoric, epistemic } = parts;
  const unit: Readonly<Record<string, string>> = by === "entropy" ? { unit: "nats" } : { classes: "summed" };
  const mean = (values: Float64Array, part: string) =>
    meanEstimate(values, { metric: `${part}-uncertainty`, by, ...unit }, { ...sample, min: 0 });
  let identityGap = 0;
  for (let i = 0; i < total.length; i++)
    identityGap = Math.max(identityGap, Math.abs(total[i] - aleatoric[i] - epistemic[i]));
  return {
    total: mean(total, "total"),
    aleatoric: mean(aleatoric, "aleatoric"),
    epistemic: mean(epistemic, "epistemic"),
    epistemicShare: shareEstimate(total, aleatoric, sample, { by }),
    identityGap,
  };
}

function rankUncertainty(
  measures: Readonly<Record<RankedUncertainty["measure"], Float64Array>>,
  wrong: Uint8Array,
  sample: GroupSample,
): RankedUncertainty[] {
  const { weights } = sample;
  const counts = (outcome: number) => wrong.some((y, i) => y === outcome && (weights === undefined || weights[i] > 0));
  if (!counts(0) || !counts(1)) return [];
  const names = [
    "entropy-total",
    "entropy-aleatoric",
    "entropy-epistemic",
    "variance-total",
    "variance-aleatoric",
    "variance-epistemic",
    "pairwise-kl",
    "disagreement",
    "one-minus-top",
  ] as const;
  return names.map((measure) => ({
    measure,
    auroc: auroc(measures[measure], wrong, sample),
    difference: aurocDifference(measures[measure], measures["entropy-total"], wrong, sample),
  }));
}

interface ListedRows {
  readonly entropies: UncertaintyParts;
  readonly predicted: Int32Array;
  readonly labels: Int32Array;
  readonly confidence: Float64Array;
  readonly against: Float64Array;
  readonly rowNumbers: Int32Array | undefined;
  readonly classNames: readonly string[];
}

/** The rows with most of one kind of uncertainty, most first; of equals the first. */
function listRows(rows: ListedRows, by: Float64Array, listed: number): UncertainRow[] {
  const { entropies, predicted, labels, confidence, against, rowNumbers, classNames } = rows;
  return topRows(by, listed).map((i) => ({
    row: rowNumbers ? rowNumbers[i] : i + 1,
    total: entropies.total[i],
    aleatoric: entropies.aleatoric[i],
    epistemic: entropies.epistemic[i],
    predicted: classNames[predicted[i]] ?? String(predicted[i]),
    label: classNames[labels[i]] ?? String(labels[i]),
    confidence: confidence[i],
    against: against[i],
  }));
}

function pictureOf({ aleatoric, epistemic }: UncertaintyParts, correct: Uint8Array): EnsembleReport["picture"] {
  const rows = aleatoric.length;
  const shown = Math.min(rows, PICTURE_ROWS);
  return Array.from({ length: shown }, (_, j) => {
    const i = Math.floor((j * rows) / shown);
    return [aleatoric[i], epistemic[i], correct[i] === 1 ? 1 : 0] as const;
  });
}
