import { describe, expect, it } from "vitest";
import type { SetScore } from "../../../src/conformal/conformal-document.ts";
import { conformalRank } from "../../../src/conformal/rank.ts";
import { fitConformalSets } from "../../../src/conformal/sets/fit-conformal-sets.ts";
import { predictSets } from "../../../src/conformal/sets/predict-sets.ts";
import { setContains } from "../../../src/conformal/sets/predicted-sets.ts";
import type { ConformalSetsOptions } from "../../../src/conformal/sets/sets-options.ts";
import { createRandom } from "../../../src/random/random.ts";
import { expectShare, type Simulation, simulate, source, unweighted } from "./simulated-rows.ts";

const FIXED = { version: "0", source };
const RUNS = 500;

type Options = Omit<ConformalSetsOptions, "version" | "source">;

/** Whether the set of one new row holds its class, for `runs` calibration sets of n rows. */
function covered(n: number, options: Options, simulation: Simulation = {}, runs = RUNS): Uint8Array {
  const random = createRandom(11);
  return Uint8Array.from({ length: runs }, (_, run) => {
    const calibration = unweighted(simulate(n, random, simulation));
    const { probabilities, labels } = simulate(1, random, simulation);
    const document = fitConformalSets(calibration, { ...options, ...FIXED, seed: run });
    return setContains(predictSets(document, probabilities), 0, labels[0]) ? 1 : 0;
  });
}

const sum = (values: Uint8Array): number => values.reduce((total, value) => total + value, 0);

describe("simulated coverage, bands of 99.9 %", () => {
  const methods: SetScore["kind"][] = ["lac", "margin", "aps", "raps", "saps"];
  it.each(methods)("fitConformalSets(data, { method: %s }) covers with probability rank / (n + 1)", (method) => {
    for (const [n, level] of [
      [19, 0.9],
      [30, 0.7],
    ] as const) {
      const exact = conformalRank(n, level) / (n + 1);
      expectShare(`${method} ${level}`, sum(covered(n, { level, method })), RUNS, exact, exact);
    }
  });

  it("fitConformalSets(data, { method: top-k, randomised: true }) is exact although ranks tie", () => {
    const options: Options = { level: 0.8, method: "top-k", randomised: true };
    expectShare("top-k", sum(covered(24, options)), RUNS, 0.8, 0.8);
    expectShare("top-k, ties of probabilities", sum(covered(24, options, { step: 0.25 })), RUNS, 0.8, 0.8);
  });

  it("fitConformalSets(data, options) covers at least at the level where scores tie", () => {
    for (const method of ["lac", "margin", "top-k", "aps", "raps", "saps"] as const) {
      const tied = covered(
        24,
        { level: 0.8, method, ...(method === "lac" || method === "margin" ? {} : { randomised: false }) },
        { step: 0.25 },
      );
      expectShare(`${method}, tied`, sum(tied), RUNS, 0.8, 1);
    }
  });

  it("fitConformalSets(data, options) covers every row where the rows are too few", () => {
    expect(sum(covered(8, { level: 0.9, method: "aps" }, {}, 100))).toBe(100);
  });

  it("fitConformalSets(data, { penalty: auto }) covers at the level: tuning rows set no threshold", () => {
    const n = 50;
    const exact = conformalRank(40, 0.9) / 41;
    expectShare("auto", sum(covered(n, { level: 0.9, method: "raps", penalty: "auto" })), RUNS, exact, exact);
  });

  it("fitConformalSets(data, { condition: clusters }) covers at the level: clustering rows set no threshold", () => {
    const options: Options = { level: 0.5, method: "lac", condition: "clusters" };
    expectShare("clusters", sum(covered(600, options, { classes: 12 }, 200)), 200, 0.5, 0.6);
  });
});

describe("simulated coverage for parts of the rows", () => {
  const runs = 300;
  const perRun = 12;

  /** One count per key of rows covered and seen; of every run only the first row of each key, so that rows are independent. */
  function byKey(options: Options, keyOf: (label: number, group: number) => number, keys: number) {
    const random = createRandom(5);
    const hits = new Int32Array(keys);
    const counts = new Int32Array(keys);
    for (let run = 0; run < runs; run++) {
      const data = simulate(80, random);
      const test = unweighted(simulate(perRun, random));
      const document = fitConformalSets(unweighted(data), { ...options, ...FIXED, seed: run });
      const sets = predictSets(document, test.probabilities, { segments: test.segments });
      const seen = new Set<number>();
      for (let i = 0; i < perRun; i++) {
        const key = keyOf(test.labels[i], test.segments[0].codes[i]);
        if (seen.has(key)) continue;
        seen.add(key);
        counts[key]++;
        if (setContains(sets, i, test.labels[i])) hits[key]++;
      }
    }
    return { hits, counts };
  }

  it("fitConformalSets(data, { condition: class }) covers each class at the level", () => {
    const { hits, counts } = byKey({ level: 0.8, method: "aps", condition: "class" }, (label) => label, 4);
    // 1/(n + 1) above the level at most; the rarest class has about 9 rows.
    hits.forEach((count, k) => {
      expectShare(`class ${k}`, count, counts[k], 0.8, 0.92);
    });
  });

  it("fitConformalSets(data, { condition: { groups } }) covers each group at the level, one threshold does not", () => {
    const grouped = byKey({ level: 0.8, method: "lac", condition: { groups: ["half"] } }, (_, group) => group, 2);
    grouped.hits.forEach((count, g) => {
      expectShare(`group ${g}`, count, grouped.counts[g], 0.8, 0.85);
    });
    const pooled = byKey({ level: 0.8, method: "lac" }, (_, group) => group, 2);
    expect(pooled.hits[1] / pooled.counts[1]).toBeLessThan(0.77);
  });
});

describe("simulated coverage under covariate shift", () => {
  const runs = 800;
  const shifted: Simulation = { covariate: (random) => Math.sqrt(random.uniform()) };

  function shift(isWeighted: boolean, condition: Options["condition"] = "none") {
    const random = createRandom(3);
    let hits = 0;
    for (let run = 0; run < runs; run++) {
      const data = simulate(60, random);
      const { probabilities, labels, weights, segments } = simulate(1, random, shifted);
      const document = fitConformalSets(isWeighted ? data : unweighted(data), {
        level: 0.8,
        method: "lac",
        condition,
        ...FIXED,
      });
      const options = { segments, ...(isWeighted && weights ? { testWeights: weights } : {}) };
      if (setContains(predictSets(document, probabilities, options), 0, labels[0])) hits++;
    }
    return hits;
  }

  it("fitConformalSets(data with density ratios) covers shifted rows at the level, without weights it does not", () => {
    // Weighted sets cover at most max w / E Σw more than the level.
    expectShare("weighted", shift(true), runs, 0.8, 0.8 + 2 / 60);
    expectShare("weighted per class", shift(true, "class"), runs, 0.8, 0.9);
    expect(shift(false) / runs).toBeLessThan(0.78);
  });

  it("predictSets(document, p, { testWeights }) of equal weights is the set of ranks", () => {
    const random = createRandom(9);
    const data = simulate(57, random);
    const test = simulate(30, random);
    const equal = { ...data, weights: new Float64Array(57).fill(0.1) };
    const weighted = fitConformalSets(equal, { level: 0.9, method: "aps", ...FIXED });
    const ranked = fitConformalSets(unweighted(data), { level: 0.9, method: "aps", ...FIXED });
    const sets = predictSets(weighted, test.probabilities, { testWeights: new Float64Array(30).fill(0.1) });
    expect(sets).toEqual(predictSets(ranked, test.probabilities));
    expect(weighted.parts[0].quantile).toBe(ranked.quantile);
  });
});
