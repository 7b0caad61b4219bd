import { countText } from "../../parts/numbers.ts";

const steps = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
] as const;

/** A time span in one unit with at most one decimal, such as `2.5 days`; a negative one says so. @param ms milliseconds */
export function durationText(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1000) return `${countText(ms)} ms`;
  const [length, unit] = steps.find(([least]) => size >= least) ?? steps[3];
  const value = size / length;
  const text = value >= 10 ? countText(value) : String(Number(value.toFixed(1)));
  return `${ms < 0 ? "\u2212" : ""}${text} ${unit}${text === "1" ? "" : "s"}`;
}
