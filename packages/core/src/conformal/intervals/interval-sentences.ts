import type { ConformalPart, TwoSidedPart } from "../conformal-document.ts";
import type { Decimal } from "../exact-decimal.ts";
import { commonAssumptions, countText, listed, thinnedWarnings, tooFewRows } from "../part-words.ts";
import { fewestScores } from "../rank.ts";

/** What has to be true for the coverage to be at least the level, in plain sentences. */
export function intervalAssumptions(level: number, isWeighted: boolean, by: readonly string[]): readonly string[] {
  return [
    ...commonAssumptions(isWeighted),
    by.length === 0
      ? `The level ${level} holds on average over all rows; single groups can be covered less often.`
      : `The level ${level} holds for the rows of each group of ${by.join(" × ")} apart; rows of other groups get the whole line.`,
  ];
}

/**
 * Which parts have too few rows for a finite interval, in plain sentences.
 *
 * @param level of the intervals
 * @param side level of each side with a quantile of its own
 */
export function intervalWarnings(
  parts: readonly (ConformalPart | TwoSidedPart)[],
  level: number,
  side: Decimal,
  by: readonly string[],
): readonly string[] {
  const unbounded = parts.filter(isUnbounded);
  if (unbounded.length === 0) return thinnedWarnings(parts);
  const fewest = fewestScores(side);
  const isWeighted = unbounded[0].rank === null;
  if (by.length === 0) return [tooFewRows(unbounded[0], fewest, level, "every interval is the whole line")];
  const reason = isWeighted ? "carry too little weight" : `are fewer than ${countText(fewest)}`;
  const named = unbounded.map(({ values, n }) =>
    isWeighted ? values.join(" × ") : `${values.join(" × ")} lacks ${countText(fewest - n)}`,
  );
  return [
    `The rows of ${unbounded.length} of ${parts.length} groups ${reason}, which level ${level} needs, so that their intervals are the whole line (${listed(named)}).`,
    ...thinnedWarnings(parts),
  ];
}

/** What becomes of rows whose quantiles cross or coincide, where a method scales by the width between them. */
export function unscaledWarnings(unscaled: number, rows: number): readonly string[] {
  if (unscaled === 0) return [];
  return [
    `The quantiles of ${countText(unscaled)} of ${countText(rows)} rows cross or coincide: they count as missed, and the intervals of such rows are the whole line.`,
  ];
}

function isUnbounded(part: ConformalPart | TwoSidedPart): boolean {
  return part.quantile === null || ("upperQuantile" in part && part.upperQuantile === null);
}
