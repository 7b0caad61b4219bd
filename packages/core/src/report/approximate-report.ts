import { addToCells, type Cells, cellPairs, cellTotal, createCells, mergeCells } from "../cells/cells.ts";
import { cellErrorBound } from "../cells/error-bound.ts";
import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import { expectedCalibrationError } from "../metrics/calibration/binned-calibration-error.ts";
import { oneAgainstRest } from "../metrics/one-against-rest.ts";
import { topLabel } from "../metrics/ranking/top-label.ts";
import { brierScore } from "../metrics/scores/brier-score.ts";
import { logLoss } from "../metrics/scores/log-loss.ts";
import { assembleReport, type ExactScores } from "./build-report.ts";
import type { ReportDocument, Task } from "./document.ts";
import type { GroupSample } from "./group-report.ts";
import { calibrationPairs, type PairSample, selectRows, topLabelPairs } from "./pair-sample.ts";
import type { Predictions } from "./predictions.ts";
import { addToMean, createMean, type RunningMean, runningEstimate } from "./running-mean.ts";
import { periodOf } from "./time-groups.ts";

/** Classes up to which the classwise error is kept in cells of its own. */
const MOST_CLASSES = 100;

/** Sums over a stream of predictions from which a report can be made at any time; bounded in size. */
export interface ReportAccumulator {
  readonly task: Task;
  readonly calibration: Cells;
  /** Per class: top-label confidence against correctness of the rows given this class. Empty for confidence pairs. */
  readonly predicted: Cells[];
  /** Per class, one against the rest; multiclass with at most 100 classes. */
  readonly oneAgainstRest: Cells[];
  /** Segment column → value → cells. */
  readonly segments: Map<string, Map<string, Cells>>;
  readonly periods: Map<number, Cells>;
  /** Width of the periods of a numeric time; 0 while every distinct number is kept apart. */
  periodWidth: number;
  timeName: string;
  timeKind: "date" | "number";
  readonly brier: RunningMean;
  readonly logLoss: RunningMean;
  classNames: readonly string[];
  weighted: boolean;
}

/** Empty sums for a task. */
export function createAccumulator(task: Task): ReportAccumulator {
  return {
    task,
    calibration: createCells(),
    predicted: [],
    oneAgainstRest: [],
    segments: new Map(),
    periods: new Map(),
    periodWidth: 0,
    timeName: "",
    timeKind: "date",
    brier: createMean(),
    logLoss: createMean(),
    classNames: [],
    weighted: false,
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
  const pairs = calibrationPairs(batch);
  addToCells(sums.calibration, pairs.probabilities, pairs.outcomes, pairs.weights);
  if (batch.task === "multiclass") accumulateClasses(sums, batch, pairs);
  for (const column of batch.segments) {
    const byValue = sums.segments.get(column.name) ?? new Map<string, Cells>();
    sums.segments.set(column.name, byValue);
    addByGroup(pairs, (i) => column.values[column.codes[i]], byValue);
  }
  if (batch.time) {
    sums.timeName = batch.time.name;
    sums.timeKind = batch.time.kind;
    const { values, kind } = batch.time;
    addByGroup(pairs, (i) => periodOf(values[i], kind, sums.periodWidth), sums.periods);
    if (sums.periods.size > MOST_PERIODS) widenPeriods(sums);
  }
}

/** Periods kept apart; beyond that they are joined to a quarter as many. */
const MOST_PERIODS = 2000;

function widenPeriods(sums: ReportAccumulator): void {
  if (sums.timeKind === "date") return;
  const starts = [...sums.periods.keys()];
  const low = starts.reduce((a, b) => Math.min(a, b));
  const high = starts.reduce((a, b) => Math.max(a, b));
  sums.periodWidth = (high - low) / (MOST_PERIODS / 4);
  const old = [...sums.periods];
  sums.periods.clear();
  for (const [start, cells] of old) {
    const key = periodOf(start, "number", sums.periodWidth);
    const there = sums.periods.get(key);
    sums.periods.set(key, there ? mergeCells(there, cells) : cells);
  }
}

function accumulateClasses(
  sums: ReportAccumulator,
  batch: Extract<Predictions, { task: "multiclass" }>,
  pairs: PairSample,
): void {
  const { probabilities, logProbabilities, labels, weights } = batch;
  const { data, rows, cols } = probabilities;
  const { predicted } = topLabel(probabilities);
  for (let k = sums.predicted.length; k < cols; k++) sums.predicted.push(createCells());
  const byClass = new Map(sums.predicted.map((cells, k) => [k, cells]));
  addByGroup(pairs, (i) => predicted[i], byClass);
  if (cols <= MOST_CLASSES)
    for (let k = 0; k < cols; k++) {
      sums.oneAgainstRest[k] ??= createCells();
      const one = oneAgainstRest(probabilities, labels, k);
      addToCells(sums.oneAgainstRest[k], one.probabilities, one.outcomes, weights);
    }
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let brier = 0;
    for (let k = 0; k < cols; k++) brier += (data[start + k] - (labels[i] === k ? 1 : 0)) ** 2;
    const loss = logProbabilities
      ? -logProbabilities.data[start + labels[i]]
      : -Math.log(Math.min(1 - 1e-15, Math.max(1e-15, data[start + labels[i]])));
    const w = weights ? weights[i] : 1;
    addToMean(sums.brier, brier, w);
    addToMean(sums.logLoss, loss, w);
  }
}

function addByGroup<K>(pairs: PairSample, keyOf: (i: number) => K, cells: Map<K, Cells>): void {
  const rows = new Map<K, number[]>();
  for (let i = 0; i < pairs.probabilities.length; i++) {
    const key = keyOf(i);
    const list = rows.get(key);
    if (list) list.push(i);
    else rows.set(key, [i]);
  }
  for (const [key, list] of rows) {
    const target = cells.get(key) ?? createCells();
    cells.set(key, target);
    const { weights } = pairs;
    addToCells(
      target,
      Float64Array.from(list, (i) => pairs.probabilities[i]),
      Uint8Array.from(list, (i) => pairs.outcomes[i]),
      weights ? Float64Array.from(list, (i) => weights[i]) : undefined,
    );
  }
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
 * Counts, ECE at every number of bins that divides 7200, Brier score and log loss are exact up to rounding; the document
 * says how far the rest can be off.
 *
 * @throws {InputError} `empty`
 */
export function approximateReport(
  sums: ReportAccumulator,
  { version, source, level = 0.95 }: ApproximateReportOptions,
): ReportDocument {
  const calibration = cellPairs(sums.calibration);
  const bound = cellErrorBound(sums.calibration);
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
      notes: [
        ...source.notes,
        `Computed from cells in one pass: ECE, Brier score and log loss are exact; probabilities elsewhere are rounded to cells of width ${bound.probability.toPrecision(2)} or less, the AUROC is within ${bound.auroc.toPrecision(2)}.`,
      ],
    },
    weighted: sums.weighted,
    classNames: sums.classNames,
    calibration,
    confidence,
    scores: cellScores(sums, calibration, level),
    segments: [...sums.segments].map(([by, values]) => [...values].map(([name, cells]) => groupOf(by, name, cells))),
    classes:
      sums.task === "binary"
        ? binaryClasses(calibration, sums.classNames)
        : sums.predicted.flatMap((cells, k) =>
            cells.cell.length === 0 ? [] : [groupOf("predicted class", sums.classNames[k], cells)],
          ),
    periods: coarsePeriods(sums).map(([name, cells]) => groupOf(sums.timeName, name, cells)),
    versus: null,
    level,
  });
}

/** The rows called negative and those called positive, as top-label confidence against correctness. */
function binaryClasses(calibration: PairSample, classNames: readonly string[]): GroupSample[] {
  const rows: [number[], number[]] = [[], []];
  for (let i = 0; i < calibration.probabilities.length; i++) rows[calibration.probabilities[i] >= 0.5 ? 1 : 0].push(i);
  return rows.flatMap((list, k) => {
    if (list.length === 0) return [];
    const confidence = topLabelPairs(selectRows(calibration, list));
    return [{ by: "predicted class", name: classNames[k], calibration: confidence, confidence }];
  });
}

/** The kept periods (days, or distinct numbers) in order, joined until at most 40 are left. */
function coarsePeriods(sums: ReportAccumulator): [string, Cells][] {
  const sorted = [...sums.periods].sort(([a], [b]) => a - b);
  const size = Math.ceil(sorted.length / 40);
  const joined: [string, Cells][] = [];
  for (let start = 0; start < sorted.length; start += size) {
    const part = sorted.slice(start, start + size);
    const [first] = part[0];
    const name = sums.timeKind === "date" ? new Date(first).toISOString().slice(0, 10) : String(first);
    joined.push([name, part.map(([, cells]) => cells).reduce(mergeCells)]);
  }
  return joined;
}

function cellScores(sums: ReportAccumulator, pairs: PairSample, level: number): ExactScores {
  if (sums.task === "multiclass")
    return {
      brier: runningEstimate(
        sums.brier,
        { metric: "brier-multiclass", task: "multiclass", scale: "sum over classes" },
        level,
      ),
      logLoss: runningEstimate(sums.logLoss, { metric: "log-loss", task: "multiclass", unit: "nats" }, level),
      classwiseEce: classwiseFromCells(sums, level),
    };
  const options = { ...pairs, level };
  const { calibration } = sums;
  const total = cellTotal(calibration, "weight");
  const squares =
    cellTotal(calibration, "pp") - 2 * cellTotal(calibration, "pPositive") + cellTotal(calibration, "weightPositive");
  const brier = shifted(brierScore(pairs.probabilities, pairs.outcomes, options), squares / total);
  const loss = shifted(logLoss(pairs.probabilities, pairs.outcomes, options), cellTotal(calibration, "loss") / total);
  return { brier, logLoss: loss, classwiseEce: sums.task === "binary" ? mirroredEce(pairs, level) : null };
}

/** An estimate from cells moved to the value known exactly. */
function shifted(estimate: Estimate, value: number): Estimate {
  const move = value - estimate.value;
  return { ...estimate, value, lower: estimate.lower + move, upper: estimate.upper + move };
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
