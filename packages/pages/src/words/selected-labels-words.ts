import type { Estimate, LabellingDesign, SelectedLabelsReport } from "@candor/core";

type Estimator = keyof SelectedLabelsReport["accuracy"];

/** Names of the estimators of the accuracy, in the order in which they are shown. */
export const estimatorNames: Readonly<Record<Estimator, string>> = {
  naive: "As if not selected",
  inversePropensity: "Weighted by 1/propensity",
  active: "With the model's word on all rows",
  tuned: "The same, tuned",
};

/** Names of the ways to select rows. */
export const designNames: Readonly<Record<LabellingDesign, string>> = {
  uniform: "Uniform",
  "uniform-with-predictions": "Uniform, with the population",
  "by-uncertainty": "By uncertainty",
  "by-uncertainty-with-predictions": "By uncertainty, with the population",
};

/** An estimate of the accuracy, and which one. */
export interface NamedEstimate {
  readonly name: Estimator;
  readonly estimate: Estimate;
}

/** The estimators that a report has, in order. */
export function estimatorsOf({ accuracy }: SelectedLabelsReport): NamedEstimate[] {
  return (["naive", "inversePropensity", "active", "tuned"] as const).flatMap((name) => {
    const estimate = accuracy[name];
    return estimate === null ? [] : [{ name, estimate }];
  });
}
