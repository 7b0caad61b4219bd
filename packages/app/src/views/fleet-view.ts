import {
  type CalibrationSummary,
  calibrationEvidence,
  calibrationSummary,
  summaryVerdict,
  type Verdict,
} from "@candor/core";
import type { CellQuery, CellTable } from "../store/event-store.ts";
import type { SpineTask } from "../store/events.ts";
import { type CellGrouping, groupCells } from "./group-cells.ts";
import { type Measured, measured } from "./measured.ts";
import type { DecisionShares } from "./series-view.ts";
import { eachStretch, type GroupedSums, streamAt, totalOf } from "./table-groups.ts";

/** One model version at a glance. */
export interface FleetRow {
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  readonly predictions: number;
  readonly labelled: number;
  /** `labelled` over `predictions`, in [0, 1]. */
  readonly maturity: number;
  /** The same over the days whose outcomes can all be expected to be in; null where there are none. */
  readonly matureMaturity: number | null;
  /** Predictions per day, oldest first; days without any are left out. */
  readonly traffic: readonly { readonly day: number; readonly predictions: number; readonly labelled: number }[];
  /** Can the confidences be trusted; null without outcomes. */
  readonly verdict: Verdict | null;
  /** Share of labelled predictions that were right, and what the mean confidence of all predictions leads to expect. */
  readonly accuracy: Measured;
  readonly estimatedAccuracy: number | null;
  readonly gap: Measured;
  readonly ece: Measured;
  readonly noiseFloor: number | null;
  readonly decisions: DecisionShares;
  readonly uncertified: number;
  readonly withoutConfidence: number;
}

/** All model versions of a project. */
export interface FleetView {
  readonly schema: "candor.fleet/1";
  readonly asOf: number;
  readonly level: number;
  readonly rows: readonly FleetRow[];
}

/** What the fleet is made of: the answers to both queries of `fleetQueries`. */
export interface FleetInput {
  readonly totals: CellTable;
  readonly days: CellTable;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly maturityHours: number;
}

const LEVEL = 0.95;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What to ask the store for: all time by group of cells, and days without cells. */
export function fleetQueries(filter: Omit<CellQuery, "bucket" | "groups" | "segment">): {
  readonly totals: CellQuery;
  readonly days: CellQuery;
} {
  const { groups } = groupCells();
  const one = new Int16Array(groups.length);
  return {
    totals: { ...filter, segment: null, bucket: "all", groups },
    days: { ...filter, segment: null, bucket: "day", groups: one },
  };
}

/** One row per model version, those with the most traffic first. */
export function fleetView({ totals, days, now, maturityHours }: FleetInput): FleetView {
  const grouping = groupCells();
  const traffic = trafficOf(days);
  const rows: FleetRow[] = [];
  eachStretch(
    totals,
    grouping.size,
    () => 0,
    (sums) => {
      const { model, version, task } = streamAt(totals, sums.stream);
      const perDay = traffic.get(keyOf(model, version, task)) ?? [];
      rows.push({ model, version, task, ...rowOf(sums, task, grouping), ...maturityOf(perDay, now, maturityHours) });
    },
  );
  return {
    schema: "candor.fleet/1",
    asOf: Math.min(totals.asOf, days.asOf),
    level: LEVEL,
    rows: rows.sort((a, b) => b.predictions - a.predictions),
  };
}

function keyOf(model: string, version: string, task: string): string {
  return JSON.stringify([model, version, task]);
}

function trafficOf(days: CellTable): Map<string, { day: number; predictions: number; labelled: number }[]> {
  const found = new Map<string, { day: number; predictions: number; labelled: number }[]>();
  for (let row = 0; row < days.rows; row++) {
    const { model, version, task } = streamAt(days, days.stream[row] ?? 0);
    const key = keyOf(model, version, task);
    const list = found.get(key) ?? [];
    found.set(key, list);
    list.push({
      day: days.bucket[row] ?? 0,
      predictions: days.traffic.predictions[row] ?? 0,
      labelled: days.labelled.count[row] ?? 0,
    });
  }
  return found;
}

function maturityOf(
  traffic: FleetRow["traffic"],
  now: number,
  maturityHours: number,
): Pick<FleetRow, "traffic" | "matureMaturity"> {
  const mature = traffic.filter(({ day }) => day + DAY + maturityHours * HOUR <= now);
  const predictions = mature.reduce((sum, day) => sum + day.predictions, 0);
  const labelled = mature.reduce((sum, day) => sum + day.labelled, 0);
  return { traffic, matureMaturity: predictions > 0 ? labelled / predictions : null };
}

function rowOf(
  { labelled, labelledWithout, traffic }: GroupedSums,
  task: SpineTask,
  grouping: CellGrouping,
): Omit<FleetRow, "model" | "version" | "task" | "traffic" | "matureMaturity"> {
  const predictions = totalOf(traffic.predictions);
  const withoutConfidence = traffic.predictions[grouping.size] ?? 0;
  const n = totalOf(labelled.count);
  const summary = totalOf(labelled.weight) > 0 ? calibrationSummary(labelled, grouping, LEVEL) : undefined;
  const share = (values: Float64Array): number => (predictions > 0 ? totalOf(values) / predictions : 0);
  const decisions = { act: share(traffic.act), review: share(traffic.review), abstain: share(traffic.abstain) };
  const nothing = "no outcomes yet";
  const isBinary = task === "binary";
  return {
    predictions,
    labelled: n + labelledWithout,
    maturity: predictions > 0 ? (n + labelledWithout) / predictions : 0,
    verdict: summary ? verdictOf(summary, labelled, isBinary) : null,
    accuracy: measured(summary ? (isBinary ? summary.accuracy : summary.rate) : nothing, n),
    estimatedAccuracy: estimated(traffic, grouping, isBinary),
    gap: measured(summary?.gap ?? nothing, n),
    ece: measured(summary?.ece ?? nothing, n),
    noiseFloor: summary?.noiseFloor ?? null,
    decisions: { ...decisions, none: Math.max(0, 1 - decisions.act - decisions.review - decisions.abstain) },
    uncertified: share(traffic.uncertified),
    withoutConfidence,
  };
}

/** Mean of the confidence, or of max(p, 1 − p), over all predictions that have one. */
function estimated(
  traffic: GroupedSums["traffic"],
  { size, positive }: CellGrouping,
  isBinary: boolean,
): number | null {
  let count = 0;
  let sum = 0;
  for (let g = 0; g < size; g++) {
    const predictions = traffic.predictions[g] ?? 0;
    const confidence = traffic.sumConfidence[g] ?? 0;
    count += predictions;
    sum += isBinary && positive[g] === 0 ? predictions - confidence : confidence;
  }
  return count > 0 ? sum / count : null;
}

function verdictOf(summary: CalibrationSummary, sums: GroupedSums["labelled"], isBinary: boolean): Verdict {
  const rows: { p: number; y: number; weight: number; count: number; squared: number }[] = [];
  for (let g = 0; g < sums.count.length; g++) {
    const weight = sums.weight[g] ?? 0;
    if (!(weight > 0)) continue;
    const p = Math.min(1, (sums.p[g] ?? 0) / weight);
    const positive = sums.weightPositive[g] ?? 0;
    const hits = sums.positives[g] ?? 0;
    const squares = sums.squaredPositive[g] ?? 0;
    const misses = (sums.count[g] ?? 0) - hits;
    if (hits > 0) rows.push({ p, y: 1, weight: positive, count: hits, squared: squares });
    if (misses > 0)
      rows.push({
        p,
        y: 0,
        weight: Math.max(0, weight - positive),
        count: misses,
        squared: Math.max(0, (sums.squared[g] ?? 0) - squares),
      });
  }
  const pValue = calibrationEvidence(
    Float64Array.from(rows, ({ p }) => p),
    Uint8Array.from(rows, ({ y }) => y),
    {
      weights: Float64Array.from(rows, ({ weight }) => weight),
      merged: {
        counts: Float64Array.from(rows, ({ count }) => count),
        squaredWeights: Float64Array.from(rows, ({ squared }) => squared),
      },
    },
  );
  return summaryVerdict(summary, { label: isBinary ? "probability" : "confidence", pValue });
}
