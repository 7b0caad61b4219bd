import { calibrationEvidence, calibrationSummary, type GroupSums, summaryVerdict, type Verdict } from "@candor/core";
import type { CellTable } from "../store/event-store.ts";
import type { SpineTask } from "../store/events.ts";
import type { FleetWindow } from "./fleet-queries.ts";
import { type CellGrouping, groupCells } from "./group-cells.ts";
import { isMature } from "./maturity.ts";
import { type Measured, measured } from "./measured.ts";
import type { DecisionShares } from "./series-view.ts";
import { eachStretch, type GroupedSums, streamAt, totalOf } from "./table-groups.ts";
import { uncoveredReason } from "./uncovered.ts";

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
  /** Can the confidences be trusted; null without outcomes. This and all estimates are of mature predictions. */
  readonly verdict: Verdict | null;
  /** Share of labelled predictions that were right, and what the mean confidence of all, the young too, leads to expect. */
  readonly accuracy: Measured;
  readonly estimatedAccuracy: number | null;
  readonly gap: Measured;
  readonly ece: Measured;
  readonly noiseFloor: number | null;
  /** Outcomes stand for others: they were chosen with a probability that is known. */
  readonly weighted: boolean;
  /** Against "these confidences are calibrated"; null without outcomes. */
  readonly pValue: number | null;
  readonly decisions: DecisionShares;
  readonly uncertified: number;
  readonly withoutConfidence: number;
}

/** All model versions of a project. */
export interface FleetView {
  readonly asOf: number;
  readonly schema: "candor.fleet/1";
  readonly level: number;
  readonly window: FleetWindow;
  readonly models: readonly (FleetRow & FleetAbout)[];
  /** What was left out of the estimates. */
  readonly notes: readonly string[];
}

/** What the store and the state know of a model version besides its cells: becomes part of its row as it is. */
export type FleetAbout = Readonly<Record<string, unknown>>;

/** What the fleet is made of: the answers to the queries of `fleetQueries`. */
export interface FleetInput {
  /** Predictions whose outcomes can all be expected to be in. */
  readonly totals: CellTable;
  /** Those after them, in halves: they count, but nothing is estimated from them. Absent where there is no such line. */
  readonly young?: CellTable;
  /** All predictions of the window, by day. */
  readonly days: CellTable;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly maturityHours: number;
  readonly window?: FleetWindow;
  readonly about?: readonly (Pick<FleetRow, "model" | "version" | "task"> & FleetAbout)[];
  readonly notes?: readonly string[];
}

const LEVEL = 0.95;
const DAY = 86_400_000;
/** One row per model version, those with the most traffic first. */
export function fleetView(input: FleetInput): FleetView {
  const { totals, young, days, now, maturityHours, window, about = [], notes = [] } = input;
  const grouping = groupCells();
  const known = new Map(about.map((one) => [keyOf(one), one]));
  const versions = new Map(trafficOf(days).map((one) => [keyOf(one), one]));
  const estimates = new Map<string, Estimates>();
  eachStretch(
    totals,
    grouping.size,
    () => 0,
    (sums) => {
      const stream = streamAt(totals, sums.stream);
      const key = keyOf(stream);
      estimates.set(key, estimatesOf(sums, grouping, stream.task === "binary", versions.get(key)?.labelled ?? 0));
    },
  );
  const fresh = young === undefined ? new Map<string, Part>() : youngParts(young);
  const rows = [...versions].map(([key, traffic]): FleetRow & FleetAbout => {
    const { model, version, task } = traffic;
    const { part, ...estimated } = estimates.get(key) ?? nothingEstimated(traffic.labelled);
    const late = fresh.get(key);
    const count = part.count + (late?.count ?? 0);
    return {
      model,
      version,
      task,
      ...known.get(key),
      ...sharesOf(traffic),
      ...estimated,
      estimatedAccuracy: count > 0 ? (part.sum + (late?.sum ?? 0)) / count : null,
      withoutConfidence: part.without + (late?.without ?? 0),
      traffic: traffic.days,
      matureMaturity: matureShare(traffic.days, now, maturityHours),
    };
  });
  return {
    asOf: Math.min(totals.asOf, days.asOf, young?.asOf ?? Infinity),
    schema: "candor.fleet/1",
    level: LEVEL,
    window: window ?? { from: null, to: null, matureBefore: null },
    models: rows.sort((a, b) => b.predictions - a.predictions),
    notes,
  };
}

function keyOf({ model, version, task }: Pick<FleetRow, "model" | "version" | "task">): string {
  return JSON.stringify([model, version, task]);
}

/** What a model version got, day by day and in all. */
interface Traffic extends Pick<FleetRow, "model" | "version" | "task" | "predictions" | "labelled"> {
  readonly days: FleetRow["traffic"];
  readonly act: number;
  readonly review: number;
  readonly abstain: number;
  readonly uncertified: number;
}

function trafficOf(table: CellTable): readonly Traffic[] {
  const { rows, stream, bucket, traffic, labelled } = table;
  const found: Traffic[] = [];
  for (let first = 0; first < rows; ) {
    const index = stream[first] ?? 0;
    let next = first + 1;
    while (next < rows && stream[next] === index) next++;
    const [from, to] = [first, next];
    const sum = (values: Float64Array): number => totalOf(values.subarray(from, to));
    const { model, version, task } = streamAt(table, index);
    found.push({
      model,
      version,
      task,
      days: Array.from({ length: to - from }, (_, i) => ({
        day: bucket[from + i] ?? 0,
        predictions: traffic.predictions[from + i] ?? 0,
        labelled: labelled.count[from + i] ?? 0,
      })),
      predictions: sum(traffic.predictions),
      labelled: sum(labelled.count),
      act: sum(traffic.act),
      review: sum(traffic.review),
      abstain: sum(traffic.abstain),
      uncertified: sum(traffic.uncertified),
    });
    first = next;
  }
  return found;
}

function sharesOf(
  traffic: Traffic,
): Pick<FleetRow, "predictions" | "labelled" | "maturity" | "decisions" | "uncertified"> {
  const { predictions, labelled } = traffic;
  const share = (count: number): number => (predictions > 0 ? count / predictions : 0);
  const [act, review, abstain] = [share(traffic.act), share(traffic.review), share(traffic.abstain)];
  return {
    predictions,
    labelled,
    maturity: share(labelled),
    decisions: { act, review, abstain, none: Math.max(0, 1 - act - review - abstain) },
    uncertified: share(traffic.uncertified),
  };
}

function matureShare(days: FleetRow["traffic"], now: number, maturityHours: number): number | null {
  let predictions = 0;
  let labelled = 0;
  for (const one of days) {
    if (!isMature(one.day + DAY, now, maturityHours)) continue;
    predictions += one.predictions;
    labelled += one.labelled;
  }
  return predictions > 0 ? labelled / predictions : null;
}

/** Predictions with a confidence, the sum of these (of max(p, 1 − p) where binary), and predictions without. */
interface Part {
  readonly count: number;
  readonly sum: number;
  readonly without: number;
}

type Estimates = Pick<FleetRow, "verdict" | "accuracy" | "gap" | "ece" | "noiseFloor" | "weighted" | "pValue"> & {
  readonly part: Part;
};

function partOf({ predictions, sumConfidence }: GroupedSums["traffic"], positive: Uint8Array, isBinary: boolean): Part {
  let count = 0;
  let sum = 0;
  for (let g = 0; g < positive.length; g++) {
    const here = predictions[g] ?? 0;
    const confidence = sumConfidence[g] ?? 0;
    count += here;
    sum += isBinary && positive[g] === 0 ? here - confidence : confidence;
  }
  return { count, sum, without: predictions[positive.length] ?? 0 };
}

const ofHalves = Uint8Array.of(0, 1);

function youngParts(table: CellTable): Map<string, Part> {
  const parts = new Map<string, Part>();
  eachStretch(
    table,
    ofHalves.length,
    () => 0,
    ({ stream, traffic }) => {
      const of = streamAt(table, stream);
      parts.set(keyOf(of), partOf(traffic, ofHalves, of.task === "binary"));
    },
  );
  return parts;
}

function estimatesOf(sums: GroupedSums, grouping: CellGrouping, isBinary: boolean, known: number): Estimates {
  const { labelled, traffic } = sums;
  const part = partOf(traffic, grouping.positive, isBinary);
  const n = totalOf(labelled.count);
  if (!(totalOf(labelled.weight) > 0)) return { ...nothingEstimated(known), part };
  const uncovered = uncoveredReason(sums);
  if (uncovered !== undefined) return { ...withoutEstimates(uncovered, n), part };
  const found = calibrationSummary(labelled, grouping, LEVEL, { slope: false });
  const pValue = evidenceOf(labelled);
  return {
    verdict: summaryVerdict(found, { label: isBinary ? "probability" : "confidence", pValue }),
    accuracy: measured(isBinary ? found.accuracy : found.rate, n),
    gap: measured(found.gap, n),
    ece: measured(found.ece, n),
    noiseFloor: found.noiseFloor,
    weighted: totalOf(labelled.weight) !== n,
    pValue,
    part,
  };
}

/** @param labelled outcomes that there are, all of predictions that are too young or without a confidence */
function nothingEstimated(labelled: number): Estimates {
  const reason = `no outcomes yet${labelled > 0 ? " of predictions that are old enough" : ""}`;
  return { ...withoutEstimates(reason, 0), part: { count: 0, sum: 0, without: 0 } };
}

function withoutEstimates(reason: string, n: number): Omit<Estimates, "part"> {
  const none = measured(reason, n);
  return { verdict: null, accuracy: none, gap: none, ece: none, noiseFloor: null, weighted: false, pValue: null };
}

/** P-value of the pairs that these sums are of, each group at its mean confidence. */
function evidenceOf({ count, positives, p, squared, squaredPositive, weight, weightPositive }: GroupSums): number {
  const most = 2 * count.length;
  const probabilities = new Float64Array(most);
  const outcomes = new Uint8Array(most);
  const weights = new Float64Array(most);
  const counts = new Float64Array(most);
  const squaredWeights = new Float64Array(most);
  let rows = 0;
  for (let g = 0; g < count.length; g++) {
    const w = weight[g] ?? 0;
    if (!(w > 0)) continue;
    const mean = Math.min(1, (p[g] ?? 0) / w);
    const hits = positives[g] ?? 0;
    for (const outcome of [1, 0]) {
      const pairs = outcome === 1 ? hits : (count[g] ?? 0) - hits;
      if (!(pairs > 0)) continue;
      const [ofHits, squaresOfHits] = [weightPositive[g] ?? 0, squaredPositive[g] ?? 0];
      probabilities[rows] = mean;
      outcomes[rows] = outcome;
      counts[rows] = pairs;
      weights[rows] = outcome === 1 ? ofHits : Math.max(0, w - ofHits);
      squaredWeights[rows] = outcome === 1 ? squaresOfHits : Math.max(0, (squared[g] ?? 0) - squaresOfHits);
      rows++;
    }
  }
  return calibrationEvidence(probabilities.subarray(0, rows), outcomes.subarray(0, rows), {
    weights: weights.subarray(0, rows),
    merged: { counts: counts.subarray(0, rows), squaredWeights: squaredWeights.subarray(0, rows) },
  });
}
