import type { Reliability } from "../../api/api-types.ts";
import type { Filters } from "../../state/filters.ts";
import type { Compare } from "./calibration-state.ts";

/** How the predictions of two diagrams overlap, which decides what their intervals can say of a difference. */
export type Relation = "same" | "part" | "apart" | "unknown";

/** How what is compared relates to what is looked at. */
export function relationOf({ version, segment }: Pick<Filters, "version" | "segment">, compare: Compare): Relation {
  if (compare.kind === "raw") return "same";
  if (compare.kind === "version") {
    if (version === null) return "part";
    return version === compare.version ? "same" : "apart";
  }
  if (segment === null) return "part";
  if (segment === compare.segment) return "same";
  const keyOf = (pair: string): string => pair.slice(0, pair.indexOf(":"));
  return keyOf(segment) === keyOf(compare.segment) ? "apart" : "unknown";
}

/** What the intervals of the two can say of their difference. */
export const relationWords: Readonly<Record<Relation, string>> = {
  same: "Both are of the same predictions, so their numbers rise and fall together: the intervals say how sure each number is, not how sure the difference is.",
  part: "One is a part of the other, so their numbers rise and fall together and their intervals are no test of a difference. Choose one of the others above to compare what is apart; Segments tests each group.",
  apart:
    "These are different predictions, so the two are independent. Intervals that do not touch show a difference that chance does not explain (at the 5 % level). Intervals that overlap are no test: they show neither a difference nor that there is none.",
  unknown:
    "Some predictions may be in both, so the intervals are no test of a difference; they say how sure each number is.",
};

/** Whether two intervals have no point in common; null where one has no end. */
export function areApart(first: Reliability["gap"], second: Reliability["gap"]): boolean | null {
  if (first === null || second === null) return null;
  if (first.lower === null || first.upper === null || second.lower === null || second.upper === null) return null;
  return first.upper < second.lower || second.upper < first.lower;
}

/** Whether two diagrams show the same numbers: nothing lies between raw and calibrated. */
export function isUnchanged(first: Reliability, second: Reliability): boolean {
  return (
    first.labelled === second.labelled &&
    JSON.stringify(first.bins) === JSON.stringify(second.bins) &&
    first.stated === second.stated
  );
}
