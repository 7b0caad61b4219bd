import { type DependentRows, pairedEstimate, pairedMean } from "../calibration/choose/paired-mean.ts";
import type { Estimate } from "../estimate.ts";
import { auroc } from "../metrics/ranking/auroc.ts";
import { aurocDifference } from "../metrics/ranking/auroc-difference.ts";
import { logLosses, squaredLosses } from "../metrics/scores/row-losses.ts";
import { chooseStack, type StackPlan } from "./choose-stack.ts";
import { predictModels, requireModels, smoothedRate, splitFold, stackFolds } from "./cross-fit-models.ts";
import type { StackEvidence, StackQuality } from "./stack.ts";
import { type CheckedStackData, takeStackRows } from "./stack-data.ts";

interface HeldOut {
  readonly stack: Float64Array;
  readonly best: Float64Array;
  readonly singles: readonly Float64Array[];
}

/** Predictions of every row by a stack, and by single scores, that were chosen and fitted without its fold. */
function heldOut(data: CheckedStackData, plan: StackPlan): HeldOut {
  const { rows, scores } = data;
  const folds = stackFolds(data, plan.folds, plan.seed);
  const stack = new Float64Array(rows);
  const best = new Float64Array(rows);
  const singles = scores.map(() => new Float64Array(rows));
  for (let fold = 0; fold < plan.folds; fold++) {
    const { inside, outside } = splitFold(folds, fold);
    const train = takeStackRows(data, outside);
    const test = takeStackRows(data, inside);
    const { choices, used, bestSingle } = chooseStack(train, plan, true);
    const rate = smoothedRate(train);
    const together = predictModels(requireModels(train, used, choices, test), test, rate);
    const alone = scores.map((_, j) => predictModels(requireModels(train, [j], choices, test), test, rate));
    inside.forEach((row, k) => {
      stack[row] = together[k];
      best[row] = alone[bestSingle ?? 0][k];
      singles.forEach((column, j) => {
        column[row] = alone[j][k];
      });
    });
  }
  return { stack, best, singles };
}

/**
 * How the stack does on rows that neither its choices nor its fit had seen, beside its best single score.
 *
 * @param level coverage of the intervals; those of log loss and Brier score are clustered where there are groups
 */
export function stackEvidence(data: CheckedStackData, plan: StackPlan, level: number): StackEvidence {
  const { rows, outcomes, weights, groups, scores } = data;
  const { stack, best, singles } = heldOut(data, plan);
  const sample: DependentRows = {
    rows: Uint32Array.from({ length: rows }, (_, i) => i),
    weights,
    merged: undefined,
    groups,
  };
  const options = { level, ...(weights === undefined ? {} : { weights }) };
  const extra = { validation: "held out", ...(groups === undefined ? {} : { clustered: true }) };
  const mean = (metric: string, values: Float64Array, min: number): Estimate =>
    pairedEstimate(
      pairedMean((row) => values[row], sample),
      rows,
      { metric, task: "confidence", ...extra },
      { level, min },
    );
  const rank = (estimate: Estimate): Estimate => ({
    ...estimate,
    ...(groups === undefined ? {} : { interval: "approximate" }),
    spec: { ...estimate.spec, validation: "held out" },
  });
  const quality = (probabilities: Float64Array): StackQuality => ({
    logLoss: mean("log-loss", logLosses(probabilities, outcomes, 1e-15), 0),
    brier: mean("brier", squaredLosses(probabilities, outcomes), 0),
    auroc: rank(auroc(probabilities, outcomes, options)),
  });
  const difference = (losses: (probabilities: Float64Array) => Float64Array): Float64Array => {
    const ours = losses(stack);
    return losses(best).map((value, i) => value - ours[i]);
  };
  const { z: _, pValue: __, ...area } = aurocDifference(stack, best, outcomes, options);
  return {
    stack: quality(stack),
    bestSingle: quality(best),
    improvement: {
      logLoss: mean(
        "log-loss-improvement",
        difference((p) => logLosses(p, outcomes, 1e-15)),
        -Infinity,
      ),
      brier: mean(
        "brier-improvement",
        difference((p) => squaredLosses(p, outcomes)),
        -Infinity,
      ),
      auroc: rank(area),
    },
    singles: scores.map(({ name }, j) => ({
      name,
      logLoss: mean("log-loss", logLosses(singles[j], outcomes, 1e-15), 0),
    })),
  };
}
