import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/decisions/targets.json" with { type: "json" };
import { type BinaryPredictions, makePolicy, type Objective } from "../../src/index.ts";
import { SOURCE } from "./samples.ts";

function objectiveOf({ kind, target, beta }: { kind: string; target?: number; beta?: number }): Objective {
  if (kind === "f-beta") return { kind, beta: beta ?? 0 };
  return { kind: kind === "recall" ? "recall" : "precision", target: target ?? 0 };
}

describe("makePolicy against scikit-learn and SciPy", () => {
  table.cases.forEach(({ probabilities, outcomes, targets }) => {
    it(`makePolicy(${probabilities.length} rows, target) has scikit-learn's threshold and SciPy's bounds`, () => {
      const predictions: BinaryPredictions = {
        task: "binary",
        rows: probabilities.length,
        classNames: ["no", "yes"],
        segments: [],
        probabilities: Float64Array.from(probabilities),
        outcomes: Uint8Array.from(outcomes),
      };
      for (const { objective, threshold, errorBounds } of targets) {
        const made = makePolicy(predictions, { version: "1", source: SOURCE, objective: objectiveOf(objective) });
        expect(made.thresholds.act).toBe(threshold);
        const point = made.curve.find((one) => one.threshold === threshold);
        if (point === undefined) continue;
        expect(point.errorLower).toBeCloseTo(errorBounds[0], 11);
        expect(point.errorUpper).toBeCloseTo(errorBounds[1], 11);
      }
    });
  });
});
