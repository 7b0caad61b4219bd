import { createSha256 } from "../calibration/artefact/sha256.ts";
import { utf8 } from "../calibration/artefact/utf8.ts";
import { pairedEstimate, pairedMean } from "../calibration/choose/paired-mean.ts";
import { planFolds } from "../calibration/choose/plan-folds.ts";
import type { FitCertificate } from "../calibration/fit.ts";
import { calibrationData } from "../calibration/from-predictions.ts";
import { checkClassRows } from "../calibration/multiclass/class-rows.ts";
import { logitsFromProbabilities } from "../calibration/multiclass/logits-from-probabilities.ts";
import { temperatureOptimum } from "../calibration/multiclass/temperature.ts";
import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import { checkSample } from "../intervals/sample.ts";
import type { Matrix } from "../matrix.ts";
import { expectedCalibrationError } from "../metrics/calibration/binned-calibration-error.ts";
import { correctness, topLabel } from "../metrics/ranking/top-label.ts";
import type { ReportDocument } from "../report/document.ts";
import type { Predictions } from "../report/predictions.ts";
import { type EnsembleCalibrator, type PoolingOrder, pooled, sealEnsembleCalibrator } from "./ensemble-calibrator.ts";
import { sharesOfSeveral } from "./member-shares.ts";
import { fitMemberTemperatures, MEMBER_CLIP } from "./member-temperatures.ts";
import type { MemberOptions, Members } from "./members.ts";
import { selectMemberRows } from "./select-members.ts";

/** Choices of `fitEnsembleCalibrator`. */
export interface EnsembleFitOptions extends MemberOptions {
  readonly order: PoolingOrder;
  readonly version: string;
  /** What the data are called. */
  readonly name: string;
  readonly source: ReportDocument["source"];
  readonly created?: string;
  /** Folds of the comparison. Default: 10 below 200 rows, 5 from there on. */
  readonly folds?: number;
  readonly seed?: number;
  /** Coverage of the intervals. Default 0.95. */
  readonly level?: number;
}

/** How one order of calibration and pooling does on rows that it was not fitted to. */
export interface OrderEvidence {
  readonly order: PoolingOrder | "none";
  /** Of the fit to all rows; empty where there is none. */
  readonly temperatures: readonly number[];
  readonly meanTemperature: number;
  readonly logLoss: Estimate;
  /** Summed over classes. */
  readonly brier: Estimate;
  readonly ece: Estimate;
  readonly meanConfidence: number;
  readonly accuracy: number;
  /** Log loss of this order minus that of the chosen one, on the same rows; positive is worse. */
  readonly worse: Estimate;
}

/** Everything `candor fit --members --pool` shows, as one JSON document. */
export interface EnsembleFitDocument {
  readonly schema: "candor.ensemble-fit/1";
  readonly version: string;
  readonly calibrator: EnsembleCalibrator;
  readonly source: ReportDocument["source"];
  readonly members: number;
  readonly n: number;
  readonly folds: number;
  /** The chosen order, the others, and none; on held-out rows. */
  readonly orders: readonly OrderEvidence[];
  /** Orders without a fit, with the reason. */
  readonly notFitted: readonly { readonly order: PoolingOrder; readonly reason: string }[];
  readonly sentence: string;
}

const ORDERS: readonly PoolingOrder[] = ["calibrate-mean", "calibrate-members", "calibrate-jointly", "calibrate-both"];

/**
 * Temperatures for an ensemble in the order asked for, and what every order is worth on rows held out.
 *
 * @param members rows as those of `predictions`
 * @param predictions the mean of the members with outcomes; its groups and times decide the folds
 * @throws {InputError} `too-few` for fewer than 2 members or folds; `incompatible` where the order asked for has no optimum,
 *   or for scores that are no probabilities of classes
 */
export function fitEnsembleCalibrator(
  members: Members,
  predictions: Predictions,
  options: EnsembleFitOptions,
): EnsembleFitDocument {
  const { order, version, name, source, created, seed = 0, level = 0.95, memberWeights } = options;
  sharesOfSeveral(members.members, "the calibration of members", options);
  const labels = labelsOf(predictions);
  if (labels.length !== members.rows)
    throw new InputError("shape-mismatch", `members have ${members.rows} rows but there are ${labels.length} labels`);
  const data = calibrationData(predictions);
  const plan = planFolds(data, { seed, ...(options.folds === undefined ? {} : { folds: options.folds }) });
  const sample = checkSample(labels.length, { level, ...(data.weights ? { weights: data.weights } : {}) });
  const training = { labels, weights: data.weights, memberWeights };
  const chosen = fitOrder(order, members, training);

  const folds = Array.from({ length: plan.folds }, (_, f) => splitRows(plan.fold, f, plan.scheme === "time")).filter(
    ({ train }) => train.length > 0,
  );
  const held = Uint32Array.from(folds.flatMap(({ test }) => [...test])).sort();
  const evidence = new Map<PoolingOrder | "none", { fit: OrderFit; means: Matrix }>();
  const notFitted: { order: PoolingOrder; reason: string }[] = [];
  evidence.set("none", {
    fit: identity(members.members),
    means: pooled(members, identity(members.members).temperatures, 1, memberWeights ?? null),
  });
  for (const candidate of ORDERS) {
    try {
      const fit = candidate === order ? chosen : fitOrder(candidate, members, training);
      evidence.set(candidate, { fit, means: heldOutMeans(candidate, members, training, folds) });
    } catch (error) {
      if (!InputError.is(error) || (candidate === order && error.code !== "incompatible")) throw error;
      if (candidate === order)
        throw new InputError("incompatible", `${candidate} cannot be checked on rows held out: ${error.message}`);
      notFitted.push({ order: candidate, reason: error.message });
    }
  }
  const dependent = {
    rows: held,
    weights: data.weights,
    merged: undefined,
    groups: data.groups?.codes,
  };
  const losses = new Map([...evidence].map(([key, { means }]) => [key, rowLosses(means, labels)]));
  const own = losses.get(order);
  if (own === undefined) throw new TypeError(`${order} was not fitted`);
  const orders = [...evidence].map(([key, { fit, means }]): OrderEvidence => {
    const { logLoss, brier } = losses.get(key) ?? own;
    const estimate = (value: (row: number) => number, metric: string, min = 0) =>
      pairedEstimate(pairedMean(value, dependent), held.length, { metric, rows: "held out" }, { level, min });
    const top = topLabel(means);
    const correct = correctness(top.predicted, labels);
    const heldWeights = data.weights && Float64Array.from(held, (row) => data.weights?.[row] ?? 1);
    const ece = expectedCalibrationError(
      Float64Array.from(held, (row) => top.confidence[row]),
      Uint8Array.from(held, (row) => correct[row]),
      { level, label: "top-label", ...(heldWeights ? { weights: heldWeights } : {}) },
    );
    return {
      order: key,
      temperatures: fit.temperatures,
      meanTemperature: fit.meanTemperature,
      logLoss: estimate((row) => logLoss[row], "log-loss"),
      brier: estimate((row) => brier[row], "brier-score"),
      ece,
      meanConfidence: pairedMean((row) => top.confidence[row], dependent).mean,
      accuracy: pairedMean((row) => correct[row], dependent).mean,
      worse: estimate((row) => logLoss[row] - own.logLoss[row], "log-loss-difference", -Infinity),
    };
  });
  const calibrator = sealEnsembleCalibrator({
    schema: "candor.ensemble-calibrator/1",
    version,
    created: created ?? null,
    order,
    temperatures: [...chosen.temperatures],
    meanTemperature: chosen.meanTemperature,
    memberWeights: memberWeights === undefined ? null : [...memberWeights],
    scoreKind: predictions.task === "binary" ? "probability" : "probabilities",
    classNames: [...predictions.classNames],
    n: sample.n,
    effectiveN: sample.effectiveN,
    certificates: chosen.certificates,
    data: { name, fingerprint: membersFingerprint(members, labels, data.weights) },
  });
  return {
    schema: "candor.ensemble-fit/1",
    version,
    calibrator,
    source,
    members: members.members,
    n: sample.n,
    folds: plan.folds,
    orders,
    notFitted,
    sentence: verdictOn(order, orders),
  };
}

interface OrderFit {
  readonly temperatures: readonly number[];
  readonly meanTemperature: number;
  readonly certificates: readonly FitCertificate[];
}

interface TrainingRows {
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
  readonly memberWeights: Float64Array | undefined;
}

function identity(members: number): OrderFit {
  return { temperatures: Array.from({ length: members }, () => 1), meanTemperature: 1, certificates: [] };
}

function labelsOf(predictions: Predictions): Int32Array {
  switch (predictions.task) {
    case "multiclass":
      return predictions.labels;
    case "binary":
      return Int32Array.from(predictions.outcomes);
    case "confidence":
      throw new InputError("incompatible", "members need the probabilities of classes, got the confidence in one");
  }
}

function fitOrder(order: PoolingOrder, members: Members, rows: TrainingRows): OrderFit {
  const { labels, weights, memberWeights } = rows;
  const options = { ...(weights ? { weights } : {}), ...(memberWeights ? { memberWeights } : {}) };
  if (order === "calibrate-mean") return withMean(identity(members.members), members, rows);
  const fit = order === "calibrate-jointly" ? "together" : "each";
  const own = { ...fitMemberTemperatures(members, labels, { ...options, fit }), meanTemperature: 1 };
  return order === "calibrate-both" ? withMean(own, members, rows) : own;
}

/** The fit, and the temperature that is best for the mean after it. */
function withMean(fit: OrderFit, members: Members, { labels, weights, memberWeights }: TrainingRows): OrderFit {
  const mean = pooled(members, fit.temperatures, 1, memberWeights ?? null);
  const logits = logitsFromProbabilities(mean, MEMBER_CLIP);
  const { beta, certificate } = temperatureOptimum(checkClassRows(logits, labels, weights ? { weights } : {}));
  return { ...fit, meanTemperature: 1 / beta, certificates: [...fit.certificates, certificate] };
}

function splitRows(fold: Int32Array, f: number, isTime: boolean): { train: Int32Array; test: Int32Array } {
  const train: number[] = [];
  const test: number[] = [];
  fold.forEach((of, row) => {
    if (of === f) test.push(row);
    else if (!isTime || of < f) train.push(row);
  });
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}

/** The mean of every held-out row by the fit that did not see it; rows never held out stay 0. */
function heldOutMeans(
  order: PoolingOrder,
  members: Members,
  { labels, weights, memberWeights }: TrainingRows,
  folds: readonly { readonly train: Int32Array; readonly test: Int32Array }[],
): Matrix {
  const data = new Float64Array(members.rows * members.classes);
  for (const { train, test } of folds) {
    const fit = fitOrder(order, selectMemberRows(members, train), {
      labels: Int32Array.from(train, (row) => labels[row]),
      weights: weights && Float64Array.from(train, (row) => weights[row]),
      memberWeights,
    });
    const means = pooled(selectMemberRows(members, test), fit.temperatures, fit.meanTemperature, memberWeights ?? null);
    test.forEach((row, j) => {
      data.set(means.data.subarray(j * members.classes, (j + 1) * members.classes), row * members.classes);
    });
  }
  return { data, rows: members.rows, cols: members.classes };
}

function rowLosses({ data, cols }: Matrix, labels: Int32Array): { logLoss: Float64Array; brier: Float64Array } {
  const logLoss = new Float64Array(labels.length);
  const brier = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    let sum = 0;
    for (let k = 0; k < cols; k++) sum += (data[i * cols + k] - (labels[i] === k ? 1 : 0)) ** 2;
    brier[i] = sum;
    logLoss[i] = -Math.log(Math.max(1e-15, data[i * cols + labels[i]]));
  }
  return { logLoss, brier };
}

function membersFingerprint(members: Members, labels: Int32Array, weights: Float64Array | undefined): string {
  const hash = createSha256();
  const shape = `${members.members} ${members.rows} ${members.classes}`;
  hash.update(utf8(`candor.members/1 ${shape}${weights ? " weighted" : ""}\n`));
  const add = (values: Float64Array) => {
    const most = 1 << 13;
    const view = new DataView(new ArrayBuffer(8 * most));
    for (let start = 0; start < values.length; start += most) {
      const count = Math.min(most, values.length - start);
      for (let j = 0; j < count; j++) view.setFloat64(8 * j, values[start + j], true);
      hash.update(new Uint8Array(view.buffer, 0, 8 * count));
    }
  };
  add(members.data);
  add(Float64Array.from(labels));
  if (weights) add(weights);
  return `sha256:${hash.digest()}`;
}

const ORDER_WORDS: Readonly<Record<PoolingOrder | "none", string>> = {
  none: "no calibration",
  "calibrate-mean": "calibrating the mean",
  "calibrate-members": "calibrating each member before the mean",
  "calibrate-jointly": "one temperature for all members before the mean",
  "calibrate-both": "calibrating each member and then the mean",
};

function verdictOn(chosen: PoolingOrder, orders: readonly OrderEvidence[]): string {
  const better = orders
    .filter(({ order, worse }) => order !== chosen && worse.upper < 0)
    .sort((a, b) => a.worse.value - b.worse.value);
  if (better.length > 0)
    return `On rows held out ${ORDER_WORDS[better[0].order]} is better than ${ORDER_WORDS[chosen]}: the log loss is ${nats(-better[0].worse.value)} lower (${nats(-better[0].worse.upper)} to ${nats(-better[0].worse.lower)}).`;
  const none = orders.find(({ order }) => order === "none");
  const gain =
    none === undefined || !(none.worse.lower > 0)
      ? "does not surely lower the log loss"
      : `lowers the log loss by ${nats(none.worse.value)} (${nats(none.worse.lower)} to ${nats(none.worse.upper)})`;
  return `On rows held out ${ORDER_WORDS[chosen]} ${gain}, and no other order is surely better.`;
}

const nats = (x: number): string => x.toFixed(4);
