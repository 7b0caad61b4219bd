import { describe, expect, it } from "vitest";
import {
  conformalRiskControl,
  createRandom,
  type FamilyWiseCorrection,
  learnThenTest,
  lossCurve,
  matrix,
  type Random,
  type RiskBound,
  riskControllingRule,
} from "../../src/index.ts";
import { expectAtMost } from "./within-band.ts";

const RULES = 21;

/** Losses max(0, rule/20 - u) with u uniform: they rise with the rule, and their mean is (rule/20)²/2. */
function smooth(n: number, random: Random): Float64Array {
  const data = new Float64Array(RULES * n);
  for (let i = 0; i < n; i++) {
    const u = random.uniform();
    for (let rule = 0; rule < RULES; rule++) data[rule * n + i] = Math.max(0, rule / 20 - u);
  }
  return data;
}

const smoothRisk = (rule: number): number => (rule / 20) ** 2 / 2;

describe("conformalRiskControl, simulated", () => {
  it("conformalRiskControl(curve, target) keeps the risk of new rows within the target on average", () => {
    for (const n of [20, 99, 300])
      for (const target of [0.05, 0.1, 0.25]) {
        const random = createRandom(n);
        let errors = 0;
        for (let run = 0; run < 2000; run++) {
          const data = new Float64Array(RULES * n);
          for (let i = 0; i < n; i++) {
            const u = random.uniform();
            for (let rule = Math.floor(20 * u) + 1; rule < RULES; rule++) data[rule * n + i] = 1;
          }
          const { rule, attained } = conformalRiskControl(lossCurve(matrix(data, RULES, n)), { target });
          expect(attained).toBe(n >= 1 / target - 1);
          if (random.uniform() < rule / 20) errors++;
        }
        expectAtMost(errors, 2000, target, `n = ${n}`);
      }
  });
});

describe("riskControllingRule, simulated", () => {
  const methods: RiskBound[] = ["hoeffding-bentkus", "hoeffding", "maurer-pontil", "betting"];
  for (const method of methods)
    it(`riskControllingRule(curve, ${method}) breaks the target in at most a share failure of calibration sets`, () => {
      for (const n of [50, 300]) {
        const random = createRandom(n + 1);
        let broken = 0;
        let attained = 0;
        for (let run = 0; run < 500; run++) {
          const found = riskControllingRule(lossCurve(matrix(smooth(n, random), RULES, n)), {
            target: 0.1,
            failure: 0.2,
            method,
          });
          if (found.attained) attained++;
          if (found.attained && smoothRisk(found.rule) > 0.1) broken++;
        }
        expectAtMost(broken, 500, 0.2, `n = ${n}`);
        if (n === 300) expect(attained).toBe(500);
      }
    });
});

describe("learnThenTest, simulated", () => {
  const risks = [0.03, 0.06, 0.08, 0.101, 0.09, 0.105, 0.1001, 0.07, 0.12, 0.02];
  const n = 400;
  for (const correction of ["bonferroni", "holm", "fixed-sequence"] satisfies FamilyWiseCorrection[])
    it(`learnThenTest(curve, ${correction}) finds a rule above the target in at most a share failure of calibration sets`, () => {
      for (const starts of correction === "fixed-sequence" ? [1, 4] : [1]) {
        const random = createRandom(8);
        let broken = 0;
        for (let run = 0; run < 1000; run++) {
          const data = new Float64Array(risks.length * n);
          for (let i = 0; i < data.length; i++) data[i] = random.uniform() < risks[Math.floor(i / n)] ? 1 : 0;
          const { valid } = learnThenTest(lossCurve(matrix(data, risks.length, n), { binary: true }), {
            target: 0.1,
            failure: 0.2,
            correction,
            starts,
          });
          if (valid.some((rule) => risks[rule] > 0.1)) broken++;
        }
        expect(broken).toBeGreaterThan(10);
        expectAtMost(broken, 1000, 0.2, `${starts} starts`);
      }
    });
});
