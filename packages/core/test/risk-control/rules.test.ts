import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  conformalRiskControl,
  type LossCurve,
  learnThenTest,
  lossCurve,
  matrix,
  matrixFromRows,
  type RiskBound,
  riskControllingRule,
  riskPValue,
  riskUpper,
} from "../../src/index.ts";

/** Rule r has `errors[r]` losses of 1, spread evenly over n rows. */
function counts(n: number, errors: readonly number[]): LossCurve {
  const data = new Float64Array(n * errors.length);
  errors.forEach((count, rule) => {
    for (let i = 0; i < count; i++) data[rule * n + Math.floor((i * n) / count)] = 1;
  });
  return lossCurve(matrix(data, errors.length, n), { binary: true });
}

const methods: readonly RiskBound[] = ["hoeffding-bentkus", "hoeffding", "maurer-pontil", "betting"];

describe("conformalRiskControl", () => {
  it("conformalRiskControl(curve, target) counts one loss of the bound on top", () => {
    const found = conformalRiskControl(counts(99, [0, 5, 9, 10, 30]), { target: 0.1 });
    expect(found).toEqual({
      rule: 2,
      attained: true,
      calibrationRisk: 9 / 99,
      upperBound: 0.1,
      n: 99,
      missingRows: 0,
    });
  });

  it("conformalRiskControl(curve, target) decides as whole numbers do for every target in thousandths", () => {
    for (const n of [9, 99, 199, 999]) {
      const curve = counts(
        n,
        Array.from({ length: n + 1 }, (_, i) => i),
      );
      for (let k = 1; k < 1000; k++) {
        const expected = Math.floor((k * (n + 1)) / 1000) - 1;
        const found = conformalRiskControl(curve, { target: k / 1000 });
        expect(found.attained ? found.rule : -1, `${k} of 1000, n = ${n}`).toBe(expected);
      }
    }
  });

  it("conformalRiskControl(curve, target) says how many rows are missing", () => {
    const empty = conformalRiskControl(counts(5, [0, 1]), { target: 0.1 });
    expect(empty).toMatchObject({ rule: 0, attained: false, missingRows: 4 });
    expect(conformalRiskControl(counts(9, [0, 1]), { target: 0.1 }).attained).toBe(true);
    const some = conformalRiskControl(counts(20, [1]), { target: 0.1 });
    expect(some).toMatchObject({ attained: true });
    expect(conformalRiskControl(counts(10, [1]), { target: 0.1 }).missingRows).toBe(null);
    const short = conformalRiskControl(counts(20, [1]), { target: 0.06 });
    expect(short).toMatchObject({ attained: false, missingRows: 74 });
    expect(conformalRiskControl(counts(94 + 6, [5]), { target: 0.06 }).attained).toBe(true);
  });

  it("conformalRiskControl(curve, target) works in units of the bound", () => {
    const curve = lossCurve(matrixFromRows([new Float64Array(99), new Float64Array(99).fill(0.5)]), { bound: 10 });
    expect(conformalRiskControl(curve, { target: 0.6 }).rule).toBe(1);
    expect(conformalRiskControl(curve, { target: 0.59 }).rule).toBe(0);
  });

  it("conformalRiskControl(curve, target) refuses losses that fall, and targets without meaning", () => {
    expect(() => conformalRiskControl(counts(9, [0, 3, 2]), { target: 0.9 })).toThrow(
      "losses must not fall as rules become less conservative, but the mean loss falls at rule 2",
    );
    expect(() => conformalRiskControl(counts(9, [0]), { target: 1 })).toThrow("target must be in (0, 1), got 1");
    expect(() => conformalRiskControl(counts(9, [0]), { target: Number.NaN })).toThrow("target must be in (0, 1)");
  });
});

describe("riskControllingRule", () => {
  it("riskControllingRule(curve, target, failure) stops before the first bound above the target", () => {
    const curve = counts(1000, [0, 20, 40, 80, 60, 90]);
    for (const method of methods) {
      const found = riskControllingRule(curve, { target: 0.07, failure: 0.1, method });
      expect(found.rule).toBe(method === "hoeffding" ? 1 : 2);
      expect(found.upperBound).toBeLessThanOrEqual(0.07);
      expect(riskUpper(curve, found.rule + 1, 0.1, method)).toBeGreaterThan(0.07);
    }
  });

  it("riskControllingRule(curve, target, failure) says how many rows are missing", () => {
    const short = riskControllingRule(counts(20, [0, 1]), { target: 0.1, failure: 0.1, method: "binomial" });
    expect(short).toMatchObject({ rule: 0, attained: false, missingRows: 2 });
    expect(riskControllingRule(counts(22, [0, 1]), { target: 0.1, failure: 0.1 }).attained).toBe(true);
    expect(riskControllingRule(counts(20, [2]), { target: 0.1, failure: 0.1 }).missingRows).toBe(null);
    const simple = riskControllingRule(counts(20, [0]), { target: 0.1, failure: 0.1, method: "hoeffding" });
    expect(simple.missingRows).toBe(Math.ceil(Math.log(10) / 0.02) - 20);
  });

  it("riskControllingRule(curve, target, failure) reaches the target with the rows it said were missing", () => {
    for (const method of methods) {
      const losses = (n: number) => Float64Array.from({ length: n }, (_, i) => (i % 9 === 4 ? 0.4 : 0));
      const control = (n: number) =>
        riskControllingRule(lossCurve(matrixFromRows([losses(n)])), { target: 0.1, failure: 0.05, method });
      const { missingRows, attained } = control(27);
      expect(attained).toBe(false);
      const enough = Math.ceil((27 + (missingRows ?? 0)) / 9) * 9;
      expect(control(enough).attained, `${method} at ${enough}`).toBe(true);
      expect(control(enough - 36).attained, `${method} at ${enough - 36}`).toBe(false);
    }
  });

  it("riskControllingRule(curve, ...) takes any bound of the losses, also where their sum is rounded", () => {
    for (const bound of [0.1, 0.7, 3])
      for (const errors of [3, 7, 49]) {
        const losses = Float64Array.from({ length: 49 }, (_, i) => ((i * 11) % 49 < errors ? bound : 0));
        for (const binary of [false, true])
          for (const method of methods) {
            const curve = lossCurve(matrixFromRows([losses]), { bound, binary });
            const unit = lossCurve(matrixFromRows([losses.map((loss) => loss / bound)]), { binary });
            const upper = riskUpper(curve, 0, 0.1, method);
            expect(Math.abs(upper / bound / riskUpper(unit, 0, 0.1, method) - 1)).toBeLessThan(1e-12);
            expect(riskControllingRule(curve, { target: bound * 0.9, failure: 0.1, method }).attained).toBe(
              errors < 49 && upper <= 0.9 * bound,
            );
          }
      }
  });

  it("riskControllingRule(curve, ...) refuses the binomial bound for losses between 0 and the bound", () => {
    const curve = lossCurve(matrixFromRows([Float64Array.of(0, 0.5)]));
    expect(() => riskControllingRule(curve, { target: 0.1, failure: 0.1, method: "binomial" })).toThrow(
      "the binomial bound needs losses that can only be 0 or 1, declared as binary",
    );
  });
});

describe("riskPValue", () => {
  it("riskPValue(curve, rule, risk, failure, method) is failure where the risk is the upper bound", () => {
    const losses = fc.array(fc.constantFrom(0, 0, 0.2, 0.6, 3), { minLength: 2, maxLength: 300 });
    fc.assert(
      fc.property(losses, fc.constantFrom(...methods), (list, method) => {
        const curve = lossCurve(matrixFromRows([list]), { bound: 3 });
        const upper = riskUpper(curve, 0, 0.05, method);
        if (upper === 3) return;
        expect(riskPValue(curve, 0, upper * (1 + 1e-9), 0.05, method)).toBeLessThanOrEqual(0.05);
        expect(riskPValue(curve, 0, upper * (1 - 1e-9), 0.05, method)).toBeGreaterThanOrEqual(0.05);
      }),
      { seed: 45 },
    );
  });
});

describe("learnThenTest", () => {
  const curve = counts(1000, [5, 20, 90, 30, 45, 80]);

  it("learnThenTest(curve, ...) finds valid rules wherever they are", () => {
    const found = (correction: "holm" | "bonferroni" | "fixed-sequence", starts = 1) =>
      learnThenTest(curve, { target: 0.06, failure: 0.1, correction, starts });
    expect(found("fixed-sequence").valid).toEqual([0, 1]);
    expect(found("fixed-sequence", 2).valid).toEqual([0, 1, 3, 4]);
    expect(found("bonferroni").valid).toEqual([0, 1, 3]);
    expect(found("holm").valid).toEqual([0, 1, 3, 4]);
    for (const each of [found("holm"), found("bonferroni"), found("fixed-sequence"), found("fixed-sequence", 2)]) {
      expect(each.rule).toBe(each.valid.at(-1));
      expect(each.upperBound).toBeLessThanOrEqual(0.06);
    }
  });

  it("learnThenTest(curve, ...) reports the missing rows of the nearest rule", () => {
    const none = learnThenTest(counts(30, [1, 0]), { target: 0.1, failure: 0.05, correction: "bonferroni" });
    expect(none).toMatchObject({ attained: false, rule: 0, valid: [], missingRows: 6 });
    expect(learnThenTest(counts(36, [1, 0]), { target: 0.1, failure: 0.05, correction: "bonferroni" }).rule).toBe(1);
  });
});

describe("lossCurve", () => {
  it("lossCurve(losses) names the row and rule of a loss out of range", () => {
    expect(() =>
      lossCurve(
        matrixFromRows([
          [0, 1, 1],
          [0, 0.1, 2],
        ]),
      ),
    ).toThrow("loss 2 of row 2 under rule 1 is not in [0, 1]");
    expect(() => lossCurve(matrixFromRows([[0, 0.5]]), { binary: true })).toThrow(
      "loss 0.5 of row 1 under rule 0 is neither 0 nor 1",
    );
    expect(() => lossCurve(matrix(new Float64Array(0), 0, 0))).toThrow("expected rules × rows losses, got 0 × 0");
  });
});
