import type { ConformalPart, TwoSidedPart } from "./conformal-document.ts";

/** A count with a comma between thousands. */
export function countText(n: number): string {
  return n.toLocaleString("en-US");
}

/** At most five names. */
export function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(", ")}, …` : names.join(", ");
}

/** What has to be true of rows and model for any guarantee, in plain sentences. */
export function commonAssumptions(isWeighted: boolean): string[] {
  return [
    isWeighted
      ? "New rows differ from the calibration rows only as their weights say: weights are ratios of densities, up to one factor."
      : "New rows come from where the calibration rows come from: any order of them all is equally likely.",
    "The model was neither trained nor tuned on the calibration rows.",
  ];
}

/** Why all rows together have no finite threshold, and how many more they need. */
export function tooFewRows(
  { n, rank }: Pick<ConformalPart, "n" | "rank">,
  fewest: number,
  level: number,
  then: string,
): string {
  const rows = `The ${countText(n)} calibration ${n === 1 ? "row" : "rows"}`;
  if (rank === null) return `${rows} ${n === 1 ? "carries" : "carry"} too little weight: at level ${level} ${then}.`;
  const more = fewest - n;
  const needed = `${countText(more)} more ${more === 1 ? "is" : "are"} needed`;
  return `${rows} ${n === 1 ? "is" : "are"} fewer than ${countText(fewest)}: at level ${level} ${then}; ${needed}.`;
}

/** What was left out of weighted thresholds, in a plain sentence. */
export function thinnedWarnings(parts: readonly (ConformalPart | TwoSidedPart)[]): string[] {
  const sides = parts.flatMap((part) => [part.weighted, "upperWeighted" in part ? part.upperWeighted : undefined]);
  const most = Math.max(0, ...sides.map((side) => side?.thinnedFrom ?? 0));
  if (most === 0) return [];
  return [
    `Of up to ${countText(most)} scores that can be the threshold of a new row 10,000 are kept; the next larger one stands in for those left out, which can only raise the coverage.`,
  ];
}
