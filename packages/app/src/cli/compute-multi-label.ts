import {
  evaluateMultiLabel,
  fitMultiLabel,
  type Matrix,
  type MultiLabelDocument,
  withMultiLabelEvaluation,
} from "@candor/core";
import { type FileContext, type LabelFile, readLabels } from "../input/index.ts";
import { version } from "../version.ts";
import { splitRows } from "./conformal-rows.ts";
import type { CliContext } from "./context.ts";
import { type MultiLabelFlags, multiLabelTarget } from "./multi-label-flags.ts";
import { createProgress } from "./progress.ts";

/** What to make, and from what. */
export interface MultiLabelRequest {
  readonly file: string | undefined;
  readonly flags: MultiLabelFlags & {
    readonly method?: string;
    readonly test?: string;
    readonly testShare?: number;
    readonly seed: number;
    readonly skipBad?: boolean;
    readonly format?: string;
  };
  readonly created: string;
}

type Rows = Pick<LabelFile, "scores" | "truth">;

interface Parts {
  readonly calibration: LabelFile;
  readonly test: Rows | undefined;
}

function pickCells<Values extends Float64Array | Uint8Array>(
  values: Values,
  rows: Int32Array,
  cols: number,
  out: Values,
): Values {
  rows.forEach((row, i) => {
    out.set(values.subarray(row * cols, row * cols + cols), i * cols);
  });
  return out;
}

function pickRows({ scores, truth }: Rows, rows: Int32Array): Rows {
  const { data, cols } = scores;
  const size = rows.length * cols;
  const picked: Matrix = { data: pickCells(data, rows, cols, new Float64Array(size)), rows: rows.length, cols };
  return { scores: picked, truth: pickCells(truth, rows, cols, new Uint8Array(size)) };
}

function noted(file: LabelFile, ...notes: string[]): LabelFile {
  return { ...file, source: { ...file.source, notes: [...notes, ...file.source.notes] } };
}

function count(n: number): string {
  return n.toLocaleString("en");
}

async function partsOf({ file, flags }: MultiLabelRequest, truth: string, reading: FileContext): Promise<Parts> {
  const { multiLabel: scores, scoreRange = [0, 1], skipBad, format, test, testShare, seed } = flags;
  const options = { scores, truth, scoreRange, ...(skipBad ? { skipBad } : {}) };
  const all = await readLabels(file, format === undefined ? options : { ...options, format }, reading);
  if (test !== undefined) {
    const read = await readLabels(test, { ...options, labelNames: all.labelNames }, reading);
    const { name, skipped, notes } = read.source;
    const said = [...skipped.map(({ reason, count: n }) => `${count(n)} left out, ${reason}`), ...notes];
    const tested = `tested on ${count(read.scores.rows)} rows of ${name}`;
    return { calibration: noted(all, tested, ...said.map((text) => `${name}: ${text}`)), test: read };
  }
  if (testShare === undefined) return { calibration: all, test: undefined };
  const { rows } = all.scores;
  const split = splitRows(rows, testShare, seed, undefined);
  const note = `tested on ${count(split.test.length)} of ${count(rows)} rows, drawn at random (seed ${seed}); the others calibrate`;
  return {
    calibration: noted({ ...all, ...pickRows(all, split.calibration) }, note),
    test: pickRows(all, split.test),
  };
}

/** Reads the file, chooses the threshold of its labels, and tests it where asked for. */
export async function computeMultiLabel(request: MultiLabelRequest, context: CliContext): Promise<MultiLabelDocument> {
  const { flags, created } = request;
  const { truth, risk, target, sure, bound, correction } = multiLabelTarget(flags);
  const progress = createProgress(context.stderr);
  try {
    const { calibration, test } = await partsOf(request, truth, {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
    });
    progress.update("calibrating", undefined);
    const { scores, labelNames, source } = calibration;
    return context.whileBusy(() => {
      const document = fitMultiLabel(scores, calibration.truth, {
        risk,
        target,
        labelNames,
        version,
        source,
        created,
        ...(flags.scoreRange === undefined ? {} : { scoreRange: flags.scoreRange }),
        ...(sure === undefined ? {} : { sure }),
        ...(bound === undefined ? {} : { bound }),
        ...(correction === undefined ? {} : { correction }),
      });
      if (test === undefined) return document;
      return withMultiLabelEvaluation(document, evaluateMultiLabel(document, test.scores, test.truth));
    });
  } finally {
    progress.clear();
  }
}
