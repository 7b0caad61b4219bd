import type { CellMoment, Decision } from "@candor/core";
import type { OutcomeEvent, PredictionEvent, SpineEvent, SpineTask } from "./events.ts";

/** What became of a batch that was loaded. */
export interface LoadSummary {
  /** Predictions that were new. */
  readonly predictions: number;
  /** Predictions whose id was known: left as they were. */
  readonly duplicates: number;
  /** Duplicates that said something else than the prediction that is kept. */
  readonly conflicts: number;
  readonly outcomes: number;
  /** Outcomes that said nothing new. */
  readonly repeatedOutcomes: number;
  /** Outcomes without a prediction so far. */
  readonly orphans: number;
  /** Predictions older than what the project keeps, and events of predictions that were erased: left out. */
  readonly refused: number;
}

/** A prediction as it is stored, with its outcomes. */
export interface StoredPrediction {
  readonly prediction: PredictionEvent;
  /** All events, oldest `observedAt` first. */
  readonly outcomes: readonly OutcomeEvent[];
  /** What counts: 1 or 0, null while there is none. */
  readonly outcome: 0 | 1 | null;
  /** Null where none is kept. */
  readonly content: Readonly<Record<string, unknown>> | null;
}

/** Which predictions; what is not given does not restrict. */
export interface PredictionFilter {
  readonly project: string;
  readonly model?: string;
  readonly version?: string;
  readonly route?: string;
  readonly segments?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, `from` included, `to` not. */
  readonly from?: number;
  readonly to?: number;
}

/** A page of predictions, newest `time` first. */
export interface PredictionQuery extends PredictionFilter {
  /** Of confidence: `from` included, `to` not unless it is 1. `raw` means the one that the model gave. */
  readonly confidence?: { readonly from: number; readonly to: number; readonly source?: "calibrated" | "raw" };
  readonly decision?: Decision;
  readonly outcome?: 0 | 1 | "none" | "any";
  /** At most 1000. */
  readonly limit: number;
  /** From the page before. */
  readonly cursor?: string;
  /** What `from` was asked as, such as 7d, where it moves with the clock: a cursor belongs to that in its place. */
  readonly window?: string;
  /** Whether content comes with them: a page of it can be a hundred megabytes. Default true. */
  readonly content?: boolean;
}

export interface PredictionPage {
  readonly predictions: readonly StoredPrediction[];
  /** Null on the last page. */
  readonly cursor: string | null;
}

/** What cells are kept of: everything of a model version, or those of its predictions that have one segment value. */
export interface Stream {
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  /** `route` is a segment like any other. Null: all of this model version. */
  readonly segment: { readonly key: string; readonly value: string } | null;
}

/** What the cells of predictions, with or without outcome, add up. */
export const trafficMoments = ["predictions", "sumConfidence", "act", "review", "abstain", "uncertified"] as const;

export type TrafficMoment = (typeof trafficMoments)[number];

export interface CellQuery extends Omit<PredictionFilter, "segments" | "route"> {
  /** Null: all of a model version (default). A key: one stream per value. Key and value: that one. */
  readonly segment?: { readonly key: string; readonly value?: string } | null;
  /** How time is divided; `all` adds it up. Buckets start at whole hours and days (UTC); `from` and `to` are widened to them. */
  readonly bucket: "hour" | "day" | "all";
  /**
   * What cells are added up to: per cell of `timeGrid` its group, in [0, n); the last entry is of predictions without a
   * confidence. Default: no adding up, the group is the cell.
   */
  readonly groups?: Int16Array;
  /** Which sums are asked for, at least one; the others come as 0. Default: all. */
  readonly moments?: readonly (TrafficMoment | CellMoment)[];
}

/** Cells in columns: one entry per stream, bucket and group with anything in it, ascending in that order. */
export interface CellTable {
  readonly streams: readonly Stream[];
  readonly rows: number;
  /** Position in `streams`. */
  readonly stream: Int32Array;
  /** Start of the bucket, milliseconds since 1970; 0 for `all`. */
  readonly bucket: Float64Array;
  /** Cell of `timeGrid` or its group; `timeGrid.size` is of predictions without a confidence. */
  readonly cell: Int16Array;
  /** Of all predictions. */
  readonly traffic: Readonly<Record<TrafficMoment, Float64Array>>;
  /** Of those with an outcome, weighted by one over the propensity: what `Cells` of core add up. */
  readonly labelled: Readonly<Record<CellMoment, Float64Array>>;
  /** Everything acknowledged before this moment is in; milliseconds since 1970. */
  readonly asOf: number;
}

/** What is counted from the predictions themselves, because no cells are kept of it. */
export interface CountQuery extends PredictionFilter {
  /** The confidence that was acted on, or the one that the model gave. */
  readonly confidence: "calibrated" | "raw";
}

/** One model version and what is known of its traffic. */
export interface ModelTraffic {
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  readonly predictions: number;
  readonly labelled: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** Segment keys with their number of values. */
  readonly segments: Readonly<Record<string, number>>;
}

/** Times after the predictions, in milliseconds: half of the outcomes, 9 of 10 and 99 of 100 take at most that long. */
export interface DelayQuantiles {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
}

/** How late the outcomes of a model version are. */
export interface LabelDelays {
  readonly model: string;
  readonly version: string;
  readonly predictions: number;
  readonly labelled: number;
  /** Until the outcome was observed; null without labels. */
  readonly observed: DelayQuantiles | null;
  /** Until it arrived here; null without labels. */
  readonly received: DelayQuantiles | null;
}

/** How sound the data of a project is. */
export interface DataHealth {
  readonly predictions: number;
  readonly outcomes: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Events left out: predictions older than what is kept, and events of predictions that were erased. */
  readonly refused: number;
  /** Outcomes that wait for their prediction, and when the oldest of them arrived. */
  readonly orphans: number;
  readonly oldestOrphan: number | null;
  /** Predictions without a confidence. */
  readonly withoutConfidence: number;
  /** Share of labelled predictions whose outcome came within so many hours: 1, 6, 24, 72, 168, 720. */
  readonly labelDelay: readonly { readonly hours: number; readonly share: number }[];
  /** Per model version, by name. */
  readonly models: readonly LabelDelays[];
  /** Milliseconds between `time` and arrival: median and 99th percentile of the newest 100 000 predictions. */
  readonly lag: { readonly median: number; readonly p99: number } | null;
}

/** Where cells differ from what the events say; empty is what must be. */
export interface CellDifference {
  readonly stream: Stream;
  readonly hour: number;
  readonly cell: number;
  readonly kept: string;
  readonly rebuilt: string;
}

export type ExportFormat = "csv" | "parquet" | "ndjson";

/**
 * Predictions, outcomes and cells of all projects. Guarantees, for every engine:
 *
 * - `load` is one transaction: after a crash a batch is in with its position, or not at all
 * - loading a batch again, whole or in part, in any order of batches, changes nothing
 * - the cells always equal what `rebuildCells` makes of the events, exactly: they add up integers
 * - reads see whole batches, and do not wait for a load
 */
export interface EventStore {
  /** 16 hexadecimal digits, random: of one store for its life, of no other; a restored backup is another store. */
  storeId(): Promise<string>;
  /** Position of the newest batch that is in; 0 before the first. */
  position(): Promise<number>;
  /**
   * @param events may be empty: the position is kept all the same
   * @param position larger than that of the batch before; a batch at or below `position()` is left out
   * @throws {StoreError} `cannot-write` when the disk refuses; anything else is taken for a fault of these events
   */
  load(events: readonly SpineEvent[], position: number): Promise<LoadSummary>;

  prediction(project: string, id: string): Promise<StoredPrediction | null>;
  predictions(query: PredictionQuery): Promise<PredictionPage>;
  cells(query: CellQuery): Promise<CellTable>;
  /**
   * As `cells` with the bucket `all`, counted from predictions and labels that are still kept, to the millisecond: of raw
   * confidences, and of several segments at once. One stream per model version and task, without a segment.
   */
  countCells(query: CountQuery): Promise<CellTable>;
  models(project: string): Promise<readonly ModelTraffic[]>;
  dataHealth(project: string): Promise<DataHealth>;
  /** Writes all predictions that match with what counts as their outcome to a new file; returns how many rows. */
  exportRows(filter: PredictionFilter, format: ExportFormat, path: string): Promise<number>;

  /** The outcome name that a project counts and its horizon; changing the name rebuilds its labels and cells. */
  setCountedOutcome(project: string, name: string): Promise<void>;
  rebuildCells(project?: string): Promise<void>;
  verifyCells(project?: string): Promise<readonly CellDifference[]>;

  /** Forgets events before a time (whole hours); their cells stay. Returns how many predictions. */
  retain(project: string, from: number): Promise<number>;
  /** Forgets content whose time is over. Returns how many. */
  expireContent(now: number): Promise<number>;
  /** Forgets everything of a project. */
  removeProject(project: string): Promise<void>;
  /** Adds up what is in several pieces, gives space back, writes the log into the file. */
  compact(): Promise<void>;
  /** Writes a consistent copy, events and state, to a new file while the store goes on. */
  backup(path: string): Promise<void>;
  close(): Promise<void>;
}
