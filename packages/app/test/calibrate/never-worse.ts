import type { BinaryCalibrationData, CalibrationData, MulticlassCalibrationData, Random } from "@candor/core";
import {
  applyBinaryMap,
  applyMulticlassMap,
  brierScore,
  brierScoreMulticlass,
  createRandom,
  fitDocument,
  logLoss,
  logLossMulticlass,
} from "@candor/core";
import type { RealSet } from "./real-sets.ts";

/** One small calibration set, and what `auto` made of it on the rows that it was not drawn from. */
export interface Draw {
  readonly set: string;
  readonly n: number;
  readonly method: string;
  /** Log loss and Brier score on the other rows, after minus before: positive is worse. */
  readonly logLoss: number;
  readonly brier: number;
  /** What the document claims: before minus after. */
  readonly claimed: number;
  readonly claimedAbove0: boolean;
}

const SMALLEST = 30;
const LARGEST = 500;
/** Rows that a calibrator is judged on, at most. */
const MOST_TEST_ROWS = 5000;

/**
 * Calibration sets of 30 to 500 rows (uniform in the logarithm, at most 60 % of a set), drawn without replacement from
 * each set in turn.
 *
 * @param seed the same seed gives the same draws
 */
export function drawNeverWorse(sets: readonly RealSet[], draws: number, seed: number): Draw[] {
  const random = createRandom(seed);
  return Array.from({ length: draws }, (_, d) => {
    const { name, data } = sets[d % sets.length] ?? fail();
    const most = Math.min(LARGEST, Math.floor(0.6 * data.rows));
    const n = Math.round(SMALLEST * (most / SMALLEST) ** random.uniform());
    const order = partialShuffle(data.rows, Math.min(data.rows, n + MOST_TEST_ROWS), random);
    return judged(name, subset(data, order.subarray(0, n)), subset(data, order.subarray(n)), d);
  });
}

function judged(set: string, drawn: CalibrationData, rest: CalibrationData, seed: number): Draw {
  const source = { name: set, rows: drawn.rows, skipped: [], columns: {}, approximate: false, notes: [] };
  const { calibrator, method, improvement } = fitDocument(drawn, { version: "0", name: set, source, seed });
  const [logLossBefore, brierBefore] = lossesOf(rest, null);
  const [logLossAfter, brierAfter] = lossesOf(rest, calibrator);
  return {
    set,
    n: drawn.rows,
    method,
    logLoss: logLossAfter - logLossBefore,
    brier: brierAfter - brierBefore,
    claimed: improvement.logLoss.value,
    claimedAbove0: improvement.logLoss.lower > 0,
  };
}

type AnyCalibrator = ReturnType<typeof fitDocument>["calibrator"];

function lossesOf(data: CalibrationData, calibrator: AnyCalibrator | null): [number, number] {
  if ("labels" in data) {
    const map = calibrator && "clip" in calibrator ? calibrator.map : ({ kind: "identity" } as const);
    const p = applyMulticlassMap(map, data.logits);
    return [logLossMulticlass(p, data.labels).value, brierScoreMulticlass(p, data.labels).value];
  }
  const map = calibrator && !("clip" in calibrator) ? calibrator.map : ({ kind: "identity" } as const);
  const p = applyBinaryMap(map, data.scores);
  return [logLoss(p, data.outcomes).value, brierScore(p, data.outcomes).value];
}

function subset(data: CalibrationData, rows: Uint32Array): CalibrationData {
  if ("labels" in data) return classRows(data, rows);
  const part: BinaryCalibrationData = {
    ...data,
    rows: rows.length,
    scores: Float64Array.from(rows, (row) => data.scores[row] ?? fail()),
    outcomes: Uint8Array.from(rows, (row) => data.outcomes[row] ?? fail()),
  };
  return part;
}

function classRows(data: MulticlassCalibrationData, rows: Uint32Array): MulticlassCalibrationData {
  const { cols } = data.logits;
  const values = new Float64Array(rows.length * cols);
  rows.forEach((row, k) => {
    values.set(data.logits.data.subarray(row * cols, (row + 1) * cols), k * cols);
  });
  const labels = Int32Array.from(rows, (row) => data.labels[row] ?? fail());
  return { ...data, rows: rows.length, logits: { data: values, rows: rows.length, cols }, labels };
}

/** The first `count` places of a random order. */
function partialShuffle(rows: number, count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  for (let i = 0; i < Math.min(count, rows - 1); i++) {
    const j = i + random.integer(rows - i);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order.slice(0, count);
}

function fail(): never {
  throw new Error("no such row");
}

/** What many draws come to. */
export interface Summary {
  readonly name: string;
  readonly draws: number;
  /** Means of after minus before. */
  readonly logLoss: number;
  readonly brier: number;
  /** Mean over the worst 1 % of the draws, and the worst. */
  readonly worstLogLoss: number;
  readonly worstBrier: number;
  readonly mostLogLoss: number;
  readonly mostBrier: number;
  readonly leftAlone: number;
}

/** Means and the worst of the draws. */
export function summarize(name: string, draws: readonly Draw[]): Summary {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const worst = (key: "logLoss" | "brier", count: number): number =>
    mean(
      draws
        .map((draw) => draw[key])
        .sort((a, b) => b - a)
        .slice(0, count),
    );
  const percent = Math.ceil(draws.length / 100);
  return {
    name,
    draws: draws.length,
    logLoss: mean(draws.map((draw) => draw.logLoss)),
    brier: mean(draws.map((draw) => draw.brier)),
    worstLogLoss: worst("logLoss", percent),
    worstBrier: worst("brier", percent),
    mostLogLoss: worst("logLoss", 1),
    mostBrier: worst("brier", 1),
    leftAlone: draws.filter((draw) => draw.method === "identity").length,
  };
}
