import type { MulticlassCalibrationData } from "../calibration/calibration-data.ts";
import { pairedEstimate, pairedMean } from "../calibration/choose/paired-mean.ts";
import { planFolds } from "../calibration/choose/plan-folds.ts";
import type { FitCertificate } from "../calibration/fit.ts";
import { checkClassRows } from "../calibration/multiclass/class-rows.ts";
import { logitsFromProbabilities } from "../calibration/multiclass/logits-from-probabilities.ts";
import { temperatureOptimum } from "../calibration/multiclass/temperature.ts";
import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import type { Matrix } from "../matrix.ts";
import { expectedCalibrationError } from "../metrics/calibration/binned-calibration-error.ts";
import { correctness, topLabel } from "../metrics/ranking/top-label.ts";
import { createRandom } from "../random/random.ts";
import { shuffle } from "../random/shuffle.ts";
import type { Predictions } from "../report/predictions.ts";
import { type PoolingOrder, pooled } from "./ensemble-calibrator.ts";
import { fitMemberTemperatures, MEMBER_CLIP } from "./member-temperatures.ts";
import type { Members } from "./members.ts";
import { selectMemberRows } from "./select-members.ts";

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

const ORDERS: readonly PoolingOrder[] = ["calibrate-mean", "calibrate-members", "calibrate-jointly", "calibrate-both"];

/** Rows that orders are compared on at most: the intervals are narrow by then. */
const MOST_COMPARED = 20_000;

/** Rows that orders are compared on. */
export interface ComparedRows {
  readonly members: Members;
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
  /** What decides the folds. */
  readonly data: MulticlassCalibrationData;
}

/** All rows, or a sample of them where there are very many. */
export function comparedRows(
  members: Members,
  labels: Int32Array,
  predictions: Predictions,
  seed: number,
): ComparedRows {
  const { weights, groups, time, classNames } = predictions;
  const all = Int32Array.from(labels, (_, i) => i);
  const picked = labels.length <= MOST_COMPARED ? all : shuffle(all, createRandom(seed)).slice(0, MOST_COMPARED).sort();
  const isWhole = picked.length === labels.length;
  const chosen = isWhole ? members : selectMemberRows(members, picked);
  const own = isWhole ? labels : Int32Array.from(picked, (row) => labels[row]);
  const ownWeights = weights && Float64Array.from(picked, (row) => weights[row]);
  const data: MulticlassCalibrationData = {
    rows: picked.length,
    segments: [],
    classNames,
    scoreKind: "probabilities",
    clip: MEMBER_CLIP,
    logits: { data: new Float64Array(0), rows: picked.length, cols: 0 },
    labels: own,
    ...(groups ? { groups: { ...groups, codes: Int32Array.from(picked, (row) => groups.codes[row]) } } : {}),
    ...(time ? { time: { ...time, values: Float64Array.from(picked, (row) => time.values[row]) } } : {}),
  };
  return { members: chosen, labels: own, weights: ownWeights, data };
}

/** What is compared with what. */
export interface OrderComparison {
  readonly order: PoolingOrder;
  /** The fit of that order to all rows. */
  readonly chosen: OrderFit;
  readonly memberWeights: Float64Array | undefined;
  readonly level: number;
  readonly folding: { readonly seed: number; readonly folds?: number };
}

/**
 * What every order is worth on rows that it was not fitted to.
 *
 * @throws {InputError} `too-few` where rows cannot be held out; `incompatible` where the order chosen has no optimum without a fold
 */
export function compareOrders(
  { members, labels, weights, data }: ComparedRows,
  { order, chosen, memberWeights, level, folding }: OrderComparison,
): {
  readonly folds: number;
  readonly orders: OrderEvidence[];
  readonly notFitted: { readonly order: PoolingOrder; readonly reason: string }[];
} {
  const plan = planFolds(data, folding);
  const training = { labels, weights, memberWeights };
  const folds = Array.from({ length: plan.folds }, (_, f) => splitRows(plan.fold, f, plan.scheme === "time")).filter(
    ({ train }) => train.length > 0,
  );
  const held = Uint32Array.from(folds.flatMap(({ test }) => [...test])).sort();
  const parts = folds.map(({ train, test }) => ({
    train: selectMemberRows(members, train),
    rows: {
      labels: Int32Array.from(train, (row) => labels[row]),
      weights: weights && Float64Array.from(train, (row) => weights[row]),
      memberWeights,
    },
    test: selectMemberRows(members, test),
    places: test,
  }));
  const evidence = new Map<PoolingOrder | "none", { fit: OrderFit; means: Matrix }>();
  const notFitted: { order: PoolingOrder; reason: string }[] = [];
  const none = identity(members.members);
  evidence.set("none", { fit: none, means: pooled(members, none.temperatures, 1, memberWeights ?? null) });
  for (const candidate of ORDERS) {
    try {
      const fit = candidate === order ? chosen : fitOrder(candidate, members, training);
      evidence.set(candidate, { fit, means: heldOutMeans(candidate, members, parts) });
    } catch (error) {
      if (!InputError.is(error) || (candidate === order && error.code !== "incompatible")) throw error;
      if (candidate === order)
        throw new InputError("incompatible", `${candidate} cannot be checked on rows held out: ${error.message}`);
      notFitted.push({ order: candidate, reason: error.message });
    }
  }
  const dependent = { rows: held, weights, merged: undefined, groups: data.groups?.codes };
  const losses = new Map([...evidence].map(([key, { means }]) => [key, rowLosses(means, labels)]));
  const own = losses.get(order);
  if (own === undefined) throw new TypeError(`${order} was not fitted`);
  const heldWeights = weights && Float64Array.from(held, (row) => weights[row]);
  const orders = [...evidence].map(([key, { fit, means }]): OrderEvidence => {
    const { logLoss, brier } = losses.get(key) ?? own;
    const estimate = (value: (row: number) => number, metric: string, min = 0) =>
      pairedEstimate(pairedMean(value, dependent), held.length, { metric, rows: "held out" }, { level, min });
    const top = topLabel(means);
    const correct = correctness(top.predicted, labels);
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
  return { folds: plan.folds, orders, notFitted };
}

/** Temperatures of members and of their mean. */
export interface OrderFit {
  readonly temperatures: readonly number[];
  readonly meanTemperature: number;
  readonly certificates: readonly FitCertificate[];
}

/** What temperatures are fitted to. */
export interface TrainingRows {
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
  readonly memberWeights: Float64Array | undefined;
}

function identity(members: number): OrderFit {
  return { temperatures: Array.from({ length: members }, () => 1), meanTemperature: 1, certificates: [] };
}

/** Temperatures by an order. */
export function fitOrder(order: PoolingOrder, members: Members, rows: TrainingRows): OrderFit {
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

interface Fold {
  readonly train: Members;
  readonly rows: TrainingRows;
  readonly test: Members;
  /** Positions of the test rows. */
  readonly places: Int32Array;
}

/** The mean of every held-out row by the fit that did not see it; rows never held out stay 0. */
function heldOutMeans(order: PoolingOrder, { rows, classes }: Members, folds: readonly Fold[]): Matrix {
  const data = new Float64Array(rows * classes);
  for (const { train, rows: training, test, places } of folds) {
    const { temperatures, meanTemperature } = fitOrder(order, train, training);
    const means = pooled(test, temperatures, meanTemperature, training.memberWeights ?? null);
    places.forEach((row, j) => {
      data.set(means.data.subarray(j * classes, (j + 1) * classes), row * classes);
    });
  }
  return { data, rows, cols: classes };
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
