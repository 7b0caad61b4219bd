import { cellMoments, timeGrid } from "@candor/core";
import type { CellQuery } from "../store/event-store.ts";
import { groupCells } from "./group-cells.ts";

const DAY = 86_400_000;

/** Per cell whether it is below ½ (0) or not (1); 2 without a confidence. */
const halves: Int16Array = new Int16Array(timeGrid.size + 1);
for (let cell = 0; cell < timeGrid.size; cell++) halves[cell] = timeGrid.boundsOf(cell).lower >= 0.5 ? 1 : 0;
halves[timeGrid.size] = 2;

/** Whole days that a fleet covers. */
export interface FleetWindow {
  /** Milliseconds since 1970; null: no end. */
  readonly from: number | null;
  readonly to: number | null;
  /** From when on predictions are too young for estimates; null: none are. */
  readonly matureBefore: number | null;
}

/** The queries of a fleet. */
export interface FleetQueries {
  readonly totals: CellQuery;
  readonly young: CellQuery | null;
  readonly days: CellQuery;
  readonly window: FleetWindow;
}

/**
 * What to ask the store for: by group of cells before the day from which on outcomes may be missing, by halves from there, and
 * days without cells. The window is widened to whole days (UTC), so that all three are of the same predictions.
 *
 * @param matureBefore a whole day; Infinity where everything counts as mature
 */
export function fleetQueries(
  filter: Omit<CellQuery, "bucket" | "groups" | "segment" | "moments">,
  matureBefore: number = Infinity,
): FleetQueries {
  const { from: start = -Infinity, to: end = Infinity, ...scope } = filter;
  const from = Math.floor(start / DAY) * DAY;
  const to = Math.ceil(end / DAY) * DAY;
  const line = Math.max(matureBefore, from);
  const between = (a: number, b: number): Pick<CellQuery, "from" | "to"> => ({
    ...(a === -Infinity ? {} : { from: a }),
    ...(b === Infinity ? {} : { to: b }),
  });
  const all: CellQuery = { ...scope, segment: null, bucket: "all" };
  return {
    totals: {
      ...all,
      ...between(from, Math.min(line, to)),
      groups: groupCells().groups,
      moments: ["predictions", "sumConfidence", ...cellMoments.filter((moment) => moment !== "loss")],
    },
    young:
      to <= line ? null : { ...all, ...between(line, to), groups: halves, moments: ["predictions", "sumConfidence"] },
    days: {
      ...all,
      ...between(from, to),
      bucket: "day",
      groups: new Int16Array(halves.length),
      moments: ["predictions", "act", "review", "abstain", "uncertified", "count"],
    },
    window: {
      from: from === -Infinity ? null : from,
      to: to === Infinity ? null : to,
      matureBefore: to <= line ? null : line,
    },
  };
}
