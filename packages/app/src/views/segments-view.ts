import {
  accuracy,
  benjaminiHochberg,
  cellPairs,
  type Estimate,
  type GroupReport,
  groupReports,
  meanEstimate,
  type ReliabilityBin,
  topLabelPairs,
} from "@candor/core";
import type { CellTable, Stream } from "../store/event-store.ts";
import type { SpineTask } from "../store/events.ts";
import { type CellsOfStream, cellsOfTable } from "./cells-of-table.ts";

/** One value of a segment key of one model version, and the evidence against its confidences. */
export interface SegmentRow {
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  readonly key: string;
  readonly value: string;
  readonly predictions: number;
  /** Labelled predictions. */
  readonly n: number;
  /** Mean of the probabilities as they were stated: of the positive class (binary), or of being right. */
  readonly stated: Estimate;
  /** How often what they are a probability of happened. */
  readonly observed: Estimate;
  readonly accuracy: Estimate;
  readonly meanConfidence: Estimate;
  readonly ece: Estimate;
  /** Calibration error that a perfect model would show on as many. */
  readonly noiseFloor: number;
  /** Calibration in the large: mean probability minus share of outcomes that were 1. Positive is over-confident. */
  readonly gap: Estimate;
  /** Against calibration; right for few rows too. */
  readonly pValue: number;
  /** Adjusted for all segments that were tested: of those flagged, at most 5 % are expected to be false alarms. */
  readonly qValue: number;
  readonly flagged: boolean;
  /** Why it is flagged, or that nothing speaks against it. */
  readonly sentence: string;
  /** Its reliability diagram; null where it was not asked for. */
  readonly bins: readonly ReliabilityBin[] | null;
}

/** A segment with too few labels to be tested. */
export interface UntestedSegment {
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  readonly key: string;
  readonly value: string;
  readonly predictions: number;
  readonly n: number;
}

/** Segments by evidence of miscalibration, the strongest first. */
export interface SegmentsView {
  readonly schema: "candor.segments/1";
  readonly asOf: number;
  readonly level: number;
  readonly minimumLabels: number;
  readonly segments: readonly SegmentRow[];
  readonly untested: readonly UntestedSegment[];
  readonly notes: readonly string[];
}

/** What the ranking is made of. */
export interface SegmentsInput {
  /** One per segment key: of queries with bucket `all`, `segment: { key }` and no groups. */
  readonly tables: readonly CellTable[];
  /** Segments with fewer labels are not tested. Default 50. */
  readonly minimumLabels?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** How many of the first segments come with their diagram. Default 0. */
  readonly diagrams?: number;
  /** What else there is to know, for people. */
  readonly notes?: readonly string[];
}

/** q-value at or below which a segment is flagged. */
const FLAG_AT = 0.05;

/**
 * Segments ranked by evidence of miscalibration, with the false discovery rate controlled over all of them.
 *
 * Source: Benjamini & Hochberg (1995), JRSS B 57; p-values of `calibrationEvidence`.
 */
export function segmentsView(input: SegmentsInput): SegmentsView {
  const { tables, minimumLabels = 50, level = 0.95, diagrams = 0, notes = [] } = input;
  const parts = tables.flatMap((table) => cellsOfTable(table, ({ segment }) => segment !== null));
  const known = parts.map((part) => ({ part, names: namesOf(part.stream), n: labels(part) }));
  const tested = known.filter(({ n }) => n >= Math.max(1, minimumLabels));
  const reports = tested.flatMap(({ part, names }) => {
    const report = reportOf(part, names.key, names.value, level);
    return report ? [{ part, names, report }] : [];
  });
  const adjusted = benjaminiHochberg(reports.map(({ report }) => report.pValue));
  const segments = reports
    .map(({ part, names, report }, k): SegmentRow => {
      const qValue = adjusted[k] ?? 1;
      const { n, accuracy, meanConfidence, ece, noiseFloor, gap, pValue, bins } = report;
      const flagged = qValue <= FLAG_AT;
      const numbers = { n, ...meansOf(part, level), accuracy, meanConfidence, ece, noiseFloor, gap, pValue, qValue };
      const sentence = sentenceOf(report, qValue, names.task);
      return { ...names, predictions: part.predictions, ...numbers, flagged, sentence, bins };
    })
    .sort((a, b) => a.qValue - b.qValue || a.pValue - b.pValue || b.n - a.n);
  return {
    schema: "candor.segments/1",
    asOf: tables.reduce((least, { asOf }) => Math.min(least, asOf), tables[0]?.asOf ?? 0),
    level,
    minimumLabels,
    segments: segments.map((row, rank) => (rank < diagrams ? row : { ...row, bins: null })),
    untested: known
      .filter(({ n }) => n < Math.max(1, minimumLabels))
      .map(({ part, names, n }) => ({ ...names, predictions: part.predictions, n })),
    notes,
  };
}

function namesOf({
  model,
  version,
  task,
  segment,
}: Stream): Pick<SegmentRow, "model" | "version" | "task" | "key" | "value"> {
  return { model, version, task, key: segment?.key ?? "", value: segment?.value ?? "" };
}

function labels({ cells }: CellsOfStream): number {
  return cells.sums.count.reduce((sum, count) => sum + count, 0);
}

function reportOf({ stream, cells }: CellsOfStream, by: string, name: string, level: number): GroupReport | undefined {
  const calibration = cellPairs(cells);
  const isBinary = stream.task === "binary";
  const confidence = isBinary ? topLabelPairs(calibration) : calibration;
  const label = isBinary ? "positive-class" : "confidence";
  return groupReports([{ by, name, calibration, confidence }], label, level)[0];
}

/** What was stated and what happened, on the very pairs that the gap is of. */
function meansOf({ stream, cells }: CellsOfStream, level: number): Pick<SegmentRow, "stated" | "observed"> {
  const { probabilities, outcomes, weights, merged } = cellPairs(cells);
  const options = { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}), level };
  const label = stream.task === "binary" ? "positive-class" : "confidence";
  const observed = accuracy(outcomes, options);
  return {
    stated: meanEstimate(probabilities, { metric: "mean-probability", label }, { ...options, min: 0, max: 1 }),
    observed: { ...observed, spec: { ...observed.spec, metric: "base-rate", label } },
  };
}

const points = (x: number): string => (100 * x).toFixed(1);

/** Positive gaps: stated more than happened. */
const words: Readonly<Record<SpineTask, { readonly above: string; readonly below: string }>> = {
  confidence: { above: "Too confident", below: "Not confident enough" },
  binary: { above: "Probabilities too high", below: "Probabilities too low" },
};

function sentenceOf({ gap, ece, noiseFloor }: GroupReport, qValue: number, task: SpineTask): string {
  const odds = `false-alarm share ${qValue < 0.001 ? "below 0.001" : qValue.toFixed(3)}`;
  if (qValue > FLAG_AT) return `Nothing speaks against these confidences (${odds}).`;
  if (gap.lower > 0)
    return `${words[task].above} by ${points(gap.value)} points (${points(gap.lower)} to ${points(gap.upper)}); ${odds}.`;
  if (gap.upper < 0)
    return `${words[task].below} by ${points(-gap.value)} points (${points(-gap.upper)} to ${points(-gap.lower)}); ${odds}.`;
  return `Right on average, but too high in places and too low in others: calibration error ${ece.value.toFixed(3)} where a perfect model would show ${noiseFloor.toFixed(3)}; ${odds}.`;
}
