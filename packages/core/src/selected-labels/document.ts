import type { Estimate } from "../estimate.ts";
import type { LabelsNeeded } from "./labels-needed.ts";
import type { SelectedBin } from "./selected-calibration.ts";
import type { SelectedOperatingPoint } from "./selected-thresholds.ts";

/** The reason of rows left out because they were selected and have no label. */
export const NO_LABEL_YET = "selected, no label yet";

/** What a report says of labels that were selected with known probabilities. */
export interface SelectedLabelsReport {
  /** Rows with a label, and rows that were selected but have none. */
  readonly labelled: number;
  readonly unlabelled: number;
  /** Rows of the population that labels were selected from; `null` where it was not given. */
  readonly population: number | null;
  readonly effectiveN: number;
  readonly smallestPropensity: number;
  readonly largestPropensity: number;
  /** Accuracy by estimator. Those that need the population are `null` without it. */
  readonly accuracy: {
    /** As if the labels had been a plain sample: wrong where the selection depends on the confidence. */
    readonly naive: Estimate;
    /** Self-normalised inverse propensity (Hájek). */
    readonly inversePropensity: Estimate;
    /** Prediction-powered with the model's full word (λ = 1): active inference under uneven propensities. */
    readonly active: Estimate | null;
    /** The same with the λ of the smallest variance. */
    readonly tuned: (Estimate & { readonly power: number }) | null;
  };
  /** The estimator to quote. */
  readonly best: "inversePropensity" | "active" | "tuned";
  readonly calibration: {
    readonly bins: readonly SelectedBin[];
    readonly ece: Estimate;
    readonly eceDebiased: Estimate;
    /** Share of the rows in bins that no label fell into. */
    readonly unseenShare: number;
  };
  /** Errors among the rows acted on, by ascending threshold. */
  readonly thresholds: readonly SelectedOperatingPoint[];
  /** Labels until the interval of the accuracy has the wanted width; `null` where none was asked for. */
  readonly labelsNeeded: {
    readonly width: number;
    /** Width of the interval now. */
    readonly now: number;
    readonly designs: readonly LabelsNeeded[];
  } | null;
  /** One plain sentence with the accuracy, and how far the naive one is off. */
  readonly sentence: string;
  /** What the numbers assume, in sentences. */
  readonly notes: readonly string[];
}
