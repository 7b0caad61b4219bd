import { describe, expect, it } from "vitest";
import type { BinnedErrorOptions, Estimate, Matrix, SampleOptions } from "../../src/index.ts";
import * as core from "../../src/index.ts";

const rows = 60;
const random = core.createRandom(8);
/** Scores with ties, values on bin edges, 0 and 1. */
const scores = Float64Array.from({ length: rows }, () => Math.round(random.uniform() * 20) / 20);
const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < 0.7 * p + 0.1 ? 1 : 0));
const others = Float64Array.from(scores, (p) => p + random.uniform());
const inside = scores.map((p) => 0.05 + 0.9 * p);
const weights = Float64Array.from(scores, () => 0.2 + random.uniform());
const classes: Matrix = core.softmax(
  core.matrix(
    Float64Array.from({ length: 3 * rows }, () => Math.round(2 * random.normal())),
    rows,
    3,
  ),
);
const labels = Int32Array.from({ length: rows }, () => Math.floor(3 * random.uniform()));

/** One data set in the shapes that metrics take. */
interface Data {
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  readonly others: Float64Array;
  readonly inside: Float64Array;
  readonly weights: Float64Array;
  readonly classes: Matrix;
  readonly labels: Int32Array;
  readonly logits: Matrix;
}

/** The rows in the order given. */
function dataIn(order: readonly number[]): Data {
  const picked = (values: Float64Array): Float64Array => Float64Array.from(order, (i) => values[i]);
  const data = Float64Array.from(order.flatMap((i) => [...classes.data.subarray(3 * i, 3 * i + 3)]));
  return {
    scores: picked(scores),
    outcomes: Uint8Array.from(order, (i) => outcomes[i]),
    others: picked(others),
    inside: picked(inside),
    weights: picked(weights),
    classes: core.matrix(data, rows, 3),
    labels: Int32Array.from(order, (i) => labels[i]),
    logits: core.matrix(
      data.map((p) => Math.log(p)),
      rows,
      3,
    ),
  };
}

const asIs = Array.from({ length: rows }, (_, i) => i);

const norms = ["l1", "l2", "max"] as const;
const binnings: BinnedErrorOptions[] = [5, 10].flatMap((bins) => [
  ...(["right-closed", "left-closed", "left-closed-open-end", "right-closed-zero-apart"] as const).flatMap((edgeRule) =>
    (["quotient", "linspace"] as const).map((edgeValues) => ({ bins, edgeRule, edgeValues })),
  ),
  { bins, edgeRule: "truncated-quotient" as const },
  ...(["file-order", "together"] as const).map((ties) => ({ bins, binning: "equal-mass" as const, ties })),
]);

/** Every metric in every convention. */
function variants(
  { scores, outcomes, others, inside, classes, labels, logits }: Data,
  sample: SampleOptions,
): Estimate[] {
  const found: Estimate[] = [];
  const add = (...estimates: Estimate[]): void => {
    found.push(...estimates);
  };
  for (const options of binnings) {
    for (const norm of norms) add(core.expectedCalibrationError(scores, outcomes, { ...sample, ...options, norm }));
    for (const norm of ["l1", "l2"] as const) {
      add(core.debiasedCalibrationError(scores, outcomes, { ...sample, ...options, norm }));
      for (const debiased of norm === "l2" ? [false, true] : [false])
        add(core.classwiseCalibrationError(classes, labels, { ...sample, ...options, norm, debiased }));
    }
    add(core.overconfidence(scores, outcomes, { ...sample, ...options }));
    add(core.underconfidence(scores, outcomes, { ...sample, ...options }));
    if (options.binning !== "equal-mass")
      add(core.fullVectorCalibrationError(classes, labels, { ...sample, ...options }));
  }
  for (const name of core.presetNames) add(core.presetCalibrationError(name, scores, outcomes, sample));
  for (const norm of ["l1", "l2"] as const) add(core.sweepCalibrationError(scores, outcomes, { ...sample, norm }));
  add(core.smoothEce(scores, outcomes, sample), core.smoothEceRelplot(scores, outcomes, sample));
  for (const sigma of [0.05, 0.2]) add(core.smoothEceAt(scores, outcomes, { ...sample, sigma }));
  for (const bandwidth of [0.3, 1])
    for (const choice of [
      { estimator: "unbiased" },
      { estimator: "biased" },
      { estimator: "block", blockSize: 5 },
      { estimator: "block", blockSize: 10 },
    ] as const) {
      add(core.kernelCalibrationError(scores, outcomes, { ...sample, ...choice, bandwidth }));
      add(core.multiclassKernelCalibrationError(classes, labels, { ...sample, ...choice, bandwidth }));
    }
  add(core.ksCalibration(scores, outcomes, sample));
  for (const origin of ["included", "excluded"] as const)
    add(core.kuiperCalibration(scores, outcomes, { ...sample, origin }));
  add(core.calibrationInTheLarge(scores, outcomes, sample), core.meanCalibrationGap(scores, outcomes, sample));
  add(...Object.values(core.coxCalibration(scores, outcomes, sample)));
  for (const span of [0.4, 2 / 3])
    add(...Object.values(core.integratedCalibrationIndex(scores, outcomes, { ...sample, span })));

  add(core.brierScore(scores, outcomes, sample), core.brierScoreMulticlass(classes, labels, sample));
  for (const clip of [1e-15, 0.01]) {
    add(core.logLoss(scores, outcomes, { ...sample, clip }));
    add(core.logLossMulticlass(classes, labels, { ...sample, clip }));
    add(...Object.values(core.corpDecomposition(scores, outcomes, { ...sample, score: "log-loss", clip })));
  }
  for (const temperature of [1, 2]) add(core.logLossFromLogits(logits, labels, { ...sample, temperature }));
  add(core.logLossFromLogProbabilities(logits, labels, sample));
  add(...Object.values(core.corpDecomposition(scores, outcomes, sample)));
  add(...Object.values(core.corpDecompositionClasswise(classes, labels, sample)));
  for (const bins of [5, 10])
    for (const edgeRule of ["right-closed", "left-closed"] as const)
      add(...Object.values(core.murphyDecomposition(scores, outcomes, { ...sample, bins, edgeRule })));

  for (const weighting of ["importance", "frequency"] as const)
    add(core.spiegelhalterTest(scores, outcomes, { ...sample, weighting }));
  for (const groups of [5, 8, 12, 15, 19, 21])
    for (const data of ["development", "external"] as const)
      add(core.hosmerLemeshowTest(inside, outcomes, { ...sample, groups, data }));
  add(core.calibrationScoreTest(scores, outcomes, sample));
  for (const bins of [5, 10])
    add(core.resamplingTest(scores, outcomes, { ...sample, bins, draws: 9, random: core.createRandom(1) }));

  add(core.accuracy(outcomes, sample), core.aurocDifference(scores, others, outcomes, sample));
  add(core.auroc(scores, outcomes, sample), core.averagePrecision(scores, outcomes, sample));
  add(core.prAucTrapezoid(scores, outcomes, sample));
  for (const convention of ["prefix-mean", "expected-ties", "fd-shifts", "fd-shifts-nonlinear"] as const) {
    add(core.aurc(scores, outcomes, { ...sample, convention }));
    add(core.excessAurc(scores, outcomes, { ...sample, convention }));
    add(core.optimalAurc(outcomes, { ...sample, convention }));
  }
  add(core.aurc(scores, outcomes, { ...sample, convention: "torch-uncertainty" }));
  for (const convention of ["prefix-mean", "expected-ties"] as const)
    add(core.auarc(scores, outcomes, { ...sample, convention }));
  add(core.augrc(scores, outcomes, sample), core.excessAugrc(scores, outcomes, sample));
  add(core.achievableAurc(scores, outcomes, sample));
  for (const share of [0.3, 0.6]) {
    for (const select of ["closest", "best"] as const) {
      add(core.riskAtCoverage(scores, outcomes, share, { ...sample, select }));
      add(core.selectiveAccuracy(scores, outcomes, share, { ...sample, select }));
    }
    add(core.coverageAtRisk(scores, outcomes, share, sample));
  }
  return found;
}

describe("the spec of an estimate", () => {
  const found = [
    ...variants(dataIn(asIs), {}),
    ...variants(dataIn(asIs), { weights }),
    ...Object.values(core.selectiveStatistics(scores, outcomes)),
  ];

  it("an estimate has a value between its bounds, n, effective n, level, kind and a spec with a name", () => {
    const effective = core.effectiveSize(weights, rows);
    for (const { value, lower, upper, level, n, effectiveN, interval, spec } of found) {
      for (const number of [value, lower, upper]) expect(number).not.toBeNaN();
      expect(lower).toBeLessThanOrEqual(value);
      expect(upper).toBeGreaterThanOrEqual(value);
      expect(level).toBe(0.95);
      expect(n).toBe(rows);
      expect([rows, effective].some((size) => Math.abs(effectiveN - size) < 1e-9)).toBe(true);
      expect(["exact", "asymptotic", "conservative", "approximate", "none"]).toContain(interval);
      expect(spec.metric).toMatch(/^[a-z0-9-]+$/);
    }
  });

  it("two estimates on the same rows with the same spec have the same value", () => {
    const values = new Map<string, number>();
    const collisions: string[] = [];
    for (const { value, spec } of found) {
      const key = JSON.stringify(Object.entries(spec).sort());
      const known = values.get(key);
      if (known === undefined) values.set(key, value);
      else if (Math.abs(known - value) > 1e-12) collisions.push(`${key}: ${known} and ${value}`);
    }
    expect(collisions).toEqual([]);
  });

  it("merged rows are marked as weighted only where one of them carried a weight other than 1", () => {
    const counts = Float64Array.from(scores, (_, i) => 1 + (i % 3));
    const plain = { weights: counts, merged: { counts, squaredWeights: counts } };
    const doubled = { weights: counts.map((c) => 2 * c), merged: { counts, squaredWeights: counts.map((c) => 4 * c) } };
    expect(core.brierScore(scores, outcomes, plain).spec["weighted"]).toBeUndefined();
    expect(core.auroc(scores, outcomes, doubled).spec["weighted"]).toBe(true);
  });

  it("no metric changes its arguments", () => {
    const data = dataIn(asIs);
    variants(data, { weights: data.weights });
    expect(data).toEqual(dataIn(asIs));
  });

  it("a value depends on the order of the rows only where its spec says so", () => {
    const isOrdered = ({ spec }: Estimate): boolean =>
      spec["ties"] === "file-order" || spec["edges"] === "ties-in-file-order" || spec["estimator"] === "block";
    const mixed = dataIn(asIs.map((i) => (i * 23 + 7) % rows));
    const found = [variants(dataIn(asIs), {}), variants(dataIn(asIs), { weights })].flat();
    const again = [variants(mixed, {}), variants(mixed, { weights: mixed.weights })].flat();
    const moved: string[] = [];
    for (const [k, { value, spec }] of found.entries())
      if (!isOrdered(found[k]) && Math.abs(again[k].value - value) > 1e-11)
        moved.push(`${JSON.stringify(spec)}: ${value} and ${again[k].value}`);
    expect(moved).toEqual([]);
    expect(found.filter(isOrdered).length).toBeGreaterThan(20);
  });

  it("a higher level never gives a narrower interval, nor another value", () => {
    const data = dataIn(asIs);
    const at = (level: number): Estimate[] => [variants(data, { level }), variants(data, { weights, level })].flat();
    const [narrow, wide] = [at(0.5), at(0.99)];
    const wrong: string[] = [];
    for (const [k, { value, lower, upper, level, spec }] of narrow.entries()) {
      expect(level).toBe(0.5);
      expect(wide[k].value).toBe(value);
      if (wide[k].lower > lower + 1e-12 || wide[k].upper < upper - 1e-12)
        wrong.push(`${JSON.stringify(spec)}: ${lower} to ${upper}, but ${wide[k].lower} to ${wide[k].upper}`);
    }
    expect(wrong).toEqual([]);
  });

  it("intervals of merged unweighted rows at a threshold are those of the rows", () => {
    const twice = (values: Float64Array): Float64Array => Float64Array.from([...values, ...values]);
    const counts = new Float64Array(rows).fill(2);
    const options = { weights: counts, merged: { counts, squaredWeights: counts } };
    const doubled = Uint8Array.from([...outcomes, ...outcomes]);
    for (const share of [0.3, 0.6]) {
      const { lower, upper } = core.riskAtCoverage(twice(scores), doubled, share);
      expect(core.riskAtCoverage(scores, outcomes, share, options)).toMatchObject({ lower, upper });
    }
    expect(core.riskCoverageCurve(scores, outcomes, options)).toEqual(core.riskCoverageCurve(twice(scores), doubled));
  });

  it("only the ratios of the weights matter, and weights of 1 are no weights", () => {
    const data = dataIn(asIs);
    const of = (w: Float64Array): Estimate[] => variants(data, { weights: w });
    const pairs: [Estimate[], Estimate[]][] = [
      [of(weights), of(weights.map((w) => 0.003 * w))],
      [variants(data, {}), of(new Float64Array(rows).fill(1))],
      [of(new Float64Array(rows).fill(1 / 3)), of(new Float64Array(rows).fill(7))],
    ];
    const wrong: string[] = [];
    for (const [first, second] of pairs)
      for (const [k, { spec, ...estimate }] of first.entries())
        for (const key of ["value", "lower", "upper", "effectiveN"] as const)
          if (!(Math.abs(second[k][key] - estimate[key]) <= 1e-9))
            wrong.push(`${key} of ${JSON.stringify(spec)}: ${estimate[key]} and ${second[k][key]}`);
    expect(wrong).toEqual([]);
  });
});
