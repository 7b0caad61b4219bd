import type { ConformalPart, TwoSidedPart } from "../conformal-document.ts";
import type { Decimal } from "../exact-decimal.ts";
import { fewestScores } from "../rank.ts";

/** What has to hold for the guarantee of intervals, in sentences. */
export function intervalAssumptions(isWeighted: boolean, by: readonly string[]): readonly string[] {
  const within = by.length === 0 ? "" : ` with the same ${by.join(" and ")}`;
  const shift = "The weights say how much likelier a row is among new rows than among the calibration rows.";
  return [
    isWeighted
      ? `New rows differ from the calibration rows${within} only in how often each kind of row occurs.`
      : `New rows come from the same source as the calibration rows${within}, in no order that matters.`,
    "The forecasts were made without the outcomes of the calibration rows.",
    ...(isWeighted ? [shift] : []),
  ];
}

/**
 * Which parts have too few rows for a finite interval, in sentences.
 *
 * @param level of each side
 */
export function intervalWarnings(
  parts: readonly (ConformalPart | TwoSidedPart)[],
  level: Decimal,
  by: readonly string[],
): readonly string[] {
  const unbounded = parts.filter(
    (part) => part.quantile === null || ("upperQuantile" in part && part.upperQuantile === null),
  );
  if (unbounded.length === 0) return [];
  const needed = `a finite interval needs at least ${fewestScores(level)}`;
  if (by.length === 0) {
    const [part] = unbounded;
    return [
      part.rank === null
        ? `The weights leave too little of the ${rowsSaid(part.n)}: intervals of rows of mean weight are the whole line.`
        : `${rowsSaid(part.n)} cannot promise this level, ${needed}: every interval is the whole line.`,
    ];
  }
  const names = unbounded.slice(0, 3).map((part) => part.values.join(", "));
  const more = unbounded.length > names.length ? ` and ${unbounded.length - names.length} more` : "";
  return [
    `${unbounded.length} of ${parts.length} groups cannot promise this level, ${needed} rows: the intervals of ${names.join("; ")}${more} are the whole line.`,
  ];
}

function rowsSaid(n: number): string {
  return n === 1 ? "1 row" : `${n} rows`;
}
