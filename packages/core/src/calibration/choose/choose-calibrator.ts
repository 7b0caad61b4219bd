import { InputError } from "../../errors.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { BinaryCalibrationData, CalibrationData, MulticlassCalibrationData } from "../calibration-data.ts";
import type { CalibrationFit, FitCertificate } from "../fit.ts";
import type { CandidateResult, FitDocument } from "../fit-document.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { binaryCandidates, inOrder, namedBinaryCandidate } from "./binary-candidates.ts";
import { binarySubset, binaryTask } from "./binary-task.ts";
import type { Candidate, DataSize } from "./candidate.ts";
import { candidateResults, choiceReason, LEFT_ALONE } from "./candidate-results.ts";
import { rowsWithColumns, sampledRows, weightedRows } from "./choice-rows.ts";
import { type ChosenMap, chooseAmong } from "./choose-among.ts";
import type { FoldPlan } from "./cross-fit.ts";
import type { MethodOptions } from "./method-options.ts";
import { multiclassCandidates, namedMulticlassCandidate } from "./multiclass-candidates.ts";
import { multiclassSubset, multiclassTask } from "./multiclass-task.ts";
import { planFolds } from "./plan-folds.ts";
import { splitMerged } from "./split-merged.ts";
import type { CalibrationTask } from "./task.ts";

/** Folds of merged rows: there are always many. */
const MERGED_FOLDS = 5;

/** Options of `chooseCalibrator`. */
export interface ChooseOptions {
  /** `auto`, or one of `calibrationMethods`. Default `auto`. */
  readonly method?: string;
  /** Folds of the cross-validation, ≥ 2. Default 10 below 200 rows, else 5; fewer where groups or times are fewer. */
  readonly folds?: number;
  /** Seed of the folds, an integer in [0, 2⁵³). Default 0. */
  readonly seed?: number;
  /** Nominal coverage of every interval, in (0, 1). Default 0.95. */
  readonly level?: number;
  readonly methodOptions?: MethodOptions;
}

/** A calibrator that was chosen, before it is proven and sealed. */
export interface Choice<FittedMap> {
  readonly method: string;
  /** For people: "temperature scaling". */
  readonly label: string;
  /** Why this method, in one sentence. */
  readonly reason: string;
  readonly map: FittedMap;
  /** Share of the fit in its blend with the scores as they are, in [0, 1]: 1 is the bare fit, 0 leaves the scores alone. */
  readonly share: number;
  /** Those of the fit, and `share` where it is a blend. */
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  readonly certificate: FitCertificate | null;
  readonly notes: readonly string[];
  readonly candidates: readonly CandidateResult[];
  readonly validation: FitDocument["validation"];
}

/** How many rows a map was fitted to. Rows without weight do not count. */
export interface RowTotals {
  readonly rows: number;
  /** The original rows behind them, where they are merged. */
  readonly n: number;
  readonly size: DataSize;
}

/** Rows that are not there one by one: a sample of them decides, and the map is fitted to all. */
export interface RowsElsewhere<Data extends CalibrationData, FittedMap> extends RowTotals {
  /** Those of `auto`. */
  readonly candidates: readonly Candidate<Data, FittedMap>[];
  /**
   * The fit of a candidate to all rows.
   *
   * @throws {InputError} where they have no fit; `auto` then passes the method over
   */
  fit(candidate: Candidate<Data, FittedMap>): CalibrationFit<FittedMap>;
}

/** Everything that a choice went through; what the proof needs. */
export interface ChoiceRun<Data extends CalibrationData, FittedMap> {
  readonly choice: Choice<FittedMap>;
  /** What the map was fitted to. */
  readonly all: RowTotals;
  /** Positions in the data of the rows that the choice was made on; null where it is all of them. */
  readonly origin: Uint32Array | null;
  /** On the rows that the choice was made on. */
  readonly task: CalibrationTask<Data, FittedMap>;
  readonly plan: FoldPlan;
  readonly tried: readonly Candidate<Data, FittedMap>[];
  readonly isForced: boolean;
  readonly chosen: ChosenMap<Data, FittedMap>;
}

/**
 * The calibrator for these data: the one named, or the one that cross-validation by log loss chooses.
 *
 * `auto` tries every method that the number of rows allows. Among those within one standard error of the lowest log loss it
 * takes the simplest, and blends it with the scores as they are as far as the evidence is weak (see `select`); it leaves the
 * scores alone where nothing is gained. Above 100 000 rows a sample of so many decides and all rows are fitted.
 *
 * @throws {InputError} `unknown-option` for a method that does not exist; `too-few` where nothing can be held out; what the
 *   fit of a named method throws
 */
export function chooseCalibrator(data: BinaryCalibrationData, options?: ChooseOptions): Choice<BinaryMap>;
export function chooseCalibrator(data: MulticlassCalibrationData, options?: ChooseOptions): Choice<MulticlassMap>;
export function chooseCalibrator(data: CalibrationData, options?: ChooseOptions): Choice<BinaryMap | MulticlassMap>;
export function chooseCalibrator(
  data: CalibrationData,
  options: ChooseOptions = {},
): Choice<BinaryMap | MulticlassMap> {
  return "labels" in data ? runMulticlassChoice(data, options).choice : runBinaryChoice(data, options).choice;
}

/**
 * `chooseCalibrator` of one score per row, with what led there.
 *
 * @param elsewhere set where `data` is a sample of rows that are not there one by one
 */
export function runBinaryChoice(
  data: BinaryCalibrationData,
  options: ChooseOptions,
  elsewhere: RowsElsewhere<BinaryCalibrationData, BinaryMap> | null = null,
): ChoiceRun<BinaryCalibrationData, BinaryMap> {
  const { method = "auto", methodOptions = {} } = options;
  const candidates =
    method === "auto"
      ? inOrder(elsewhere?.candidates ?? binaryCandidates, methodOptions)
      : [namedBinaryCandidate(method, methodOptions)];
  const pick = (rows: Uint32Array, from: BinaryCalibrationData): BinaryCalibrationData =>
    rowsWithColumns(from, binarySubset(from, rows), rows);
  return runChoice(data, candidates, options, { width: 1, taskOf: binaryTask, pick }, elsewhere);
}

/** `chooseCalibrator` of one score per class, with what led there. */
export function runMulticlassChoice(
  data: MulticlassCalibrationData,
  options: ChooseOptions,
): ChoiceRun<MulticlassCalibrationData, MulticlassMap> {
  const { method = "auto", methodOptions = {} } = options;
  const candidates =
    method === "auto" ? multiclassCandidates(methodOptions) : [namedMulticlassCandidate(method, methodOptions)];
  const pick = (rows: Uint32Array, from: MulticlassCalibrationData): MulticlassCalibrationData =>
    rowsWithColumns(from, multiclassSubset(from, rows), rows);
  return runChoice(data, candidates, options, { width: data.logits.cols, taskOf: multiclassTask, pick }, null);
}

/** What differs between one score per row and many. */
interface ScoreShape<Data extends CalibrationData, FittedMap> {
  /** Scores per row. */
  readonly width: number;
  taskOf(data: Data): CalibrationTask<Data, FittedMap>;
  /** The given rows with everything that goes with them. */
  pick(rows: Uint32Array, from: Data): Data;
}

function runChoice<Data extends CalibrationData, FittedMap>(
  data: Data,
  candidates: readonly Candidate<Data, FittedMap>[],
  options: ChooseOptions,
  { width, taskOf, pick }: ScoreShape<Data, FittedMap>,
  elsewhere: RowsElsewhere<Data, FittedMap> | null,
): ChoiceRun<Data, FittedMap> {
  const { method = "auto", seed = 0, level = 0.95, folds } = options;
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  if (data.rows === 0) throw new InputError("empty", "a calibrator needs rows with outcomes, got none");
  const weighted = weightedRows(data);
  const full = weighted ? pick(weighted, data) : data;
  const parts = full.time || full.groups ? null : splitMerged(full, folds ?? MERGED_FOLDS, seed);
  const sampled = parts ? parts.rows : sampledRows(full, width, seed);
  const part = sampled ? pick(sampled, full) : full;
  const task = taskOf(parts ? { ...part, weights: parts.weights, merged: parts.merged } : part);
  const all = elsewhere ?? totalsOf(full, sampled ? taskOf(full).size : task.size);
  const ofFull = (candidate: Candidate<Data, FittedMap>): CalibrationFit<FittedMap> => candidate.fit(full);
  const fitAll = elsewhere ? elsewhere.fit : sampled ? ofFull : null;
  const plan: FoldPlan = parts
    ? { scheme: "random", folds: folds ?? MERGED_FOLDS, fold: parts.fold }
    : planFolds(task.data, { seed, ...(folds === undefined ? {} : { folds }) });
  const isForced = method !== "auto";
  const tried = isForced ? candidates : candidates.filter((candidate) => candidate.tooFew(task.size) === null);
  const chosen = chooseAmong(task, fitAll, tried, plan, isForced);
  const { candidate, fit, weight, map } = chosen;
  const share = weight > 0 && weight < 1 ? { share: weight } : {};
  const choice: Choice<FittedMap> = {
    method: candidate?.method ?? "identity",
    label: candidate?.label ?? LEFT_ALONE,
    reason: choiceReason(chosen, tried, isForced),
    map,
    share: weight,
    parameters: { ...fit?.parameters, ...share },
    certificate: fit?.certificate ?? null,
    notes: fit?.notes ?? [],
    candidates: candidateResults(task, candidates, tried, plan, chosen, level),
    validation: {
      scheme: plan.scheme,
      folds: plan.folds,
      heldOut: originalRows(task.data, (row) => plan.scheme !== "time" || plan.fold[row] > 0),
      seed,
      by:
        plan.scheme === "time"
          ? (data.time?.name ?? null)
          : plan.scheme === "grouped"
            ? (data.groups?.name ?? null)
            : null,
    },
  };
  const origin = sampled && weighted ? sampled.map((row) => weighted[row]) : (sampled ?? weighted);
  return { choice, all, origin, task, plan, tried, isForced, chosen };
}

function totalsOf(data: CalibrationData, size: DataSize): RowTotals {
  return { rows: data.rows, n: originalRows(data, () => true), size };
}

function originalRows({ rows, merged }: CalibrationData, isIn: (row: number) => boolean): number {
  let count = 0;
  for (let row = 0; row < rows; row++) if (isIn(row)) count += merged ? merged.counts[row] : 1;
  return count;
}
