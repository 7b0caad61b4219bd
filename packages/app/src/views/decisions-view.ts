import { type DecisionCells, type DecisionScore, decisionCells, InputError, labelSpread, timeGrid } from "@candor/core";
import type { CellTable } from "../store/event-store.ts";
import type { SpineTask } from "../store/events.ts";
import { allOfTable } from "./cells-of-table.ts";
import type { DecisionShares } from "./series-view.ts";
import { totalOf } from "./table-groups.ts";

/** Everything from which a page works out, live, what two thresholds lead to. */
export interface DecisionsView {
  readonly schema: "candor.decisions/1";
  /** Everything acknowledged before this moment is in; milliseconds since 1970. */
  readonly asOf: number;
  readonly task: SpineTask;
  /** First and last moment of the predictions, `to` not included, and the days between. */
  readonly from: number;
  readonly to: number;
  readonly days: number;
  readonly predictions: number;
  readonly labelled: number;
  /** Predictions a day, over these days. */
  readonly perDay: number;
  /** What core's `thresholdOutcome` and `decisionCurve` take. */
  readonly cells: DecisionCells;
  /** What was decided on these predictions when they came. */
  readonly made: DecisionShares;
  readonly notes: readonly string[];
}

/** What the view is made of. */
export interface DecisionsInput {
  /** Of a query with bucket `all` and no groups. */
  readonly table: CellTable;
  /** The same with bucket `day`, added up to one group. */
  readonly days: CellTable;
  readonly on: DecisionScore;
  /** Of the query; absent: no end. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly now: number;
  readonly notes?: readonly string[];
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

/**
 * The cells of all streams of a table as thresholds see them.
 *
 * @throws {InputError} `empty` without predictions; `incompatible` for streams of both tasks, or the positive class of a
 *   confidence
 */
export function decisionsView({ table, days, on, from, to, now, notes = [] }: DecisionsInput): DecisionsView {
  const { stream, cells, predictions, withoutConfidence } = allOfTable(table);
  const scored: number[] = [];
  for (let row = 0; row < table.rows; row++) if (table.cell[row] !== timeGrid.size) scored.push(row);
  const traffic = {
    cell: scored.map((row) => table.cell[row] ?? 0),
    predictions: scored.map((row) => table.traffic.predictions[row] ?? 0),
    withoutScore: withoutConfidence,
  };
  const seen = decisionCells(cells, traffic, { task: stream.task, on });
  const span = spanOf(days, from, to, now);
  const { act, review, abstain } = table.traffic;
  const [acted, reviewed, left] = [totalOf(act), totalOf(review), totalOf(abstain)] as const;
  const none = Math.max(0, predictions - acted - reviewed - left);
  return {
    schema: "candor.decisions/1",
    asOf: table.asOf,
    task: stream.task,
    ...span,
    predictions,
    labelled: seen.count.reduce((sum, count) => sum + count, 0),
    perDay: predictions / span.days,
    cells: seen,
    made: {
      act: acted / predictions,
      review: reviewed / predictions,
      abstain: left / predictions,
      none: none / predictions,
    },
    notes: [...spreadNotes(seen), ...notes],
  };
}

/** The days that predictions are of: from the first with any to the last, within what was asked for. */
function spanOf(
  { bucket, rows }: CellTable,
  from = -Infinity,
  to = Infinity,
  now: number,
): Pick<DecisionsView, "from" | "to" | "days"> {
  if (rows === 0) throw new InputError("empty", "there are no predictions of this kind");
  const days = bucket.subarray(0, rows);
  const first = Math.max(
    from,
    days.reduce((least, day) => Math.min(least, day), Infinity),
  );
  const last = Math.min(to, now, days.reduce((most, day) => Math.max(most, day), -Infinity) + DAY);
  const length = Math.max(HOUR, last - first);
  return { from: first, to: first + length, days: length / DAY };
}

function spreadNotes(cells: DecisionCells): string[] {
  const spread = labelSpread(cells);
  if (spread === null) return ["There are no outcomes yet: what thresholds lead to is known, their errors are not."];
  if (!spread.differs) return [];
  const points = Math.round(100 * spread.distance);
  return [
    `Outcomes are not spread over confidences as predictions are (up to ${points} points apart): errors are of the predictions that have one.`,
  ];
}
