import { InputError } from "../errors.ts";
import type { Estimate, SampleOptions } from "../estimate.ts";
import { meanEstimate, weightedMean } from "../intervals/mean.ts";
import { checkSample } from "../intervals/sample.ts";
import { argsort } from "../kernels/argsort.ts";
import { assignBins } from "../kernels/bins.ts";
import { auroc } from "../metrics/ranking/auroc.ts";
import { aurocDifference } from "../metrics/ranking/auroc-difference.ts";
import { DEFAULT_CLIP, logLosses, squaredLosses } from "../metrics/scores/row-losses.ts";
import { classBrierLosses, classLogLosses } from "./class-losses.ts";
import type { VersusReport } from "./document.ts";
import { calibrationPairs, confidencePairs, type PairSample } from "./pair-sample.ts";
import type { Predictions } from "./predictions.ts";
import { unlessUndefined } from "./unless-undefined.ts";

/**
 * Compares two models on the same rows, in the same order.
 *
 * @param self the model of the report
 * @param other the one it is compared with
 * @param names how the sentence calls them
 * @returns paired differences other − self; for the losses and errors positive means that `other` is worse. The interval
 *   of the ECE difference takes the bins and the sign of their gaps as given, hence `approximate`. The weights are those
 *   of `self`
 * @throws {InputError} `incompatible` for other tasks, classes or labels; `shape-mismatch`
 */
export function versusReport(
  self: Predictions,
  other: Predictions,
  names: { readonly self: string; readonly other: string },
  { level = 0.95 }: Pick<SampleOptions, "level"> = {},
): VersusReport {
  checkComparable(self, other);
  const sample: SampleOptions = { level, ...(self.weights ? { weights: self.weights } : {}) };
  const checked = checkSample(self.rows, sample);
  const confidenceSelf = confidencePairs(self);
  const confidenceOther = confidencePairs(other);
  const metrics: Record<string, VersusReport["metrics"][string]> = {};
  const add = (name: string, a: Float64Array, b: Float64Array, kind: Estimate["interval"] = "asymptotic"): void => {
    const spec = { metric: `${name}-difference`, direction: "other minus self", paired: true };
    const differences = new Float64Array(a.length);
    for (let i = 0; i < a.length; i++) differences[i] = b[i] - a[i];
    metrics[name] = {
      self: weightedMean(a, checked),
      other: weightedMean(b, checked),
      difference: meanEstimate(differences, spec, { ...sample, kind }),
    };
  };
  add("accuracy", Float64Array.from(confidenceSelf.outcomes), Float64Array.from(confidenceOther.outcomes));
  add("brier", brierRows(self), brierRows(other));
  add("logLoss", logLossRows(self), logLossRows(other));
  add("ece", errorRows(calibrationPairs(self)), errorRows(calibrationPairs(other)), "approximate");
  if (self.task === "binary" && other.task === "binary") {
    const [p, q, y] = [self.probabilities, other.probabilities, self.outcomes];
    const ranking = unlessUndefined(() => ({
      self: auroc(p, y, sample).value,
      other: auroc(q, y, sample).value,
      difference: aurocDifference(q, p, y, sample),
    }));
    if (ranking) metrics["auroc"] = ranking;
  }
  return { name: names.other, n: self.rows, metrics, sentence: sentenceOf(metrics, names) };
}

function checkComparable(self: Predictions, other: Predictions): void {
  if (self.task !== other.task)
    throw new InputError("incompatible", `one file holds ${self.task} predictions, the other ${other.task}`);
  if (self.rows !== other.rows)
    throw new InputError(
      "shape-mismatch",
      `the files have ${self.rows} and ${other.rows} rows; they must be the same rows`,
    );
  if (self.task === "confidence" || other.task === "confidence") return;
  const a = self.task === "binary" ? self.outcomes : self.labels;
  const b = other.task === "binary" ? other.outcomes : other.labels;
  for (let i = 0; i < a.length; i++) {
    const left = self.classNames[a[i]];
    const right = other.classNames[b[i]];
    if (left !== right)
      throw new InputError(
        "incompatible",
        `row ${i + 1} has label "${left}" in one file and "${right}" in the other`,
        i,
      );
  }
}

function brierRows(predictions: Predictions): Float64Array {
  if (predictions.task !== "multiclass") {
    const { probabilities, outcomes } = calibrationPairs(predictions);
    return squaredLosses(probabilities, outcomes);
  }
  return classBrierLosses(predictions.probabilities, predictions.labels);
}

function logLossRows(predictions: Predictions): Float64Array {
  if (predictions.task !== "multiclass") {
    const { probabilities, outcomes } = calibrationPairs(predictions);
    return logLosses(probabilities, outcomes, DEFAULT_CLIP);
  }
  return classLogLosses(predictions);
}

/** Rows whose weighted mean is the ECE (15 equal-width right-closed bins): the signed gap of the row's bin. */
function errorRows({ probabilities, outcomes, weights }: PairSample): Float64Array {
  const { index, bins } = assignBins(probabilities, {}, () => argsort(probabilities));
  const gap = new Float64Array(bins);
  for (let i = 0; i < index.length; i++) gap[index[i]] += (weights ? weights[i] : 1) * (probabilities[i] - outcomes[i]);
  const rows = new Float64Array(index.length);
  for (let i = 0; i < rows.length; i++) rows[i] = Math.sign(gap[index[i]]) * (probabilities[i] - outcomes[i]);
  return rows;
}

const lossWords: Readonly<Record<string, string>> = {
  brier: "Brier score",
  logLoss: "log loss",
  ece: "calibration error",
};

function sentenceOf(
  metrics: VersusReport["metrics"],
  names: { readonly self: string; readonly other: string },
): string {
  const better: string[] = [];
  const worse: string[] = [];
  for (const [name, words] of Object.entries(lossWords)) {
    const difference = metrics[name]?.difference;
    if (difference === undefined) continue;
    if (difference.lower > 0) better.push(words);
    else if (difference.upper < 0) worse.push(words);
  }
  const list = (words: readonly string[]): string =>
    words.length < 3 ? words.join(" and ") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
  if (better.length > 0 && worse.length > 0)
    return `${names.self} has the lower ${list(better)}, ${names.other} the lower ${list(worse)}.`;
  if (better.length > 0) return `${names.self} has the lower ${list(better)} on these rows.`;
  if (worse.length > 0) return `${names.other} has the lower ${list(worse)} on these rows.`;
  return `These rows do not tell ${names.self} and ${names.other} apart on log loss, Brier score or calibration error.`;
}
