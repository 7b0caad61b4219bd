import {
  accuracyUncertainty,
  acquisitionScores,
  badge,
  batchBald,
  coverByClusters,
  coverByDistance,
  createRandom,
  InputError,
  type Matrix,
  type Members,
  pivotalSample,
  poissonSample,
  samplingProbabilities,
  thresholdProbabilities,
} from "@candor/core";
import { UsageError } from "./usage-error.ts";

/** Scores of single rows that a row can be drawn or chosen by. */
export const rowScores = [
  "accuracy",
  "least-confidence",
  "margin",
  "entropy",
  "bald",
  "vote-entropy",
  "consensus-entropy",
  "max-disagreement",
] as const;

/** Ways to choose rows together. */
export const batchChoices = ["batch-bald", "badge", "coverage", "clusters"] as const;

export type RowScore = (typeof rowScores)[number];
export type Acquisition = RowScore | (typeof batchChoices)[number];

/** Whether a text is one of a few. */
export function isOneOf<T extends string>(few: readonly T[], text: string): text is T {
  return few.some((one) => one === text);
}

/** What is known of the rows that can be selected. */
export interface SampleEvidence {
  /** Confidence in the prediction. */
  readonly confidences: Float64Array;
  /** One probability per class, where they were read. */
  readonly probabilities: Matrix | undefined;
  readonly members: Members | undefined;
  readonly features: Matrix | undefined;
  /** A column of uncertainties. */
  readonly uncertainty: Float64Array | undefined;
}

/** How rows are to be selected. */
export interface SampleDesign {
  readonly budget: number | undefined;
  readonly design: "fixed" | "poisson";
  readonly by: RowScore | "column";
  readonly acquisition: Acquisition | undefined;
  readonly threshold: { readonly below: number; readonly above: number } | undefined;
  readonly floor: number;
  readonly seed: number;
}

/** Rows that were selected. */
export interface Drawn {
  /** Positions, ascending. */
  readonly rows: Int32Array;
  /** Probability of every row of being selected; undefined where they were chosen and not drawn. */
  readonly probabilities: Float64Array | undefined;
  /** How many were to be expected. */
  readonly expected: number;
}

/**
 * Selects rows.
 *
 * @throws {UsageError} when the budget or the evidence does not fit
 */
export function drawRows(evidence: SampleEvidence, design: SampleDesign): Drawn {
  const { budget, seed, acquisition, threshold, floor } = design;
  const n = evidence.confidences.length;
  if (budget !== undefined && budget > n)
    throw new UsageError(`--budget ${budget} is larger than the file: ${n} rows can be selected`);
  const random = createRandom(seed);
  try {
    if (acquisition !== undefined) {
      const count = budget ?? n;
      return { rows: chosenRows(acquisition, count, evidence, seed), probabilities: undefined, expected: count };
    }
    const probabilities =
      threshold === undefined
        ? samplingProbabilities(uncertaintyOf(design.by, evidence), { budget: budget ?? n, floor })
        : thresholdProbabilities(evidence.confidences, threshold);
    const expected = probabilities.reduce((sum, p) => sum + p, 0);
    const draw = threshold === undefined && design.design === "fixed" ? pivotalSample : poissonSample;
    return { rows: draw(probabilities, random), probabilities, expected };
  } catch (error) {
    if (InputError.is(error)) throw new UsageError(`cannot select rows: ${error.message}`);
    throw error;
  }
}

function uncertaintyOf(
  by: SampleDesign["by"],
  { confidences, uncertainty, probabilities, members }: SampleEvidence,
): Float64Array {
  if (by === "column") return uncertainty ?? new Float64Array(confidences.length).fill(1);
  if (by === "accuracy") return accuracyUncertainty(confidences);
  if (by === "least-confidence" && probabilities === undefined) return confidences.map((p) => 1 - p);
  return acquisitionScores(by, { ...(probabilities ? { probabilities } : {}), ...(members ? { members } : {}) });
}

/** The rows a training set would gain most from; nothing is random about them but ties of seeds. */
function chosenRows(acquisition: Acquisition, count: number, evidence: SampleEvidence, seed: number): Int32Array {
  const random = createRandom(seed);
  const { members, features, probabilities } = evidence;
  switch (acquisition) {
    case "batch-bald":
      return batchBald(needed(members, acquisition, "--members"), { count, random }).rows.sort();
    case "badge":
      return badge(
        needed(probabilities, acquisition, "a probability per class"),
        needed(features, acquisition, "--features"),
        {
          count,
          random,
        },
      ).sort();
    case "coverage":
      return coverByDistance(needed(features, acquisition, "--features"), { count }).sort();
    case "clusters":
      return coverByClusters(needed(features, acquisition, "--features"), { count, random }).sort();
    default: {
      const scores = uncertaintyOf(acquisition, evidence);
      const order = Int32Array.from(scores, (_, i) => i);
      const ranked = Array.from(order).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
      return Int32Array.from(ranked.slice(0, count)).sort();
    }
  }
}

function needed<T>(evidence: T | undefined, name: string, what: string): T {
  if (evidence === undefined) throw new UsageError(`--acquisition ${name} needs ${what}`);
  return evidence;
}
