import type { BinaryCalibrationData } from "@candor/core";
import { applyBinaryMap, brierScore, calibrationMethods, chooseCalibrator, InputError, logLoss } from "@candor/core";
import { describe, expect, it } from "vitest";
import { binarySets, present, type RealSet } from "./real-sets.ts";

if (!present) {
  if (process.env["CI"] === "true") throw new Error("../shared/data is missing: the comparison needs it");
  console.warn("skipped: ../shared/data is not there");
}

/** Most rows fitted on. */
const MOST = 2500;

/** Even rows calibrate, odd rows test. */
function halves({ data }: RealSet): { fit: BinaryCalibrationData; test: BinaryCalibrationData } {
  if ("labels" in data) throw new Error("one score per row is expected");
  const half = (parity: number): BinaryCalibrationData => {
    const rows = Array.from({ length: Math.floor(data.rows / 2) }, (_, i) => 2 * i + parity).slice(0, MOST);
    return {
      ...data,
      rows: rows.length,
      scores: Float64Array.from(rows, (row) => data.scores[row] ?? 0),
      outcomes: Uint8Array.from(rows, (row) => data.outcomes[row] ?? 0),
    };
  };
  return { fit: half(0), test: half(1) };
}

function losses(fit: BinaryCalibrationData, test: BinaryCalibrationData, method: string) {
  try {
    const probabilities = applyBinaryMap(chooseCalibrator(fit, { method }).map, test.scores);
    return { logLoss: logLoss(probabilities, test.outcomes), brier: brierScore(probabilities, test.outcomes) };
  } catch (error) {
    if (InputError.is(error)) return null;
    throw error;
  }
}

const names = ["mmlu", "winogrande gpt", "truthfulqa gpt"];

describe.skipIf(!present)("auto beside every single method", () => {
  const sets = present
    ? binarySets().filter(({ name }) => name.startsWith("llm") && names.some((part) => name.includes(part)))
    : [];

  it.each(sets.map((set) => [set.name, set] as const))(
    "chooseCalibrator(data) is as good as the best single method on the other half of %s",
    (_, set) => {
      const { fit, test } = halves(set);
      const auto = losses(fit, test, "auto");
      const single = calibrationMethods("confidence").flatMap(({ method }) => losses(fit, test, method) ?? []);
      const best = single.reduce((low, losses_) => (losses_.logLoss.value < low.logLoss.value ? losses_ : low));
      const lowestBrier = Math.min(...single.map(({ brier }) => brier.value));
      // The best of 22 on the test rows is partly luck.
      expect(auto?.logLoss.value).toBeLessThan(best.logLoss.value + 0.01);
      expect(auto?.logLoss.value).toBeLessThan(best.logLoss.upper);
      expect(auto?.brier.value).toBeLessThan(lowestBrier + 0.003);
    },
  );
});
