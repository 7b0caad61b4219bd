import { describe, expect, it } from "vitest";
import { matrix, matrixFromRows } from "../../../src/matrix.ts";
import {
  combinationStatistics,
  combinedPValues,
  combinedScores,
  combineEvidence,
} from "../../../src/ood/evidence/recalibrated-combination.ts";
import { createRandom } from "../../../src/random/random.ts";
import { binomialBand } from "../binomial-band.ts";

describe("combineEvidence(scores)", () => {
  it("combinedPValues(evidence, scores) of one detector is its conformal p-value on the second part of the rows", () => {
    const evidence = combineEvidence(matrixFromRows([[1], [2], [3], [1.5], [2.5], [0.5]]), { referenceRows: 3 });
    // p-values by the first three: 2/4, 3/4, 1/4; a score of 0.7 has 1/4, one of the three is as low.
    const [p] = combinedPValues(evidence, matrixFromRows([[0.7]]));
    expect(p).toBe(2 / 4);
    expect(combinedScores(evidence, matrixFromRows([[0.7]]))[0]).toBeCloseTo(Math.log(1 / 4), 15);
  });

  it.each(combinationStatistics)(
    "combinedPValues(evidence, scores) keeps its level with strong dependence by %s",
    (statistic) => {
      const random = createRandom(11);
      const runs = 1500;
      const level = 0.1;
      let rejected = 0;
      const row = (): number[] => {
        const common = random.normal();
        return [common, common + 0.1 * random.normal(), -common];
      };
      for (let run = 0; run < runs; run++) {
        const evidence = combineEvidence(matrixFromRows(Array.from({ length: 59 }, row)), {
          statistic,
          referenceRows: 20,
        });
        if (combinedPValues(evidence, matrixFromRows([row()]))[0] <= level) rejected++;
      }
      // 39 rows calibrate: at 0.1 the size is that of 4/40.
      expect(rejected).toBeLessThanOrEqual(binomialBand(runs, level).upper);
    },
  );

  it("combineEvidence(scores) refuses too few rows and other detectors", () => {
    expect(() => combineEvidence(matrixFromRows([[1, 2]]))).toThrow(expect.objectContaining({ code: "too-few" }));
    expect(() => combineEvidence(matrix(new Float64Array(0), 3, 0))).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
    expect(() => combineEvidence(matrixFromRows([[1], [2]]), { referenceRows: 2 })).toThrow(/referenceRows/);
    // @ts-expect-error not a statistic
    expect(() => combineEvidence(matrixFromRows([[1], [2]]), { statistic: "tippett" })).toThrow(/fisher, stouffer/);
    const evidence = combineEvidence(matrixFromRows([[1], [2]]));
    expect(() => combinedPValues(evidence, matrixFromRows([[1, 2]]))).toThrow(
      /1 detectors were combined, got scores of 2/,
    );
    expect(() => combinedPValues(evidence, matrixFromRows([[NaN]]))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
  });
});
