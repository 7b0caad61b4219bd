import type { Estimate } from "@candor/core";

/** What the evidence says about a group: a symbol and words, so that colour is never needed. */
export interface GroupFlag {
  readonly symbol: "▲" | "▼" | "◆" | "○";
  readonly words: "scores too high" | "scores too low" | "miscalibrated" | "no evidence of miscalibration";
}

/**
 * The flag of a group: its direction where the interval of its gap leaves out zero, and `○` for groups not flagged.
 *
 * @param group one of `segments`, `perClass` or `overTime`
 */
export function groupFlag(group: {
  readonly flagged: boolean;
  readonly gap: Pick<Estimate, "lower" | "upper">;
}): GroupFlag {
  if (!group.flagged) return { symbol: "○", words: "no evidence of miscalibration" };
  if (group.gap.lower > 0) return { symbol: "▲", words: "scores too high" };
  if (group.gap.upper < 0) return { symbol: "▼", words: "scores too low" };
  return { symbol: "◆", words: "miscalibrated" };
}
