import {
  applyBinaryMap,
  applyMulticlassMap,
  type BinaryMap,
  brierScore,
  type CalibrationData,
  calibrateClasses,
  calibrateScores,
  expectedCalibrationError,
  type FitDocument,
  fitDocument,
  InputError,
  type MulticlassMap,
  openCalibrator,
} from "@candor/core";
import { binaryMethods } from "../../../core/src/calibration/choose/binary-methods.ts";
import { multiclassMethods } from "../../../core/src/calibration/choose/multiclass-methods.ts";
import { pairedEstimate, pairedMean } from "../../../core/src/calibration/choose/paired-mean.ts";
import { figures } from "./class-data.ts";
import type { SplitSet } from "./compare-sets.ts";

/** Probabilities are taken to at least this before the log loss: some methods give 0. */
const CLIP = 1e-12;

/** What `auto` is made of is no single method. */
const COMPOSED = "structured-blend";

/** Probabilities of test rows, judged. */
export interface Judged {
  readonly logLoss: number;
  readonly brier: number;
  readonly ece15: number;
  /** Log loss of each test row, in nats. */
  readonly losses: Float64Array;
}

/** A single method on the test rows. */
export interface Single extends Judged {
  readonly method: string;
}

/** Log loss of `auto` minus that of another, on the same test rows, with a 95 % interval clustered by group. */
export interface PairedDifference {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** `auto` beside every single method on one set. */
export interface Comparison {
  readonly name: string;
  readonly rows: number;
  readonly testRows: number;
  readonly before: Judged;
  /** Fitted to the calibration half, by ascending log loss on the test half: the first is the best with hindsight. */
  readonly singles: readonly Single[];
  /** Methods without a fit. */
  readonly refused: readonly string[];
  readonly auto: Judged;
  readonly document: FitDocument;
  /** To choose, prove and seal. */
  readonly seconds: number;
  /** `auto` against the best single method with hindsight. */
  readonly fromBest: PairedDifference;
  /** `auto` against the single method that is best on the other half of the test groups (or rows). */
  readonly fromChosen: PairedDifference;
}

type AnyMap = { readonly classes: MulticlassMap } | { readonly score: BinaryMap };

function predict(map: AnyMap, data: CalibrationData): Float64Array {
  if ("labels" in data && "classes" in map) return applyMulticlassMap(map.classes, data.logits).data;
  if (!("labels" in data) && "score" in map) return applyBinaryMap(map.score, data.scores);
  throw new Error("a map of one kind and data of another");
}

/** Log loss per row, and the usual figures, of probabilities of the rows. */
export function judge(probabilities: Float64Array, data: CalibrationData): Judged {
  if ("labels" in data) {
    const { rows, cols } = data.logits;
    const { nll, brier, ece15 } = figures({ data: probabilities, rows, cols }, data.labels, CLIP);
    const losses = Float64Array.from(data.labels, (label, i) => rowLoss(probabilities[i * cols + label] ?? Number.NaN));
    return { logLoss: nll, brier, ece15, losses };
  }
  const { outcomes } = data;
  const losses = probabilities.map((p, i) => rowLoss(outcomes[i] === 1 ? p : 1 - p));
  return {
    logLoss: losses.reduce((a, b) => a + b, 0) / losses.length,
    brier: brierScore(probabilities, outcomes).value,
    ece15: expectedCalibrationError(probabilities, outcomes).value,
    losses,
  };
}

function rowLoss(probability: number): number {
  return -Math.log(Math.max(probability, CLIP));
}

/** `auto` with default options, as `candor fit` runs it. */
export function fitAuto({ name, calibration }: SplitSet): FitDocument {
  const source = { name, rows: calibration.rows, skipped: [], columns: {}, approximate: false, notes: [] };
  return fitDocument(calibration, { version: "0", name, source });
}

/** What the sealed calibrator gives for the rows, read back from its JSON. */
export function applySealed(document: FitDocument, data: CalibrationData): Float64Array {
  const calibrator = openCalibrator(JSON.parse(JSON.stringify(document.calibrator)));
  if ("labels" in data && "clip" in calibrator) {
    const { logits, clip } = data;
    const values = clip === null ? logits : { ...logits, data: logits.data.map(Math.exp) };
    return calibrateClasses(calibrator, values).probabilities.data;
  }
  if (!("labels" in data) && !("clip" in calibrator)) return calibrateScores(calibrator, data.scores);
  throw new Error("a calibrator of one kind and data of another");
}

function fitSingles(calibration: CalibrationData): { method: string; fit: () => AnyMap }[] {
  if ("labels" in calibration)
    return multiclassMethods
      .filter(({ method }) => method !== COMPOSED)
      .map(({ method, fit }) => ({ method, fit: () => ({ classes: fit(calibration, {}).map }) }));
  const { scores, outcomes } = calibration;
  return binaryMethods.map(({ method, fit }) => ({ method, fit: () => ({ score: fit(scores, outcomes, {}).map }) }));
}

/** Mean of a - b over rows, from the log loss of each. */
export function pairedDifference(
  a: Float64Array,
  b: Float64Array,
  { rows, groups }: CalibrationData,
): PairedDifference {
  const positions = Uint32Array.from({ length: rows }, (_, i) => i);
  const sample = { rows: positions, weights: undefined, merged: undefined, groups: groups?.codes };
  const mean = pairedMean((row) => (a[row] ?? Number.NaN) - (b[row] ?? Number.NaN), sample);
  return pairedEstimate(mean, rows, { metric: "log-loss-difference" }, { level: 0.95 });
}

/** The loss of each row under the method that has the lowest on every second of the other groups (or rows). */
function chosenElsewhere(singles: readonly Single[], { rows, groups }: CalibrationData): Float64Array {
  const half = (row: number): number => (groups ? (groups.codes[row] ?? 0) : row) % 2;
  const bestOf = [0, 1].map((other) => {
    const totals = singles.map(({ losses }) =>
      losses.reduce((sum, loss, row) => (half(row) === other ? sum + loss : sum), 0),
    );
    return singles[totals.indexOf(Math.min(...totals))];
  });
  return Float64Array.from({ length: rows }, (_, row) => bestOf[1 - half(row)]?.losses[row] ?? Number.NaN);
}

/** Fits every single method and `auto` to the calibration half and judges them on the test half. */
export function compareAuto(set: SplitSet): Comparison {
  const { name, calibration, test } = set;
  const refused: string[] = [];
  const singles = fitSingles(calibration).flatMap(({ method, fit }): Single[] => {
    try {
      return [{ method, ...judge(predict(fit(), test), test) }];
    } catch (error) {
      if (!InputError.is(error)) throw error;
      refused.push(method);
      return [];
    }
  });
  const before = singles.find(({ method }) => method === "identity");
  singles.sort((a, b) => a.logLoss - b.logLoss);
  const [best] = singles;
  if (!before || !best) throw new Error(`${name}: nothing could be fitted`);
  const start = performance.now();
  const document = fitAuto(set);
  const seconds = (performance.now() - start) / 1000;
  const auto = judge(applySealed(document, test), test);
  return {
    name,
    rows: calibration.rows,
    testRows: test.rows,
    before,
    singles,
    refused,
    auto,
    document,
    seconds,
    fromBest: pairedDifference(auto.losses, best.losses, test),
    fromChosen: pairedDifference(auto.losses, chosenElsewhere(singles, test), test),
  };
}
