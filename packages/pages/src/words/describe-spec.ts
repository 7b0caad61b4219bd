import type { Spec } from "@candor/core";
import { metricName, wordsOf } from "./metric-name.ts";

const NORMS: Readonly<Record<string, string>> = {
  l1: "L1 (mean gap)",
  l2: "L2 (root mean square gap)",
  max: "largest gap",
  1: "L1 (mean gap)",
  2: "L2 (root mean square gap)",
};

/** Choices whose values say what they are about. */
const PLAIN = new Set(["binning", "edges", "label", "closed"]);

function describeChoice(name: string, value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? wordsOf(name) : `not ${wordsOf(name)}`;
  if (name === "norm") return NORMS[String(value).toLowerCase()] ?? `norm ${value}`;
  if (name === "bins" && typeof value === "number") return `${value} bins`;
  if (typeof value === "number") return `${wordsOf(name)} ${Number(value.toPrecision(6))}`;
  return PLAIN.has(name) ? value : `${wordsOf(name)} ${value}`;
}

/**
 * The identity of a number as one line of words, e.g. `Smooth ECE: kernel reflected-gaussian`.
 *
 * @param spec the spec of an estimate
 * @returns the name of the metric and every choice that changes its value, in the order of the spec
 */
export function describeSpec(spec: Spec): string {
  const choices = Object.entries(spec)
    .filter(([name]) => name !== "metric")
    .map(([name, value]) => describeChoice(name, value));
  return choices.length === 0 ? metricName(spec.metric) : `${metricName(spec.metric)}: ${choices.join(", ")}`;
}
