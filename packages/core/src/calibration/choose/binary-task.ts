import { applyBinaryMap } from "../apply-binary.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { BinaryCalibrationData } from "../calibration-data.ts";
import type { DataSize } from "./candidate.ts";
import { boundedIdentity, certaintyBounds } from "./certainty-bounds.ts";
import type { RowEvidence } from "./row-evidence.ts";
import { subsetBase } from "./subset.ts";
import type { CalibrationTask } from "./task.ts";

/** Choosing among maps of one score. */
export function binaryTask(data: BinaryCalibrationData): CalibrationTask<BinaryCalibrationData, BinaryMap> {
  const identity: BinaryMap = { kind: "identity" };
  const bounds = certaintyBounds(data);
  const lean = bounds === null ? identity : boundedIdentity(bounds);
  return {
    data,
    size: binarySize(data),
    width: 1,
    identity,
    lean,
    subset: (rows) => binarySubset(data, rows),
    predict: (map, subset) => applyBinaryMap(map, subset.scores),
    judge: (predicted, subset, rows, evidence) =>
      judgeBinary(
        predicted,
        subset,
        bounds === null ? subset.scores : applyBinaryMap(lean, subset.scores),
        rows,
        evidence,
      ),
    blend: (map, weight) => ({
      kind: "blend",
      parts: [
        { weight, map },
        { weight: 1 - weight, map: lean },
      ],
    }),
  };
}

/** The given rows of the data. */
export function binarySubset(data: BinaryCalibrationData, rows: Uint32Array): BinaryCalibrationData {
  const scores = new Float64Array(rows.length);
  const outcomes = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    scores[k] = data.scores[rows[k]];
    outcomes[k] = data.outcomes[rows[k]];
  }
  return { ...subsetBase(data, rows), scoreKind: data.scoreKind, scores, outcomes };
}

function judgeBinary(
  probabilities: Float64Array,
  { outcomes }: BinaryCalibrationData,
  leant: Float64Array,
  rows: Uint32Array,
  { truth, brier, cross }: RowEvidence,
): void {
  for (let k = 0; k < rows.length; k++) {
    const off = probabilities[k] - outcomes[k];
    truth[rows[k]] = outcomes[k] === 1 ? probabilities[k] : 1 - probabilities[k];
    brier[rows[k]] = off * off;
    cross[rows[k]] = off * (leant[k] - outcomes[k]);
  }
}

function binarySize({ rows, outcomes, weights, merged }: BinaryCalibrationData): DataSize {
  const mass = new Float64Array(2);
  const squares = new Float64Array(2);
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1;
    mass[outcomes[i]] += weight;
    squares[outcomes[i]] += merged ? merged.squaredWeights[i] : weight * weight;
  }
  const effective = (m: number, s: number): number => (s > 0 ? (m * m) / s : 0);
  return {
    effectiveN: effective(mass[0] + mass[1], squares[0] + squares[1]),
    rarest: Math.min(effective(mass[0], squares[0]), effective(mass[1], squares[1])),
    classes: 2,
  };
}
