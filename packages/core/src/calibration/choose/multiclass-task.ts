import { applyMulticlassMap } from "../apply-multiclass.ts";
import type { MulticlassCalibrationData } from "../calibration-data.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import type { DataSize } from "./candidate.ts";
import type { RowEvidence } from "./row-evidence.ts";
import { subsetBase } from "./subset.ts";
import type { CalibrationTask } from "./task.ts";

/** A softmax of finite logits is never 1, nor 0: where rounding makes it so, it is no claim of certainty. */
const NEARLY_ONE = 1 - 2 ** -53;

/** Choosing among maps of one score per class. */
export function multiclassTask(
  data: MulticlassCalibrationData,
): CalibrationTask<MulticlassCalibrationData, MulticlassMap> {
  const identity: MulticlassMap = { kind: "identity" };
  return {
    data,
    size: multiclassSize(data),
    width: data.logits.cols,
    identity,
    lean: identity,
    subset: (rows) => multiclassSubset(data, rows),
    predict: (map, { logits }) => applyMulticlassMap(map, logits).data,
    judge: (predicted, subset, rows, evidence) =>
      judgeMulticlass(predicted, applyMulticlassMap(identity, subset.logits).data, subset, rows, evidence),
    blend: (map, weight) => ({
      kind: "blend",
      parts: [
        { weight, map },
        { weight: 1 - weight, map: identity },
      ],
    }),
  };
}

/** The given rows of the data. */
export function multiclassSubset(data: MulticlassCalibrationData, rows: Uint32Array): MulticlassCalibrationData {
  const { data: values, cols } = data.logits;
  const logits = { data: new Float64Array(rows.length * cols), rows: rows.length, cols };
  const labels = new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const start = rows[k] * cols;
    logits.data.set(values.subarray(start, start + cols), k * cols);
    labels[k] = data.labels[rows[k]];
  }
  return { ...subsetBase(data, rows), scoreKind: data.scoreKind, clip: data.clip, logits, labels };
}

function judgeMulticlass(
  predicted: Float64Array,
  before: Float64Array,
  { labels, logits: { cols } }: MulticlassCalibrationData,
  rows: Uint32Array,
  { truth, brier, cross }: RowEvidence,
): void {
  for (let k = 0; k < rows.length; k++) {
    const start = k * cols;
    let square = 0;
    let product = 0;
    for (let j = 0; j < cols; j++) {
      const hit = j === labels[k] ? 1 : 0;
      const off = predicted[start + j] - hit;
      square += off * off;
      product += off * (before[start + j] - hit);
    }
    truth[rows[k]] = Math.min(NEARLY_ONE, Math.max(Number.MIN_VALUE, predicted[start + labels[k]]));
    brier[rows[k]] = square;
    cross[rows[k]] = product;
  }
}

function multiclassSize({ rows, labels, logits, weights, merged }: MulticlassCalibrationData): DataSize {
  const mass = new Float64Array(logits.cols);
  const squares = new Float64Array(logits.cols);
  let total = 0;
  let totalSquares = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1;
    const square = merged ? merged.squaredWeights[i] : weight * weight;
    mass[labels[i]] += weight;
    squares[labels[i]] += square;
    total += weight;
    totalSquares += square;
  }
  const occurring = mass.map((m, k) => (squares[k] > 0 ? (m * m) / squares[k] : Infinity));
  return {
    effectiveN: (total * total) / totalSquares,
    rarest: occurring.reduce((a, b) => Math.min(a, b)),
    classes: logits.cols,
  };
}
