import type { Forecast, IntervalMethod, SetScore } from "@candor/core";
import { nearestName, printable } from "@candor/input";
import { UsageError } from "./usage-error.ts";

/** What a method is made for: classes with scores, or forecasts of numbers. */
export type ConformalTask = "classification" | "regression";

const setMethods: Readonly<Record<SetScore["kind"], string>> = {
  lac: "by the probability of the class: smallest sets on average",
  margin: "by how far a class is below the likeliest other one",
  "top-k": "the same number of likeliest classes for every row",
  aps: "likeliest classes up to a total: larger for harder rows",
  raps: "aps with a penalty on unlikely ranks: smaller sets",
  saps: "by the largest probability and ranks alone: smaller sets",
};

const intervalMethods: Readonly<Record<IntervalMethod["kind"], string>> = {
  split: "the forecast, plus and minus one amount",
  "split-signed": "an amount below the forecast, another above it",
  normalised: "plus and minus an amount times sigma: wider for harder rows",
  gamma: "plus and minus a share of the forecast (above 0)",
  cqr: "two quantiles, or an interval, moved out by one amount",
  "cqr-asymmetric": "as cqr, with an amount for each side",
  "cqr-r": "as cqr, in proportion to the width between the quantiles",
  "cqr-m": "as cqr, in proportion to the width on each side of q0.5",
  "predictive-system": "all quantiles from the residuals (times sigma, if given)",
};

/** The score that a name stands for; undefined for another name. */
export function setMethod(name: string): SetScore["kind"] | undefined {
  return names(setMethods).find((method) => method === name);
}

/** The way to make intervals that a name stands for; undefined for another name. */
export function intervalMethod(name: string): IntervalMethod["kind"] | undefined {
  return names(intervalMethods).find((method) => method === name);
}

/** What is done with forecasts of a kind where no method is asked for. */
export function usualIntervalMethod(kind: Forecast["kind"]): IntervalMethod["kind"] {
  if (kind === "point") return "split";
  return kind === "point-and-sigma" ? "normalised" : "cqr";
}

/**
 * What a method is made for.
 *
 * @throws {UsageError} for a name that no method has
 */
export function taskOfMethod(name: string): ConformalTask {
  if (setMethod(name) !== undefined) return "classification";
  if (intervalMethod(name) !== undefined) return "regression";
  const near = nearestName(name, [...names(setMethods), ...names(intervalMethods)]);
  const meant = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new UsageError(`no method is called ${printable(name)}${meant}; \`--method list\` names all`);
}

/** The complaint about a method that is made for something else than there is. */
export function wrongMethod(name: string, there: ConformalTask): UsageError {
  return new UsageError(
    there === "regression"
      ? `${name} makes sets of classes; forecasts of numbers take ${names(intervalMethods).join(", ")}`
      : `${name} makes intervals around forecasts of numbers; scores of classes take ${names(setMethods).join(", ")}`,
  );
}

/** All methods with a line each. */
export function methodList(): string {
  const part = (title: string, methods: Readonly<Record<string, string>>): string[] => [
    title,
    ...Object.entries(methods).map(([name, what]) => `  ${name.padEnd(17)}  ${what}`),
  ];
  return `${[
    ...part("Sets of classes (probabilities and logits; lac by default):", setMethods),
    "",
    ...part("Intervals around forecasts of numbers (by default split, normalised or cqr):", intervalMethods),
  ].join("\n")}\n`;
}

function names<Name extends string>(methods: Readonly<Record<Name, string>>): Name[] {
  const all: Name[] = [];
  for (const name in methods) all.push(name);
  return all;
}
