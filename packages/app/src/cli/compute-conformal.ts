import {
  type Calibrator,
  type ConformalDocument,
  type ConformalEvaluation,
  type ConformalIntervals,
  type ConformalSets,
  evaluateIntervals,
  evaluateSets,
  fitConformalIntervals,
  fitConformalSets,
  type IntervalMethod,
  type RegressionPredictions,
  type ReportDocument,
  type SetsData,
  withEvaluation,
  withIntervalEvaluation,
} from "@candor/core";
import type { InputOptions } from "@candor/input";
import { type FileContext, readRegression, recogniseTask } from "../input/index.ts";
import { version } from "../version.ts";
import { type ConformalFlags, refuseSetFlags } from "./conformal-flags.ts";
import {
  type ConformalTask,
  intervalMethod,
  setMethod,
  taskOfMethod,
  usualIntervalMethod,
  wrongMethod,
} from "./conformal-methods.ts";
import { pickForecastRows, pickSetsRows, readSetsRows, splitRows } from "./conformal-rows.ts";
import type { CliContext } from "./context.ts";
import { createProgress } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** What to make, and from what. */
export interface ConformalRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly flags: ConformalFlags;
  /** Applied to the scores first. */
  readonly calibrator: Calibrator | undefined;
  readonly created: string;
}

type Source = ReportDocument["source"];

/** Calibration rows, and test rows where there are any. */
interface Parts<Data> {
  readonly calibration: Data;
  readonly source: Source;
  readonly test: Data | undefined;
  /** Test rows are new rows, and not rows like those that calibrate. */
  readonly areNew: boolean;
}

interface Rows {
  readonly rows: number;
  readonly time?: { readonly values: Float64Array; readonly name: string };
}

/** Reads the file, makes sets or intervals of its rows, and tests them where asked for. */
export async function computeConformal(request: ConformalRequest, context: CliContext): Promise<ConformalDocument> {
  const { file, input, flags } = request;
  const progress = createProgress(context.stderr);
  const reading = {
    signal: context.signal,
    stdin: context.stdin,
    onProgress: (fraction: number | undefined, rows: number) => progress.update("reading", fraction, rows),
  };
  try {
    const recognised = await recogniseTask(file, input, reading);
    try {
      const again = recognised.stdin === undefined ? reading : { ...reading, stdin: recognised.stdin };
      const task = taskOf(flags.method, input, recognised.task === "regression" ? "regression" : "classification");
      const makes = { request, reading: again, onFit: () => progress.update("calibrating", undefined), context };
      return task === "regression" ? await computeIntervals(makes) : await computeSets(makes);
    } finally {
      await recognised.close();
    }
  } finally {
    progress.clear();
  }
}

const classFlags = ["score", "probs", "logits", "positive"] as const;

function taskOf(method: string | undefined, input: InputOptions, seen: ConformalTask): ConformalTask {
  if (input.confidence !== undefined || input.correct !== undefined || input.task === "confidence")
    throw new UsageError(
      "sets need a score for every class (--probs, --logits) or of the positive one (--score), got confidences",
    );
  if (method === undefined) return seen;
  const task = taskOfMethod(method);
  const isClasses =
    classFlags.some((flag) => input[flag] !== undefined) || (input.task !== undefined && input.task !== "regression");
  if (task === "classification" && seen === "regression") throw wrongMethod(method, "regression");
  if (task === "regression" && isClasses) throw wrongMethod(method, "classification");
  return task;
}

interface Making {
  readonly request: ConformalRequest;
  readonly reading: FileContext;
  readonly onFit: () => void;
  readonly context: CliContext;
}

async function partsOf<Data extends Rows>(
  { flags }: ConformalRequest,
  all: { readonly data: Data; readonly source: Source },
  pick: (data: Data, rows: Int32Array) => Data,
  readTest: (path: string) => Promise<{ readonly data: Data; readonly source: Source }>,
): Promise<Parts<Data>> {
  const { test, testShare, seed } = flags;
  const { data, source } = all;
  const add = (...notes: string[]): Source => ({ ...source, notes: [...notes, ...source.notes] });
  if (test !== undefined) {
    const read = await readTest(test);
    const note = `tested on ${count(read.data.rows)} rows of ${read.source.name}`;
    const left = read.source.skipped.map(
      ({ reason, count: n }) => `${read.source.name}: ${count(n)} left out, ${reason}`,
    );
    const own = read.source.notes.map((text) => `${read.source.name}: ${text}`);
    return { calibration: data, source: add(note, ...left, ...own), test: read.data, areNew: true };
  }
  if (testShare === undefined) {
    if (data.time !== undefined)
      throw new UsageError("--time is for --test-share, which then tests on the latest rows");
    return { calibration: data, source, test: undefined, areNew: false };
  }
  const { calibration, test: tested } = splitRows(data.rows, testShare, seed, data.time?.values);
  const which = data.time === undefined ? `drawn at random (seed ${seed})` : `the latest by ${data.time.name}`;
  return {
    calibration: pick(data, calibration),
    source: add(`tested on ${count(tested.length)} of ${count(data.rows)} rows, ${which}; the others calibrate`),
    test: pick(data, tested),
    areNew: false,
  };
}

async function computeSets({ request, reading, onFit, context }: Making): Promise<ConformalDocument> {
  const { file, input, flags, calibrator, created } = request;
  const all = await readSetsRows(file, input, calibrator, reading);
  const parts = await partsOf<SetsData>(request, all, pickSetsRows, (path) =>
    readSetsRows(path, testInput(input, all.data), calibrator, reading, all.data.classNames),
  );
  const { method = "lac", level, seed, condition = "none", randomised, penalty, freeRanks, rankWeight } = flags;
  const { emptySets, borrow } = flags;
  const kind = setMethod(method);
  if (kind === undefined) throw wrongMethod(method, "classification");
  onFit();
  return context.whileBusy(() => {
    const { calibration, source, test, areNew } = parts;
    const document = fitConformalSets(calibration, {
      level,
      method: kind,
      seed,
      version,
      source,
      created,
      condition: condition === "groups" ? { groups: calibration.segments.map(({ name }) => name) } : condition,
      ...(randomised === undefined ? {} : { randomised }),
      ...(penalty === undefined ? {} : { penalty }),
      ...(freeRanks === undefined ? {} : { freeRanks }),
      ...(rankWeight === undefined ? {} : { weight: rankWeight }),
      ...(emptySets === undefined ? {} : { emptySets }),
      ...(borrow === undefined ? {} : { borrow }),
    });
    if (test === undefined) return document;
    return withEvaluation(document, evaluatedSets(document, test, areNew));
  });
}

/** New rows count alike, whatever their weights; rows like those that calibrate count as these do. */
function evaluatedSets(document: ConformalSets, test: SetsData, areNew: boolean): ConformalEvaluation {
  if (!areNew) return evaluateSets(document, test);
  const { weights, ...data } = test;
  return evaluateSets(document, data, weights === undefined ? {} : { testWeights: weights });
}

/** Two classes are the same two in the test file. */
function testInput(input: InputOptions, { task, classNames }: SetsData): InputOptions {
  const [, positive] = classNames;
  return task === "binary" && input.positive === undefined && positive !== undefined ? { ...input, positive } : input;
}

async function computeIntervals({ request, reading, onFit, context }: Making): Promise<ConformalDocument> {
  const { file, input, flags, calibrator, created } = request;
  refuseSetFlags(flags);
  if (calibrator !== undefined)
    throw new UsageError("--calibrator calibrates scores of classes, not forecasts of numbers");
  const limit = Number.POSITIVE_INFINITY;
  const read = async (path: string | undefined) => {
    const { predictions, source } = await readRegression(path, input, reading, limit);
    return { data: predictions, source: { ...source, approximate: false } };
  };
  const parts = await partsOf<RegressionPredictions>(request, await read(file), pickForecastRows, read);
  const { level, condition = "none" } = flags;
  const { calibration, source, test, areNew } = parts;
  const interval = chosenInterval(flags.method, calibration);
  onFit();
  return context.whileBusy(() => {
    const document = fitConformalIntervals(calibration, {
      interval,
      level,
      by: condition === "groups" ? calibration.segments.map(({ name }) => name) : [],
      version,
      source,
      created,
    });
    return test === undefined ? document : withIntervalEvaluation(document, evaluatedIntervals(document, test, areNew));
  });
}

function evaluatedIntervals(
  document: ConformalIntervals,
  test: RegressionPredictions,
  areNew: boolean,
): ConformalEvaluation {
  if (!areNew) return evaluateIntervals(document, test);
  const { weights, ...data } = test;
  return evaluateIntervals(document, data, weights === undefined ? {} : { testWeights: weights });
}

function chosenInterval(name: string | undefined, { forecast }: RegressionPredictions): IntervalMethod {
  const kind = name === undefined ? usualIntervalMethod(forecast.kind) : intervalMethod(name);
  if (kind === undefined) throw wrongMethod(name ?? "", "regression");
  return kind === "predictive-system" ? { kind, isNormalised: forecast.kind === "point-and-sigma" } : { kind };
}

function count(n: number): string {
  return n.toLocaleString("en");
}
