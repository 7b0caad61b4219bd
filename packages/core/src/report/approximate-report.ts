import { addToCells, type Cells, cellPairs, cellTotal, createCells } from "../cells/cells.ts";
import { cellErrorBound } from "../cells/error-bound.ts";
import { fineGrid, type Grid } from "../cells/grid.ts";
import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import { expectedCalibrationError } from "../metrics/calibration/binned-calibration-error.ts";
import { oneAgainstRest } from "../metrics/one-against-rest.ts";
import { topLabel } from "../metrics/ranking/top-label.ts";
import { brierScore } from "../metrics/scores/brier-score.ts";
import { logLoss } from "../metrics/scores/log-loss.ts";
import { DEFAULT_CLIP } from "../metrics/scores/row-losses.ts";
import { assembleReport, type ExactScores } from "./build-report.ts";
import { classBrierLosses, classLogLosses } from "./class-losses.ts";
import { codeGroups } from "./code-groups.ts";
import type { ProbabilityReport, ReportDocument, Task } from "./document.ts";
import type { GroupSample } from "./group-report.ts";
import { calibrationPairs, type PairSample, selectRows, topLabelPairs } from "./pair-sample.ts";
import { addToPeriods, createPeriods, type PeriodCells, periodStretches } from "./period-cells.ts";
import type { Predictions } from "./predictions.ts";
import { addToMean, createMean, type RunningMean, runningEstimate } from "./running-mean.ts";

/** Classes up to which the classwise error is kept in cells of its own. */
const MOST_CLASSES = 100;

/** Cells of the values of a segment column, by code. */
export interface SegmentCells {
  values: readonly string[];
  readonly cells: (Cells | undefined)[];
}

/** Sums over a stream of predictions from which a report can be made at any time; bounded in size. */
export interface ReportAccumulator {
  readonly task: Task;
  readonly calibration: Cells;
  /** Per class: top-label confidence against correctness of the rows given this class. Empty for confidence pairs. */
  readonly predicted: (Cells | undefined)[];
  /** Per class, one against the rest; multiclass with at most 100 classes. */
  readonly oneAgainstRest: Cells[];
  readonly segments: Map<string, SegmentCells>;
  periods: PeriodCells | undefined;
  readonly brier: RunningMean;
  readonly logLoss: RunningMean;
  classNames: readonly string[];
  weighted: boolean;
  /** Log losses are exact, from logits. */
  hasLogits: boolean;
}

/**
 * Empty sums for a task.
 *
 * @param grid of the cells; default `fineGrid`
 */
export function createAccumulator(task: Task, grid: Grid = fineGrid): ReportAccumulator {
  return {
    task,
    calibration: createCells(grid),
    predicted: [],
    oneAgainstRest: [],
    segments: new Map(),
    periods: undefined,
    brier: createMean(),
    logLoss: createMean(),
    classNames: [],
    weighted: false,
    hasLogits: false,
  };
}

/**
 * Adds a batch of predictions.
 *
 * @throws {InputError} `incompatible` when the batch is of another task
 */
export function accumulate(sums: ReportAccumulator, batch: Predictions): void {
  if (batch.task !== sums.task)
    throw new InputError("incompatible", `expected ${sums.task} predictions, got ${batch.task}`);
  sums.classNames = batch.classNames;
  sums.weighted ||= batch.weights !== undefined;
  const { grid } = sums.calibration;
  const pairs = calibrationPairs(batch);
  addToCells(sums.calibration, pairs.probabilities, pairs.outcomes, pairs.weights);
  if (batch.task === "multiclass") accumulateClasses(sums, batch, pairs);
  for (const column of batch.segments) {
    const segment = sums.segments.get(column.name) ?? { values: column.values, cells: [] };
    sums.segments.set(column.name, segment);
    segment.values = column.values;
    addByCode(pairs, column.codes, column.values.length, segment.cells, grid);
  }
  if (batch.time) {
    sums.periods ??= createPeriods(batch.time, grid);
    addToPeriods(sums.periods, batch.time, pairs);
  }
}

function accumulateClasses(
  sums: ReportAccumulator,
  batch: Extract<Predictions, { task: "multiclass" }>,
  pairs: PairSample,
): void {
  const { probabilities, labels, weights } = batch;
  const { cols } = probabilities;
  addByCode(pairs, topLabel(probabilities).predicted, cols, sums.predicted, sums.calibration.grid);
  if (cols <= MOST_CLASSES)
    for (let k = 0; k < cols; k++) {
      sums.oneAgainstRest[k] ??= createCells(sums.calibration.grid);
      const one = oneAgainstRest(probabilities, labels, k);
      addToCells(sums.oneAgainstRest[k], one.probabilities, one.outcomes, weights);
    }
  sums.hasLogits ||= batch.logProbabilities !== undefined;
  const brier = classBrierLosses(probabilities, labels);
  const loss = classLogLosses(batch);
  for (let i = 0; i < loss.length; i++) {
    const w = weights ? weights[i] : 1;
    addToMean(sums.brier, brier[i], w);
    addToMean(sums.logLoss, loss[i], w);
  }
}

/** Adds every pair to the cells of its code. */
function addByCode(
  pairs: PairSample,
  codes: Int32Array,
  count: number,
  cells: (Cells | undefined)[],
  grid: Grid,
): void {
  codeGroups(codes, count).forEach((rows, code) => {
    if (rows.length === 0) return;
    const { probabilities, outcomes, weights } = selectRows(pairs, rows);
    cells[code] ??= createCells(grid);
    addToCells(cells[code], probabilities, outcomes, weights);
  });
}

/** Options of `approximateReport`. */
export interface ApproximateReportOptions {
  readonly version: string;
  /** What was read; the notes on the approximation are added to it. */
  readonly source: Omit<ReportDocument["source"], "approximate">;
  readonly level?: number;
}

/**
 * The report from accumulated sums instead of rows.
 *
 * Counts, ECE at every number of bins that divides the stretches of the grid (7200), Brier score and log loss are exact up to rounding; the document
 * says how far the rest can be off.
 *
 * @throws {InputError} `empty`
 */
export function approximateReport(
  sums: ReportAccumulator,
  { version, source, level = 0.95 }: ApproximateReportOptions,
): ProbabilityReport {
  const { periods } = sums;
  const calibration = cellPairs(sums.calibration);
  const confidence = sums.task === "binary" ? topLabelPairs(calibration) : calibration;
  const groupOf = (by: string, name: string, cells: Cells): GroupSample => {
    const pairs = cellPairs(cells);
    return { by, name, calibration: pairs, confidence: sums.task === "binary" ? topLabelPairs(pairs) : pairs };
  };
  return assembleReport({
    version,
    task: sums.task,
    source: {
      ...source,
      approximate: true,
      notes: [...source.notes, approximationNote(sums.calibration)],
    },
    weighted: sums.weighted,
    classNames: sums.classNames,
    calibration,
    confidence,
    scores: cellScores(sums, calibration, level),
    segments: [...sums.segments].map(([by, { values, cells }]) =>
      used(cells).map(([k, part]) => groupOf(by, values[k], part)),
    ),
    classes:
      sums.task === "binary"
        ? binaryClasses(calibration, sums.classNames)
        : used(sums.predicted).map(([k, part]) => groupOf("predicted class", sums.classNames[k], part)),
    periods: periods ? periodStretches(periods).map(([name, cells]) => groupOf(periods.name, name, cells)) : [],
    versus: null,
    level,
  });
}

function approximationNote(cells: Cells): string {
  const { probability, auroc } = cellErrorBound(cells);
  const { stretches } = cells.grid;
  const start =
    cells.grid === fineGrid
      ? "Computed from cells in one pass: ECE, Brier score and log loss are exact"
      : `Computed from cells that are kept as predictions come in: Brier score, log loss and ECE in equally wide bins whose number divides ${stretches} are exact`;
  if (probability === 0) return `${start}; so are the other probabilities, each of which has a cell of its own.`;
  const rounding = `probabilities elsewhere are rounded to cells of width ${probability.toPrecision(2)} or less`;
  return `${start}; ${rounding}, the AUROC is ${auroc === 0 ? "exact" : `within ${auroc.toPrecision(2)}`}.`;
}

/** The rows called negative and those called positive, as top-label confidence against correctness. */
function binaryClasses(calibration: PairSample, classNames: readonly string[]): GroupSample[] {
  const rows: [number[], number[]] = [[], []];
  for (let i = 0; i < calibration.probabilities.length; i++) rows[calibration.probabilities[i] >= 0.5 ? 1 : 0].push(i);
  return rows.flatMap((list, k) => {
    if (list.length === 0) return [];
    const confidence = topLabelPairs(selectRows(calibration, Uint32Array.from(list)));
    return [{ by: "predicted class", name: classNames[k], calibration: confidence, confidence }];
  });
}

/** The cells that exist, each with its code. */
function used(cells: readonly (Cells | undefined)[]): [number, Cells][] {
  return [...cells.entries()].flatMap(([code, part]) => (part ? [[code, part]] : []));
}

function cellScores(sums: ReportAccumulator, pairs: PairSample, level: number): ExactScores {
  if (sums.task === "multiclass") return classScores(sums, level);
  const options = { ...pairs, level };
  const { calibration } = sums;
  const total = cellTotal(calibration, "weight");
  const squares =
    cellTotal(calibration, "pp") - 2 * cellTotal(calibration, "pPositive") + cellTotal(calibration, "weightPositive");
  const brier = shifted(brierScore(pairs.probabilities, pairs.outcomes, options), squares / total, 1);
  const meanLoss = cellTotal(calibration, "loss") / total;
  const loss = shifted(logLoss(pairs.probabilities, pairs.outcomes, options), meanLoss, Infinity);
  return { brier, logLoss: loss, classwiseEce: sums.task === "binary" ? mirroredEce(pairs, level) : null };
}

function classScores(sums: ReportAccumulator, level: number): ExactScores {
  const choices = { task: "multiclass", classes: sums.classNames.length };
  const input = sums.hasLogits ? "log-probabilities" : "probabilities";
  const clip = sums.hasLogits ? 0 : DEFAULT_CLIP;
  return {
    brier: runningEstimate(sums.brier, { metric: "brier", ...choices, scale: "sum over classes of (p - y)^2" }, level),
    logLoss: runningEstimate(sums.logLoss, { metric: "log-loss", ...choices, input, unit: "nats", clip }, level),
    classwiseEce: classwiseFromCells(sums, level),
  };
}

/** An estimate from cells moved to the value known exactly, its interval inside [0, most]. */
function shifted(estimate: Estimate, exact: number, most: number): Estimate {
  const value = Math.max(0, exact);
  const move = value - estimate.value;
  const lower = Math.max(0, estimate.lower + move);
  return { ...estimate, value, lower, upper: Math.min(most, estimate.upper + move) };
}

/** Mean of the ECE of both classes of a binary prediction. */
function mirroredEce(pairs: PairSample, level: number): Estimate {
  const options = { ...pairs, level, label: "classwise-mean" } as const;
  const positive = expectedCalibrationError(pairs.probabilities, pairs.outcomes, options);
  const negative = expectedCalibrationError(
    pairs.probabilities.map((p) => 1 - p),
    pairs.outcomes.map((y) => 1 - y),
    options,
  );
  return meanOfEstimates([positive, negative], { ...positive.spec, metric: "classwise-ece", classes: 2 });
}

function classwiseFromCells(sums: ReportAccumulator, level: number): Estimate | null {
  if (sums.oneAgainstRest.length === 0) return null;
  const estimates = sums.oneAgainstRest.map((cells) => {
    const pairs = cellPairs(cells);
    return expectedCalibrationError(pairs.probabilities, pairs.outcomes, { ...pairs, level, label: "classwise-mean" });
  });
  return meanOfEstimates(estimates, {
    ...estimates[0].spec,
    metric: "classwise-ece",
    classes: sums.oneAgainstRest.length,
  });
}

/** Mean of estimates on the same rows; the ends are averaged too, which is safe whatever their dependence. */
function meanOfEstimates(estimates: readonly Estimate[], spec: Estimate["spec"]): Estimate {
  const mean = (pick: (e: Estimate) => number): number => estimates.reduce((s, e) => s + pick(e), 0) / estimates.length;
  return {
    ...estimates[0],
    value: mean((e) => e.value),
    lower: mean((e) => e.lower),
    upper: mean((e) => e.upper),
    interval: "approximate",
    spec,
  };
}
