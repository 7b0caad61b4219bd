import { type Calibrator, type ReportDocument, versusReport } from "@candor/core";
import { type CollectedRows, collectForReport, type InputOptions, reportOn, type SizeMode } from "@candor/input";
import { type FileContext, openPredictions, type PredictionFile, readPredictions } from "../input/index.ts";
import { version } from "../version.ts";
import { predictionCalibrator } from "./calibrate-predictions.ts";
import { scoreComparer } from "./compare-scores.ts";
import type { CliContext } from "./context.ts";
import { readEnsembleCalibrator } from "./members-calibrator.ts";
import { withoutMembers } from "./members-flags.ts";
import { memberReporter } from "./members-report.ts";
import { createProgress } from "./progress.ts";
import { readCalibrator } from "./read-calibrator.ts";
import { withRecordedScore } from "./recorded-score.ts";
import { sayWhichSegments } from "./say-which-segments.ts";
import { needsPropensities, readPopulation } from "./selected-labels.ts";
import { uncertaintyRows } from "./uncertainty-rows.ts";
import { UsageError } from "./usage-error.ts";

/** What to report on. */
export interface ReportRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly versus: string | undefined;
  /** File of a calibrator that is applied to the scores first. */
  readonly calibrator: string | undefined;
  readonly mode: SizeMode;
  readonly level: number;
  /** Compare the scores of the outputs, too. */
  readonly compareScores?: boolean;
  /** File of all rows that labels were selected from. */
  readonly population?: string | undefined;
  /** Wanted width of the interval of the accuracy. */
  readonly width?: number | undefined;
}

/** Reads the file and computes its report. */
export async function computeReport(request: ReportRequest, context: CliContext): Promise<ReportDocument> {
  return (await computeReportAndRows(request, context)).document;
}

/** A report, and the uncertainty of every row as CSV where members were given. */
export interface ReportAndRows {
  readonly document: ReportDocument;
  readonly rows: (() => string) | undefined;
}

/** As `computeReport`, with what `--rows` writes. */
export async function computeReportAndRows(request: ReportRequest, context: CliContext): Promise<ReportAndRows> {
  const { versus, level } = request;
  const progress = createProgress(context.stderr);
  const reading = {
    signal: context.signal,
    stdin: context.stdin,
    onProgress: (fraction: number | undefined, rows: number) => progress.update("reading", fraction, rows),
  };
  try {
    const ofMembers = await readEnsembleCalibrator(request.calibrator, request.input);
    const calibrator =
      request.calibrator === undefined || ofMembers ? undefined : await readCalibrator(request.calibrator);
    const members = request.input.members === undefined ? undefined : memberReporter(ofMembers, level);
    const comparison = request.compareScores ? scoreComparer(request) : undefined;
    const rows = await readAll(request, calibrator, {
      ...reading,
      ...members?.hooks,
      ...(comparison ? { onOutputs: comparison.add } : {}),
    });
    const other = versus === undefined ? undefined : await readOther(versus, withoutMembers(request.input), reading);
    if (other && count(rows.source.skipped) + count(other.source.skipped) > 0)
      throw new UsageError("--versus needs the same rows in both files, but bad rows were left out");
    const population = await readPopulation(rows, request, calibrator, reading);
    progress.update("computing", undefined);
    return context.whileBusy(() => {
      const { source, predictions } = rows;
      const names = {
        self: calibrator === undefined ? source.name : `${source.name} (calibrated)`,
        other: other?.source.name ?? "",
      };
      const against = other && predictions ? versusReport(predictions, other.predictions, names, { level }) : null;
      const document = reportOn(rows, { version, level, versus: against, population, width: request.width });
      const compared = comparison ? comparison.into(document) : document;
      if (members === undefined || predictions === undefined) return { document: compared, rows: undefined };
      const whole = members.into(compared, predictions);
      return { document: whole, rows: () => uncertaintyRows(members.kept(), predictions.classNames) };
    });
  } finally {
    progress.clear();
  }
}

/** The scores of the other model: the same flags, but where one names an array of scores, the other file takes its place. */
function readOther(versus: string, input: InputOptions, reading: FileContext): Promise<PredictionFile> {
  const array = (["score", "probs", "logits", "confidence"] as const).find((flag) =>
    /\.np[yz]/i.test(input[flag] ?? ""),
  );
  return array === undefined
    ? readPredictions(versus, input, reading)
    : readPredictions(undefined, { ...input, [array]: versus }, reading);
}

/** What the file holds, calibrated where asked for, and where it came from; the file is closed again. */
async function readAll(
  request: ReportRequest,
  calibrator: Calibrator | undefined,
  reading: FileContext,
): Promise<CollectedRows> {
  const { file, input: given, versus, mode, compareScores } = request;
  const input = withRecordedScore(given, calibrator);
  const by = input.by ?? [];
  const own = new Set(by.map((name) => name.toLowerCase()));
  const further = (calibrator?.segments?.columns ?? []).filter((name) => !own.has(name.toLowerCase()));
  const options = further.length === 0 ? input : { ...input, by: [...by, ...further] };
  const labelNames = calibrator?.classNames ?? [];
  const kept = { ...reading, keepLogits: calibrator?.scoreKind === "logits", labelNames };
  const opened = await openPredictions(file, options, kept).catch(sayWhichSegments(calibrator, input.by));
  try {
    needsPropensities(opened, request);
    const isCompared = versus !== undefined || compareScores || given.members !== undefined;
    const needsRows = isCompared || opened.columns["propensity"] !== undefined;
    const applied = calibrator && predictionCalibrator(calibrator, by, opened.columns, opened.sourceName);
    return await collectForReport(opened, {
      mode: needsRows ? "exact" : mode,
      change: applied?.calibrate,
      changeNotes: applied?.notes,
    });
  } finally {
    await opened.close();
  }
}

const count = (skipped: readonly { readonly count: number }[]): number =>
  skipped.reduce((sum, reason) => sum + reason.count, 0);
