import type { Estimate } from "@candor/core";
import { formatInterval, formatNumber, type MaybeNumber } from "./format.ts";

/** Numbers this large, or this small, are written with an exponent. */
const LARGEST = 1e12;
const SMALLEST = 1e-8;

/**
 * Decimals that show the largest of some numbers in the unit of the outcome with five digits, so that numbers of one row agree.
 *
 * @returns undefined where an exponent is needed
 */
export function measureDecimals(values: readonly MaybeNumber[]): number | undefined {
  const sizes = values.flatMap((value) =>
    typeof value === "number" && Number.isFinite(value) ? [Math.abs(value)] : [],
  );
  const largest = Math.max(0, ...sizes);
  if (largest === 0) return 0;
  if (largest >= LARGEST || largest < SMALLEST) return undefined;
  const decimals = Math.max(0, 4 - Math.floor(Math.log10(largest)));
  return largest >= 0.001 ? Math.min(4, decimals) : Math.min(12, decimals - 1);
}

function written(value: MaybeNumber, decimals: number | undefined): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return formatNumber(value);
  return decimals === undefined ? value.toExponential(3) : formatNumber(value, decimals);
}

/** A number in the unit of the outcome, which may be of any size: `17,944`, `12.302`, `0.00041200`. */
export function formatMeasure(value: MaybeNumber): string {
  return written(value, measureDecimals([value]));
}

/** Its interval alone; empty where none is defined. */
export function formatMeasureInterval({
  value,
  lower,
  upper,
  interval,
}: Pick<Estimate, "value" | "lower" | "upper" | "interval">): string {
  if (interval === "none") return "";
  const decimals = measureDecimals([value, lower, upper]);
  if (decimals !== undefined) return formatInterval({ lower, upper }, decimals);
  const end = (bound: number) => (Number.isFinite(bound) ? written(bound, undefined) : "no bound");
  return `[${end(lower)}, ${end(upper)}]`;
}

/** The value alone, with as many decimals as its interval. */
export function formatMeasureValue({
  value,
  lower,
  upper,
  interval,
}: Pick<Estimate, "value" | "lower" | "upper" | "interval">): string {
  return written(value, measureDecimals(interval === "none" ? [value] : [value, lower, upper]));
}

/** Value and interval. */
export function formatMeasured(estimate: Pick<Estimate, "value" | "lower" | "upper" | "interval">): string {
  return `${formatMeasureValue(estimate)} ${formatMeasureInterval(estimate)}`.trim();
}
