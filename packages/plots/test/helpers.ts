import type { Estimate, GroupReport, ReliabilityBin } from "@candor/core";
import { parseHTML } from "linkedom";

/** A document without a browser. */
export function emptyDocument(): Document {
  return parseHTML("<!doctype html><html><body></body></html>").document;
}

/** A picture as text: numbers rounded to three decimals, one element per line. */
export function pictureText(element: Element): string {
  const rounded = element.outerHTML.replace(/-?\d+\.\d{4,}/g, (number) => String(Number(Number(number).toFixed(3))));
  return `${rounded.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"').replaceAll("><", ">\n<")}\n`;
}

export function bin(
  lower: number,
  upper: number,
  share: number,
  meanConfidence: number,
  observed: number,
): ReliabilityBin {
  return {
    lower,
    upper,
    count: Math.round(share * 1000),
    share,
    meanConfidence,
    observed,
    observedLower: Math.max(0, observed - 0.05),
    observedUpper: Math.min(1, observed + 0.05),
  };
}

export const bins: readonly ReliabilityBin[] = [
  bin(0, 0.25, 0.1, 0.15, 0.2),
  bin(0.25, 0.5, 0.2, 0.4, 0.35),
  bin(0.5, 0.75, 0.3, 0.65, 0.55),
  bin(0.75, 1, 0.4, 0.92, 0.81),
];

export function estimate(value: number, half: number, metric = "ece"): Estimate {
  return {
    value,
    lower: value - half,
    upper: value + half,
    level: 0.95,
    n: 1000,
    effectiveN: 1000,
    interval: "asymptotic",
    spec: { metric },
  };
}

export function group(name: string, gap: number, flagged: boolean): GroupReport {
  return {
    by: "country",
    name,
    n: 1204,
    accuracy: estimate(0.8, 0.02),
    meanConfidence: estimate(0.8 + gap, 0.01),
    ece: estimate(Math.abs(gap) + 0.02, 0.02),
    noiseFloor: 0.018,
    gap: estimate(gap, 0.03),
    pValue: flagged ? 0.001 : 0.4,
    qValue: flagged ? 0.002 : 0.5,
    flagged,
    bins,
  };
}
