import { describe, expect, it } from "vitest";
import {
  type Costs,
  createRandom,
  decide,
  makePolicy,
  type Objective,
  openPolicy,
  type PolicyOptions,
  policyFromCosts,
  scoredRows,
} from "../../src/index.ts";
import { calibratedRows, pairs, SOURCE } from "./samples.ts";

const COSTS: Costs = { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 };
const RISK: Objective = { kind: "risk", maxError: 0.1, sure: 0.95, minCoverage: null };
const DAY = { reviews: 100, volume: 1000, period: "day" };
const rows = calibratedRows(2000, 1);

function policy(objective: Objective, part: Partial<PolicyOptions> = {}, predictions = rows) {
  return makePolicy(predictions, { version: "1.0.0", source: SOURCE, objective, ...part });
}

describe("makePolicy from costs", () => {
  it("makePolicy(rows, costs) acts above the exact crossing and says so", () => {
    const made = policy({ kind: "costs", costs: COSTS }, { current: { act: 0.5, abstain: null } });
    expect(made.thresholds.act).toBeCloseTo(0.9, 14);
    expect(made.verdict.status).toBe("ready");
    expect(made.verdict.sentence).toMatch(
      /^Act on a confidence above 0\.9 and review the rest: expected cost 0\.\d+ a row, review all costs 1\.$/,
    );
    expect(made.warnings).toEqual(["At these costs no score is left undecided."]);
    expect(made.alternatives.map(({ name }) => name)).toEqual(["act on all", "review all", "current threshold"]);
    for (const { expected, saving } of made.alternatives)
      expect(saving?.value).toBeCloseTo((expected.cost?.value ?? 0) - (made.expected?.cost?.value ?? 0), 12);
    expect(made.expected?.error?.interval).toBe("exact");
    expect(made.curve.length).toBe(200);
    expect(made.curve[199].coverage).toBe(1);
  });

  it("makePolicy(rows, costs) warns where the scores promise other errors than come", () => {
    const loud = { ...rows, probabilities: rows.probabilities.map((p) => (p > 0.5 ? 0.999 : 0.001)) };
    expect(policy({ kind: "costs", costs: COSTS }, {}, loud).warnings.join(" ")).toContain(
      "The scores promise 0.10 % errors among the rows acted on, the outcomes show",
    );
  });

  it("makePolicy(rows, costs) gives intervals of the error that hold in 95 of 100 samples, as nothing was fitted", () => {
    const truth = 0.05;
    const random = createRandom(5);
    const runs = 400;
    let inside = 0;
    for (let run = 0; run < runs; run++) {
      const correct = Array.from({ length: 150 }, (_, i) => (random.uniform() < (i < 100 ? 1 - truth : 0.6) ? 1 : 0));
      const confidences = correct.map((_, i) => (i < 100 ? 0.95 : 0.6));
      const made = makePolicy(pairs(confidences, correct), {
        version: "1",
        source: SOURCE,
        objective: { kind: "costs", costs: COSTS },
      });
      const error = made.expected?.error;
      if (error && error.lower <= truth && truth <= error.upper) inside++;
    }
    expect(inside / runs).toBeGreaterThan(0.915);
  });

  it("makePolicy(rows, matrix) takes the cheapest choice of every row", () => {
    const matrix = {
      classNames: ["no", "yes"],
      costs: [
        [0, 5],
        [1, 0],
      ],
      review: 0.5,
      abstain: null,
    };
    const made = policy({ kind: "cost-matrix", matrix });
    expect(made.thresholds.abstain).toBe(0.5);
    expect(made.thresholds.act).toBeCloseTo(0.9, 14);
    expect(made.alternatives.map(({ name }) => name)).toEqual(["act on all", "review all"]);
    for (const { saving } of made.alternatives) expect(saving?.lower).toBeGreaterThan(0);
    const { codes, classes } = decide(made.rule, scoredRows(rows));
    rows.probabilities.forEach((p, i) => {
      expect([codes[i], classes?.[i]]).toEqual(p > 0.9 ? [0, 1] : p < 0.5 ? [0, 0] : [1, -1]);
    });
  });

  it("makePolicy(rows, matrix) works for many classes and their names", () => {
    const random = createRandom(3);
    const data = new Float64Array(300);
    const labels = new Int32Array(100);
    for (let i = 0; i < 100; i++) {
      const a = 0.4 + 0.5 * random.uniform();
      data.set([a, (1 - a) * 0.7, (1 - a) * 0.3], 3 * i);
      labels[i] = random.uniform() < a ? 0 : 1 + random.integer(2);
    }
    const classNames = ["cat", "dog", "eel"];
    const predictions = {
      task: "multiclass",
      rows: 100,
      classNames,
      segments: [],
      probabilities: { data, rows: 100, cols: 3 },
      labels,
    } as const;
    const costs = [
      [0, 1, 1],
      [4, 0, 1],
      [4, 1, 0],
    ];
    const objective = { kind: "cost-matrix", matrix: { classNames, costs, review: 0.7, abstain: null } } as const;
    const made = makePolicy(predictions, { version: "1", source: SOURCE, objective });
    expect(made.thresholds).toEqual({ act: null, abstain: null });
    const value = labels.reduce((total, label, i) => {
      const ways = [0, 1, 2].map((j) => costs.reduce((sum, row, k) => sum + data[3 * i + k] * row[j], 0));
      const best = Math.min(...ways);
      return total + (best < 0.7 - 1e-12 ? costs[label][ways.indexOf(best)] : 0.7);
    }, 0);
    expect(made.expected?.cost?.value).toBeCloseTo(value / 100, 12);
    expect(() =>
      makePolicy(predictions, {
        version: "1",
        source: SOURCE,
        objective: { kind: "cost-matrix", matrix: { ...objective.matrix, classNames: ["a", "b", "c"] } },
      }),
    ).toThrow("the cost matrix is for the classes a, b, c; the predictions have cat, dog, eel");
    const byLabel = makePolicy(predictions, {
      version: "1",
      source: SOURCE,
      objective: { kind: "costs", costs: COSTS },
    });
    expect(byLabel.rule).toMatchObject({ kind: "threshold", on: "confidence" });
  });

  it("policyFromCosts(scores, costs) needs no rows", () => {
    const scores = { scoreKind: "probability", classNames: ["no", "yes"] } as const;
    const made = policyFromCosts(scores, COSTS, { version: "1", on: "positive" });
    expect(made.verdict.sentence).toBe("Act on a probability of yes above 0.9 and review the rest.");
    expect([made.expected, made.dataHash, made.n]).toEqual([null, null, 0]);
    expect(openPolicy(JSON.parse(JSON.stringify(made)))).toEqual(made);
    expect(() =>
      policyFromCosts({ scoreKind: "logits", classNames: ["a", "b"] }, COSTS, { version: "1", on: "positive" }),
    ).toThrow("a policy on the positive class needs its probability, got logits");
  });
});

describe("makePolicy from a capacity", () => {
  it("makePolicy(rows, capacity) reviews the least sure, as many as there are reviews for", () => {
    const made = policy({ kind: "capacity", ...DAY });
    expect(made.expected?.reviewVolume.value).toBeCloseTo(0.1, 12);
    expect(made.expected?.abstention.value).toBe(0);
    expect(made.verdict.sentence).toMatch(
      /^With about 100 reviews a day, act on 90 % of rows \(a confidence of 0\.\d+/,
    );
    expect(made.capacityCurve.map(({ reviews }) => reviews).at(-1)).toBe(300);
    const errors = made.capacityCurve.map(({ error }) => error ?? 0);
    expect(errors[0]).toBeGreaterThan(errors[errors.length - 1]);
    expect(made.alternatives.map(({ name }) => name)).toEqual(["act on all"]);
  });

  it("makePolicy(rows, capacity with costs) spends the reviews where they save most", () => {
    const costs = { ...COSTS, abstain: 3 };
    const made = policy({ kind: "capacity", ...DAY }, { costs });
    const { act, abstain } = made.thresholds;
    expect(act).toBeGreaterThan(0.7);
    expect(abstain).toBeLessThan(0.7);
    expect(made.expected?.reviewVolume.value).toBeLessThanOrEqual(0.1);
    const plenty = policy({ kind: "capacity", ...DAY, reviews: 1000 }, { costs });
    expect(plenty.thresholds.act).toBeCloseTo(0.9, 14);
    const least = made.capacityCurve.map(({ cost }) => cost ?? 0);
    expect(least[least.length - 1]).toBeLessThan(least[0]);
  });

  it("makePolicy(rows, capacity) refuses what it cannot keep", () => {
    expect(() => policy({ kind: "capacity", ...DAY }, { on: "positive" })).toThrow("use the confidence, or give costs");
    expect(() => policy({ kind: "capacity", ...DAY, volume: 0 })).toThrow(
      "predictions per day must be a number > 0, got 0",
    );
    expect(() => policy({ kind: "capacity", ...DAY }, { costs: { ...COSTS, review: null, abstain: 1 } })).toThrow(
      "a capacity is of reviews: give their cost, or 0 where they are paid anyway",
    );
  });
});

describe("makePolicy from a target", () => {
  it("makePolicy(rows, precision) reports rows held out from the choice of the threshold", () => {
    const made = policy({ kind: "precision", target: 0.9 });
    expect(made.choices.on).toBe("positive");
    expect(made.thresholds.abstain).toBe(made.thresholds.act);
    expect(made.expected?.error).toMatchObject({ interval: "approximate", spec: { validation: "cross-validated" } });
    expect(made.verdict.sentence).toContain("estimated on rows held out from the choice");
  });

  it("makePolicy(rows, precision) on few noisy rows expects less than the tuned rows show", () => {
    const random = createRandom(9);
    let tuned = 0;
    let heldOut = 0;
    let reached = 0;
    for (let run = 0; run < 60; run++) {
      const confidences = Array.from({ length: 60 }, () => random.uniform());
      const correct = confidences.map(() => (random.uniform() < 0.7 ? 1 : 0));
      const made = makePolicy(pairs(confidences, correct), {
        version: "1",
        source: SOURCE,
        objective: { kind: "precision", target: 0.75 },
        on: "confidence",
      });
      const act = made.thresholds.act;
      if (act === null || !made.expected?.error) continue;
      reached++;
      heldOut += made.expected.error.value;
      tuned += made.curve.find(({ threshold }) => threshold === act)?.error ?? 0;
    }
    expect(reached).toBeGreaterThan(20);
    expect(tuned / reached).toBeLessThan(0.25);
    expect(Math.abs(heldOut / reached - 0.3)).toBeLessThan(0.04);
  });

  it("makePolicy(rows, precision) out of reach is a verdict, and acts on nothing", () => {
    const made = makePolicy(pairs([0.9, 0.8, 0.7], [0, 1, 1]), {
      version: "1",
      source: SOURCE,
      objective: { kind: "precision", target: 0.9 },
    });
    expect(made.verdict).toEqual({
      status: "unreachable",
      sentence: "No threshold has a precision of at least 90 % on these rows; the best has 67 %.",
    });
    expect(made.thresholds).toEqual({ act: null, abstain: null });
    expect(made.warnings).toEqual([]);
  });

  it("makePolicy(rows, recall) is for the positive class, F-beta too", () => {
    const made = policy({ kind: "recall", target: 0.9 });
    expect(made.expected?.recall?.value).toBeGreaterThan(0.85);
    expect(policy({ kind: "f-beta", beta: 1 }).verdict.sentence).toMatch(
      /^For the largest F-beta \(beta 1\), act on a probability of yes/,
    );
    const confidences = pairs([0.9], [1]);
    const options = { version: "1", source: SOURCE, objective: { kind: "recall", target: 0.9 } } as const;
    expect(() => makePolicy(confidences, options)).toThrow(
      "a policy on the positive class needs binary predictions, got confidence ones",
    );
    expect(() => policy({ kind: "recall", target: 1.2 })).toThrow("the target of recall must be in (0, 1], got 1.2");
    expect(() => policy({ kind: "f-beta", beta: 0 })).toThrow("beta must be a number > 0, got 0");
  });
});

describe("makePolicy from a risk target", () => {
  it("makePolicy(rows, risk) acts from the certified threshold, with a small certificate", () => {
    const made = policy(RISK);
    expect(made.verdict.status).toBe("certified");
    expect(made.verdict.sentence).toMatch(
      /^Act on the \d+ % of rows with a confidence of 0\.\d+ or more: at most 10 % of them are wrong, 95 % sure\.$/,
    );
    expect(made.thresholds.act).toBe(made.certificate?.threshold);
    expect(made.certificate?.dataHash).toBe(made.dataHash);
    expect(JSON.stringify(made.certificate).length).toBeLessThan(2000);
    expect(made.certificate?.assumptions.length).toBeGreaterThanOrEqual(4);
    expect(made.perSegment.map(({ by, name }) => `${by} ${name}`)).toEqual(["site a", "site b", "site c"]);
    for (const { certificate } of made.perSegment) expect(certificate?.sure).toBeCloseTo(1 - 0.05 / 3, 14);
  });

  it("makePolicy(rows, risk) that cannot be shown acts on nothing and says what is missing", () => {
    const few = calibratedRows(60, 2);
    const made = policy({ ...RISK, maxError: 0.05 }, {}, few);
    expect(made.verdict.status).toBe("not-certified");
    expect(made.thresholds.act).toBeNull();
    expect(made.verdict.sentence).toMatch(
      /^Not certified: with 60 labels an error of at most 5 % cannot be shown, 95 % sure; about [\d,]+ more labels would do\.$/,
    );
    expect(made.missingLabels).toBeGreaterThan(0);
    expect(made.expected?.coverage.value).toBe(0);
  });

  it("makePolicy(rows, risk with capacity) reviews the nearest below and abstains from the rest", () => {
    const made = policy({ ...RISK, maxError: 0.03 }, { capacity: DAY });
    const { act, abstain } = made.thresholds;
    expect(act).toBe(made.certificate?.threshold);
    expect(abstain).toBeLessThan(act ?? 0);
    expect(made.expected?.reviewVolume.value).toBeCloseTo(0.1, 2);
    expect(made.expected?.abstention.value).toBeGreaterThan(0.1);
    expect(made.capacityCurve.length).toBeGreaterThan(20);
  });

  it("makePolicy(rows, risk per segment) acts in each segment only as far as it is certified there", () => {
    const made = policy(RISK, { perSegment: true });
    expect(made.rule.kind).toBe("threshold-per-segment");
    if (made.rule.kind !== "threshold-per-segment") return;
    expect(made.rule.thresholds.act).toBeNull();
    expect(made.rule.segments.map(({ thresholds }) => thresholds.act)).toEqual(
      made.perSegment.map(({ certificate }) => certificate?.threshold ?? null),
    );
    expect(made.certificate?.spec).toMatchObject({ correction: "bonferroni", segments: 3 });
    const much = policy({ ...RISK, minCoverage: 0.99 }, { perSegment: true });
    expect(much.certificate?.certified).toBe(false);
    expect(much.verdict.sentence).toContain("99 % are asked for");
  });

  it("makePolicy(rows, risk) says so where the scores were fitted on the rows", () => {
    const made = policy(RISK, { fittedHere: true });
    expect(made.certificate?.assumptions.join(" ")).toContain("NOT MET");
    expect(made.warnings).toEqual(["The scores were fitted on these very rows: expect more errors on others."]);
  });

  it("makePolicy(rows, risk) counts rows of equal weight, and bets on those that weigh differently", () => {
    const weights = new Float64Array(2000).fill(2);
    expect(policy(RISK, {}, { ...rows, weights }).thresholds).toEqual(policy(RISK).thresholds);
    const uneven = weights.map((_, i) => (i % 4 === 0 ? 3 : 1));
    const made = policy(RISK, {}, { ...rows, weights: uneven });
    const { certificate } = made;
    expect(certificate).toMatchObject({ certified: true, method: "weighted-sequence/1", n: 2000 });
    expect(certificate?.coverage).toBeCloseTo(made.expected?.coverage.value ?? 0, 12);
    expect(certificate?.upperBound).toBeGreaterThan(made.expected?.error?.value ?? 1);
    expect(certificate?.assumptions[0]).toContain("each weighs one over the probability");
    expect(openPolicy(JSON.parse(JSON.stringify(made)))).toEqual(made);
    const parted = policy({ ...RISK, maxError: 0.2 }, { perSegment: true }, { ...rows, weights: uneven });
    expect(parted.certificate?.coverage).toBeCloseTo(parted.expected?.coverage.value ?? 0, 12);
    const few = policy({ ...RISK, maxError: 0.001 }, {}, { ...rows, weights: uneven });
    expect(few.verdict.sentence).toMatch(/^Not certified: with 2,000 labels .* more labels would do\.$/);
  });

  it("makePolicy(rows, options) refuses options that exclude each other", () => {
    expect(() => policy({ kind: "costs", costs: COSTS }, { costs: COSTS })).toThrow("costs are the objective already");
    expect(() => policy({ kind: "capacity", ...DAY }, { capacity: DAY })).toThrow(
      "the capacity is the objective already",
    );
    expect(() => policy({ kind: "capacity", ...DAY }, { perSegment: true })).toThrow("need a risk target");
    expect(() => policy(RISK, { perSegment: true, by: [] })).toThrow("need at least one segment column");
    expect(() => policy(RISK, { by: ["shop"] })).toThrow("there is no segment column shop; the columns are: site");
    expect(() => policy(RISK, { current: { act: -1, abstain: null } })).toThrow("the current threshold to act");
    expect(() => policy({ ...RISK, maxError: 0 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("makePolicy(rows, coverage)", () => {
  it("makePolicy(rows, coverage) expects of tied scores what its threshold does, in any order of the rows", () => {
    const confidences = [0.9, 0.7, 0.6].flatMap((confidence) => new Array<number>(60).fill(confidence));
    const correct = confidences.map((_, i) => (i % 60 < 40 ? 1 : 0));
    const options = { version: "1", source: SOURCE, objective: { kind: "coverage", target: 0.5 } } as const;
    const made = makePolicy(pairs(confidences, correct), options);
    expect(made.thresholds.act).toBe(0.7);
    expect(made.expected?.coverage.value).toBeCloseTo(2 / 3, 12);
    const turned = makePolicy(pairs(confidences.toReversed(), correct.toReversed()), options);
    expect(turned.expected).toEqual(made.expected);
  });
});
