import fc from "fast-check";
import { describe, expect, it } from "vitest";
import oracle from "../../../../fixtures/combination/stack.json" with { type: "json" };
import { applyStack, applyStackToRow } from "../../src/combination/apply-stack.ts";
import { openStack } from "../../src/combination/artefact/open-stack.ts";
import { sealStack } from "../../src/combination/artefact/seal-stack.ts";
import { fitStack } from "../../src/combination/fit-stack.ts";
import type { StackData, StackScore } from "../../src/combination/stack-data.ts";
import { createRandom } from "../../src/random/random.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

const OPTIONS = { version: "0.0.0", evidence: false } as const;

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Answers whose probability of being right is known; `noise` per score is that of a look at its log-odds. */
function simulated(seed: number, rows: number, noises: readonly number[]): { data: StackData; truth: Float64Array } {
  const random = createRandom(seed);
  const logits = Float64Array.from({ length: rows }, () => 0.5 + 1.5 * random.normal());
  const truth = logits.map(sigmoid);
  const outcomes = Uint8Array.from(truth, (p) => (random.uniform() < p ? 1 : 0));
  const scores = noises.map((noise, j): StackScore => {
    const values = logits.map((logit) =>
      noise === Infinity ? random.uniform() : sigmoid(2 * (logit + noise * random.normal())),
    );
    return { name: `s${j}`, values };
  });
  return { data: { rows, scores, outcomes }, truth };
}

function hide(score: StackScore, share: number, seed: number): StackScore {
  const random = createRandom(seed);
  return { ...score, values: score.values.map((value) => (random.uniform() < share ? Number.NaN : value)) };
}

describe("fitStack", () => {
  it("fitStack(data) agrees with SciPy on weighted rows with a missing, a wrong-way and a descending score", () => {
    const scores = Object.entries(oracle.scores).map(
      ([name, values]): StackScore => ({
        name,
        values: Float64Array.from(values as readonly (number | null)[], (value) => value ?? Number.NaN),
        ...(name === "down" ? { direction: "down" } : {}),
      }),
    );
    const data = {
      rows: oracle.outcomes.length,
      scores,
      outcomes: Uint8Array.from(oracle.outcomes),
      weights: Float64Array.from(oracle.weights),
    };
    const stack = fitStack(data, { ...OPTIONS, shape: "linear", penalty: oracle.penalty });
    const [model] = stack.models;
    const [intercept, good, absent, weak, wrong, down] = oracle.coefficients;
    expect(stack.scores.map(({ scale }) => scale)).toEqual(["logit", "identity", "identity", "identity"]);
    expect(model.terms.map(({ missing }) => missing === null)).toEqual([false, true, true, true]);
    expect(model.intercept).toBeCloseTo(intercept, 8);
    expect(model.terms[0].missing).toBeCloseTo(absent, 8);
    expect(model.terms.map(({ spread }) => spread)).toEqual(
      [good, weak, wrong, down].map((value) => expect.closeTo(value, 8)),
    );
    expect(model.terms[2].spread).toBe(0);
    expect(model.certificate.gradientNorm).toBeLessThanOrEqual(1e-10);
    expect(model.certificate.boundGradient).toBeCloseTo(oracle.boundGradient[0], 8);
  });

  it("fitStack(data) gives a random score a weight of about 0 while a good one dominates", () => {
    for (const seed of [1, 2, 3]) {
      const { data } = simulated(seed, 600, [0.3, Infinity]);
      const { models } = fitStack(data, OPTIONS);
      const [good, random] = models[0].terms;
      expect(good.spread).toBeGreaterThan(1);
      expect(random.spread).toBeLessThan(0.15 * good.spread);
    }
  });

  it("fitStack(data) is calibrated, and no worse than the best single score by more than noise", () => {
    let outside = 0;
    let tests = 0;
    let worse = 0;
    for (let seed = 10; seed < 16; seed++) {
      const { data, truth } = simulated(seed, 2000, [0.5, 1, 2, Infinity]);
      const half = 1000;
      const part = (from: number): StackData => ({
        rows: half,
        scores: data.scores.map((score) => ({ ...score, values: score.values.slice(from, from + half) })),
        outcomes: data.outcomes.slice(from, from + half),
      });
      const stack = fitStack(part(0), OPTIONS);
      const { probabilities } = applyStack(stack, part(half));
      const order = [...probabilities.keys()].sort((a, b) => probabilities[a] - probabilities[b]);
      for (let bin = 0; bin < 5; bin++) {
        const rows = order.slice(bin * 200, bin * 200 + 200);
        const mean = rows.reduce((total, i) => total + probabilities[i], 0) / 200;
        const expected = rows.reduce((total, i) => total + truth[half + i], 0) / 200;
        tests++;
        if (Math.abs(mean - expected) > 0.06) outside++;
      }
      const single = fitStack({ ...part(0), scores: part(0).scores.slice(0, 1) }, OPTIONS);
      const alone = applyStack(single, part(half)).probabilities;
      const loss = (p: Float64Array): number =>
        p.reduce((total, q, i) => total + (q - truth[half + i]) ** 2, 0) / p.length;
      if (loss(probabilities) > loss(alone)) worse++;
    }
    expect(tests).toBe(30);
    expect(outside).toBeLessThanOrEqual(1);
    expect(worse).toBe(0);
  });

  it("fitStack(data).evidence.improvement covers no gain at its level where one score says all there is", () => {
    let missed = 0;
    const runs = 24;
    for (let seed = 0; seed < runs; seed++) {
      const { data } = simulated(100 + seed, 200, [0.4, Infinity]);
      const { evidence } = fitStack(data, {
        version: "0.0.0",
        shape: "linear",
        penalty: 0.01,
        folds: 3,
        level: 0.9,
        seed,
      });
      expect(evidence?.improvement.logLoss.value).toBeGreaterThan(-0.05);
      if ((evidence?.improvement.logLoss.lower ?? 0) > 0) missed++;
    }
    const tail = missed === 0 ? 1 : regularizedBeta(0.05, missed, runs - missed + 1);
    expect(tail).toBeGreaterThan(0.001);
  });

  it("fitStack(data).evidence shows what several weak scores gain over the best of them", () => {
    const { data } = simulated(5, 1200, [1.5, 1.5, 1.5]);
    const { evidence } = fitStack(data, { version: "0.0.0", shape: "linear" });
    expect(evidence?.improvement.logLoss.lower).toBeGreaterThan(0);
    expect(evidence?.improvement.auroc.lower).toBeGreaterThan(0);
    expect(evidence?.singles.map(({ name }) => name)).toEqual(["s0", "s1", "s2"]);
    expect(evidence?.stack.logLoss.value).toBeLessThan(evidence?.bestSingle.logLoss.value ?? 0);
  });

  it("applyStack(stack, rows) rises with every score that is there, whatever is missing", () => {
    const { data } = simulated(8, 400, [0.5, 1, 1]);
    const scores = [data.scores[0], hide(data.scores[1], 0.3, 1), { ...data.scores[2], direction: "down" as const }];
    const flipped = scores.map((score, j) => (j === 2 ? { ...score, values: score.values.map((v) => 1 - v) } : score));
    const stack = fitStack({ ...data, scores: flipped }, { ...OPTIONS, shape: "flexible", penalty: 1e-3 });
    const score = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(
        score,
        score,
        score,
        fc.integer({ min: 0, max: 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b, c, which, other) => {
          const row = [a, b, c];
          const value = row[which];
          if (value === null) return;
          const [low, high] = [Math.min(value, other), Math.max(value, other)];
          const at = (v: number): number | null => {
            const { probability } = applyStackToRow(stack, {
              s0: which === 0 ? v : a,
              s1: which === 1 ? v : b,
              s2: which === 2 ? v : c,
            });
            return probability;
          };
          const [first, second] = which === 2 ? [at(high), at(low)] : [at(low), at(high)];
          expect(first).not.toBeNull();
          expect(first ?? 0).toBeLessThanOrEqual((second ?? 0) + 1e-12);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("applyStackToRow(stack, row) gives no confidence, with the reason, for a row with no score", () => {
    const stack = fitStack(simulated(8, 300, [0.5, 1]).data, OPTIONS);
    for (const row of [{}, { s0: null, s1: undefined }, { other: 0.99 }])
      expect(applyStackToRow(stack, row)).toEqual({
        probability: null,
        reason: "None of the scores that the stack reads is there.",
        intercept: null,
        contributions: [],
      });
    const { probabilities, known } = applyStack(stack, {
      rows: 2,
      scores: [{ name: "s0", values: Float64Array.of(Number.NaN, 0.9) }],
    });
    expect([...known]).toEqual([0, 1]);
    expect(probabilities[0]).toBe(0);
  });

  it("applyStackToRow(stack, row) judges by the other scores where one is missing that never was", () => {
    const { data, truth } = simulated(21, 3000, [0.7, 0.7]);
    const stack = fitStack(data, OPTIONS);
    expect(stack.models).toHaveLength(3);
    const { probabilities, known } = applyStack(stack, { rows: data.rows, scores: [data.scores[1]] });
    expect(known.every((flag) => flag === 1)).toBe(true);
    const gap = probabilities.reduce((total, p, i) => total + (p - truth[i]), 0) / data.rows;
    expect(Math.abs(gap)).toBeLessThan(0.02);
    const top = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]).slice(0, 600);
    const inTop = top.reduce((total, i) => total + probabilities[i] - truth[i], 0) / 600;
    expect(Math.abs(inTop)).toBeLessThan(0.03);
  });

  it("fitStack(data) keeps a score that is missing now and then calibrated with and without it", () => {
    const { data, truth } = simulated(31, 4000, [0.7, 1.2]);
    const hidden = hide(data.scores[0], 0.3, 4);
    const rows = { ...data, scores: [hidden, data.scores[1]] };
    const { probabilities } = applyStack(fitStack(rows, OPTIONS), rows);
    for (const absent of [true, false]) {
      let gap = 0;
      let count = 0;
      hidden.values.forEach((value, i) => {
        if (Number.isNaN(value) !== absent) return;
        gap += probabilities[i] - truth[i];
        count++;
      });
      expect(count).toBeGreaterThan(1000);
      expect(Math.abs(gap / count)).toBeLessThan(0.025);
    }
  });

  it("fitStack(data) does not let 5 rows that lack a score and were all right teach certainty", () => {
    const { data } = simulated(4, 300, [0.5, 1.5]);
    const values = data.scores[0].values.slice();
    const right = [...data.outcomes.keys()].filter((i) => data.outcomes[i] === 1).slice(0, 5);
    for (const i of right) values[i] = Number.NaN;
    const stack = fitStack({ ...data, scores: [{ name: "s0", values }, data.scores[1]] }, OPTIONS);
    expect(stack.notes[0]).toBe(
      "s0 is missing in 5 of 300 rows, too few to learn what that says: answers without it are judged by the other scores.",
    );
    const { probability } = applyStackToRow(stack, { s1: 0.5 });
    expect(probability).toBeLessThan(0.75);
  });

  it("applyStack(stack, rows).contributions add up to the log-odds, and 0 is an average row", () => {
    const { data } = simulated(9, 500, [0.5, 1]);
    const stack = fitStack(data, OPTIONS);
    const { probabilities, contributions, intercepts } = applyStack(stack, data);
    const sums = [0, 0];
    for (let i = 0; i < data.rows; i++) {
      const [a, b] = contributions.data.subarray(2 * i, 2 * i + 2);
      sums[0] += a;
      sums[1] += b;
      expect(sigmoid(intercepts[i] + a + b)).toBeCloseTo(probabilities[i], 12);
    }
    expect(Math.abs(sums[0] / data.rows)).toBeLessThan(1e-10);
    expect(Math.abs(sums[1] / data.rows)).toBeLessThan(1e-10);
    const row = applyStackToRow(stack, { s0: data.scores[0].values[0], s1: data.scores[1].values[0] });
    expect(row.probability).toBeCloseTo(probabilities[0], 14);
    expect(row.contributions.every(({ room }) => room >= 0)).toBe(true);
  });

  it("fitStack(data) with costs leaves out a dear score that adds nothing, and keeps a dear one that does", () => {
    const { data } = simulated(12, 800, [0.5, 0.5]);
    const cheapAndUseless = [
      { ...data.scores[0], cost: 1 },
      { name: "dear", values: data.scores[0].values, cost: 50 },
    ];
    const without = fitStack({ ...data, scores: cheapAndUseless }, OPTIONS);
    expect(without.scores.map(({ used }) => used)).toEqual([true, false]);
    expect(without.spec.choose).toBe("one-standard-error");
    const blind = { name: "blind", values: simulated(13, 800, [Infinity]).data.scores[0].values, cost: 0 };
    const kept = fitStack({ ...data, scores: [blind, { ...data.scores[0], cost: 50 }] }, OPTIONS);
    expect(kept.scores[1].used).toBe(true);
  });

  it("fitStack(data, { choose: { brier } }) takes the cheapest set that reaches the target, or says that none does", () => {
    const { data } = simulated(14, 800, [2, 0.1]);
    const scores = [
      { ...data.scores[0], cost: 1 },
      { ...data.scores[1], cost: 10 },
    ];
    const easy = fitStack({ ...data, scores }, { ...OPTIONS, choose: { brier: 0.24 } });
    expect(easy.scores.map(({ used }) => used)).toEqual([true, false]);
    const hard = fitStack({ ...data, scores }, { ...OPTIONS, choose: { brier: 0.19 } });
    expect(hard.scores[1].used).toBe(true);
    const none = fitStack({ ...data, scores }, { ...OPTIONS, choose: { auroc: 0.999 } });
    expect(none.notes[0]).toMatch(/^No set of scores reaches an AUROC of 0.999; the set with the lowest log loss/);
  });

  it("fitStack(data) counts weight 0 as no row, and only ratios of weights", () => {
    const { data } = simulated(15, 200, [0.5, 1]);
    const settings = { ...OPTIONS, shape: "linear", penalty: 0.01 } as const;
    const more: StackData = {
      rows: 203,
      scores: data.scores.map((score) => ({ ...score, values: Float64Array.from([...score.values, 0.1, 0.2, 0.3]) })),
      outcomes: Uint8Array.from([...data.outcomes, 1, 1, 1]),
      weights: new Float64Array(203).fill(3).fill(0, 200),
    };
    const [a, b] = [fitStack(data, settings).models[0], fitStack(more, settings).models[0]];
    expect(b.intercept).toBeCloseTo(a.intercept, 10);
    a.terms.forEach(({ spread }, j) => {
      expect(b.terms[j].spread).toBeCloseTo(spread, 10);
    });
  });

  it("fitStack(data) keeps groups in one fold and says so", () => {
    const { data } = simulated(16, 300, [0.5, 1]);
    const groups = { name: "user", codes: Int32Array.from({ length: 300 }, (_, i) => i % 60), values: [] };
    const { evidence } = fitStack({ ...data, groups }, { version: "0.0.0", shape: "linear", penalty: 0.01 });
    expect(evidence?.stack.logLoss.spec.clustered).toBe(true);
    expect(evidence?.stack.auroc.interval).toBe("approximate");
    expect(evidence?.stack.logLoss.effectiveN).toBeCloseTo(60, 10);
  });

  it("openStack(JSON of a stack) gives it back, and refuses what was altered", () => {
    const stack = fitStack(simulated(17, 300, [0.5, 1]).data, { version: "0.0.0", name: "f.csv", penalty: 0.01 });
    expect(openStack(JSON.parse(JSON.stringify(stack)))).toEqual(stack);
    expect(stack.evidence).not.toBeNull();
    expect(() => openStack({ ...stack, n: 5 })).toThrow(/the stack was altered after it was made/);
    expect(() => openStack({ schema: "candor.stack/2" })).toThrow(/another version of Candor made it/);
    expect(() => openStack([])).toThrow(/this is no stack/);
    const [model, ...models] = stack.models;
    const [term, ...terms] = model.terms;
    const falling = { ...term, contributions: term.contributions.toReversed() };
    expect(() => sealStack({ ...stack, models: [{ ...model, terms: [falling, ...terms] }, ...models] })).toThrow(
      /models\[0\]\.terms\[0\]\.contributions\[1\]: expected none that falls/,
    );
  });

  it("fitStack(data) is the same bytes every time", () => {
    const { data } = simulated(18, 300, [0.5, 1]);
    const settings = { version: "0.0.0", folds: 3, shape: "linear" } as const;
    expect(JSON.stringify(fitStack(data, settings))).toBe(JSON.stringify(fitStack(data, settings)));
  });

  it("fitStack(data) refuses what cannot be stacked, in words", () => {
    const { data } = simulated(19, 40, [0.5]);
    const [score] = data.scores;
    const values = score.values.slice();
    values[7] = Infinity;
    const refuse = (change: Partial<StackData>, options: object, code: string, message: RegExp): void => {
      const run = (): unknown => fitStack({ ...data, ...change }, { ...OPTIONS, ...options });
      expect(run).toThrow(message);
      expect(run).toThrow(expect.objectContaining({ code }));
    };
    refuse({ scores: [] }, {}, "empty", /needs at least one score/);
    refuse({ scores: [score, score] }, {}, "incompatible", /s0 is given twice/);
    refuse({ scores: [{ ...score, values }] }, {}, "not-finite", /s0 is Infinity at row 7/);
    refuse({ scores: [{ ...score, values: values.fill(Number.NaN) }] }, {}, "too-few", /s0 is missing in every row/);
    refuse({ scores: [{ ...score, cost: -1 }] }, {}, "out-of-range", /cost must be a finite number >= 0, got -1/);
    refuse({ outcomes: new Uint8Array(40).fill(1) }, {}, "one-class", /every outcome of a row with a score is 1/);
    refuse({ outcomes: new Uint8Array(3) }, {}, "shape-mismatch", /40 rows but 3 outcomes/);
    refuse({}, { penalty: 0 }, "out-of-range", /penalty must be a finite number > 0, got 0/);
    refuse({}, { shape: "cubic" }, "unknown-option", /shape must be/);
    refuse({}, { choose: "some" }, "unknown-option", /choose must be/);
    refuse({}, { choose: { brier: 2 } }, "out-of-range", /target of the Brier score/);
    refuse({}, { folds: 1 }, "out-of-range", /folds must be a whole number/);
    const one = new Uint8Array(40);
    one[3] = 1;
    refuse({ outcomes: one }, {}, "too-few", /one outcome only/);
    const scale = [{ ...score, values: score.values.map((v) => v + 1), scale: "logit" as const }];
    refuse({ scores: scale }, {}, "out-of-range", /s0: expected a score in \[0, 1\]/);
    const stack = fitStack(data, { ...OPTIONS, penalty: 0.1, shape: "linear" });
    expect(() => applyStackToRow(stack, { s0: 1.5 })).toThrow(/s0: expected a score in \[0, 1\], got 1.5/);
    expect(() => applyStackToRow(stack, { s0: Number.NaN })).toThrow(/null for missing, got NaN/);
  });

  it("fitStack(data) gives a constant score no weight", () => {
    const { data } = simulated(20, 100, [0.5]);
    const flat = { name: "flat", values: new Float64Array(100).fill(0.7) };
    const stack = fitStack({ ...data, scores: [flat, data.scores[0]] }, OPTIONS);
    expect(stack.models[0].terms[0]).toMatchObject({ contributions: [0], spread: 0 });
  });
});
