import { describe, expect, it } from "vitest";
import { effectOfMembers } from "../../src/ensembles/effect-of-members.ts";
import { ensembleReport } from "../../src/ensembles/ensemble-report.ts";
import { forecastEnsembleReport } from "../../src/ensembles/forecast-ensemble-report.ts";
import { type Members, membersFromLogits } from "../../src/ensembles/members.ts";
import { predictiveMean } from "../../src/ensembles/predictive-mean.ts";
import { createRandom } from "../../src/random/random.ts";
import type { Predictions } from "../../src/report/predictions.ts";

/** Members that disagree more in odd rows, with labels that follow a shared signal. */
function drawn(
  rows: number,
  members: number,
  seed = 1,
): { members: Members; labels: Int32Array; predictions: Predictions } {
  const random = createRandom(seed);
  const classes = 3;
  const labels = Int32Array.from({ length: rows }, () => random.integer(classes));
  const signal = Float64Array.from(
    { length: rows * classes },
    (_, j) => (labels[Math.floor(j / classes)] === j % classes ? 1.5 : 0) + random.normal(),
  );
  const logits = Float64Array.from({ length: members * signal.length }, (_, j) => {
    const row = Math.floor((j % signal.length) / classes);
    return signal[j % signal.length] + (row % 2 === 1 ? 1.5 : 0.3) * random.normal();
  });
  const made = membersFromLogits(logits, members, rows, classes);
  const codes = Int32Array.from(labels, (_, i) => i % 2);
  const predictions: Predictions = {
    task: "multiclass",
    rows,
    labels,
    probabilities: predictiveMean(made),
    classNames: ["a", "b", "c"],
    segments: [{ name: "site", codes, values: ["north", "south"] }],
  };
  return { members: made, labels, predictions };
}

const names = (count: number) => Array.from({ length: count }, (_, m) => `seed ${m}`);

describe("the number of members", () => {
  it("effectOfMembers(members, labels) over all subsets has a Brier score linear in 1/m, and says the next exactly", () => {
    const { members, labels } = drawn(60, 5);
    const { points, nextBrier, allBrier, isExhaustive } = effectOfMembers(members, labels);
    expect(isExhaustive).toBe(true);
    expect(points.map((point) => point.subsets)).toEqual([5, 10, 10, 5, 1]);
    const [first, , , , last] = points.map(({ brier }) => brier.value);
    const slope = (first - last) / (1 - 1 / 5);
    for (const { members: m, brier } of points) expect(brier.value).toBeCloseTo(last + slope * (1 / m - 1 / 5), 12);
    expect(nextBrier.value).toBeCloseTo(slope * (1 / 5 - 1 / 6), 12);
    expect(allBrier.value).toBeCloseTo(slope / 5, 12);
  });

  it("effectOfMembers(members, labels) foretells the mean gain of one more member", () => {
    const { members, labels } = drawn(400, 7);
    const { points } = effectOfMembers(members, labels);
    const of = (m: number) => points[m - 1];
    const six = { ...members, members: 6, data: members.data.slice(0, 6 * 400 * 3) };
    const { nextLogLoss, nextBrier } = effectOfMembers(six, labels);
    const brier = of(6).brier.value - of(7).brier.value;
    const logLoss = of(6).logLoss.value - of(7).logLoss.value;
    expect(Math.abs(nextBrier.value / brier - 1)).toBeLessThan(0.1);
    expect(Math.abs((nextLogLoss?.value ?? 0) / logLoss - 1)).toBeLessThan(0.2);
  });

  it("effectOfMembers(members, labels) draws subsets of many members, the same for the same seed", () => {
    const { members, labels } = drawn(50, 20);
    const effect = effectOfMembers(members, labels, { seed: 3 });
    expect(effect.isExhaustive).toBe(false);
    expect(effect.points.map((point) => point.members)).toEqual([1, 2, 3, 5, 8, 12, 19, 20]);
    expect(effectOfMembers(members, labels, { seed: 3 })).toEqual(effect);
    expect(effect.points.at(-1)?.subsets).toBe(1);
  });

  it("effectOfMembers(members, labels) takes a sample where there are very many rows, and weights as repetition", () => {
    const { members, labels } = drawn(300, 3);
    expect(effectOfMembers(members, labels, { mostRows: 100 }).rows).toBe(100);
    const weights = Float64Array.from(labels, (_, i) => (i < 100 ? 1 : 0));
    const head = { ...members, rows: 100, data: new Float64Array(900) };
    for (let m = 0; m < 3; m++) head.data.set(members.data.subarray(m * 900, m * 900 + 300), m * 300);
    const weighted = effectOfMembers(members, labels, { weights });
    const plain = effectOfMembers(head, labels.slice(0, 100));
    weighted.points.forEach(({ logLoss, ece, epistemicShare }, at) => {
      expect(logLoss.value).toBeCloseTo(plain.points[at].logLoss.value, 12);
      expect(ece.value).toBeCloseTo(plain.points[at].ece.value, 12);
      if (epistemicShare !== null)
        expect(epistemicShare.value).toBeCloseTo(plain.points[at].epistemicShare?.value ?? Number.NaN, 12);
    });
  });

  it("effectOfMembers(members, labels) cannot tell the log loss of one more from two, and refuses one", () => {
    const two = drawn(30, 2);
    const effect = effectOfMembers(two.members, two.labels);
    expect(effect.nextLogLoss).toBeNull();
    expect(effect.sentence).toContain("cannot be told from 2 members");
    const one = drawn(30, 1);
    expect(() => effectOfMembers(one.members, one.labels)).toThrow(expect.objectContaining({ code: "too-few" }));
    expect(() => effectOfMembers(two.members, two.labels.slice(1))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() =>
      effectOfMembers(
        two.members,
        two.labels.map(() => 3),
      ),
    ).toThrow(expect.objectContaining({ code: "out-of-range", index: 0 }));
  });
});

describe("the report on members", () => {
  it("ensembleReport(members, predictions) finds the segment in which knowledge is lacking, and its rows", () => {
    const { members, predictions } = drawn(400, 5);
    const report = ensembleReport(members, predictions, { memberNames: names(5) });
    expect(report.entropy.identityGap).toBeLessThan(1e-12);
    expect(report.variance.identityGap).toBeLessThan(1e-12);
    expect(report.segments.map(({ name, isLacking }) => [name, isLacking])).toEqual([
      ["south", true],
      ["north", false],
    ]);
    expect(report.leastKnown.every(({ row }) => row % 2 === 0)).toBe(true);
    expect(report.leastKnown.map(({ epistemic }) => epistemic)).toEqual(
      report.leastKnown.map(({ epistemic }) => epistemic).sort((a, b) => b - a),
    );
    expect(report.ranking).toHaveLength(9);
    expect(report.mean.gain.value).toBeGreaterThan(0);
    expect(report.fewMembers.value).toBeGreaterThan(report.entropy.epistemic.value);
    expect(report.picture).toHaveLength(400);
    expect(report.sentences.join(" ")).toContain("Knowledge is lacking where site is south");
    expect(JSON.stringify(report)).not.toContain("NaN");
  });

  it("ensembleReport(members, predictions, { rowNumbers }) names rows as the file counts them", () => {
    const { members, predictions } = drawn(50, 3);
    const rowNumbers = Int32Array.from({ length: 50 }, (_, i) => 1000 + i);
    const plain = ensembleReport(members, predictions, { memberNames: names(3) });
    const { noisiest } = ensembleReport(members, predictions, { memberNames: names(3), rowNumbers });
    expect(noisiest.map(({ row }) => row)).toEqual(plain.noisiest.map(({ row }) => row + 999));
  });

  it("ensembleReport(members, predictions) takes a row of weight 0 as absent", () => {
    const { members, predictions } = drawn(200, 4);
    const weights = Float64Array.from({ length: 200 }, (_, i) => (i < 120 ? 1 : 0));
    const report = ensembleReport(members, { ...predictions, weights }, { memberNames: names(4) });
    const cut = { ...members, rows: 120, data: new Float64Array(4 * 360) };
    for (let m = 0; m < 4; m++) cut.data.set(members.data.subarray(m * 600, m * 600 + 360), m * 360);
    const part: Predictions = {
      ...predictions,
      task: "multiclass",
      rows: 120,
      labels: drawn(200, 4).labels.slice(0, 120),
      probabilities: predictiveMean(cut),
      segments: predictions.segments.map((column) => ({ ...column, codes: column.codes.slice(0, 120) })),
    };
    const plain = ensembleReport(cut, part, { memberNames: names(4) });
    expect(report.entropy.epistemicShare.value).toBeCloseTo(plain.entropy.epistemicShare.value, 12);
    for (const [at, { auroc }] of report.ranking.entries())
      expect(auroc.value).toBeCloseTo(plain.ranking[at].auroc.value, 12);
    for (const [at, { epistemic }] of report.segments.entries())
      expect(epistemic.value).toBeCloseTo(plain.segments[at].epistemic.value, 12);
  });

  it("ensembleReport(members, predictions) has no ranking without an error, and no effect under member weights", () => {
    const { members, predictions, labels } = drawn(40, 3);
    const { data, cols } = predictiveMean(members);
    const right = labels.map((_, i) => {
      const row = [...data.subarray(i * cols, (i + 1) * cols)];
      return row.indexOf(Math.max(...row));
    });
    const sure: Predictions = {
      ...predictions,
      task: "multiclass",
      probabilities: { data, rows: 40, cols },
      labels: right,
    };
    const report = ensembleReport(members, sure, {
      memberNames: names(3),
    });
    expect(report.ranking).toEqual([]);
    expect(report.sentences.join(" ")).toContain("No prediction is wrong");
    const weighted = ensembleReport(members, predictions, {
      memberNames: names(3),
      memberWeights: Float64Array.of(2, 1, 1),
    });
    expect(weighted.effect).toBeNull();
    expect(weighted.sentences.at(-1)).toContain("cannot be told");
  });

  it("ensembleReport(members, predictions) refuses one member and confidences", () => {
    const { members, predictions } = drawn(20, 1);
    expect(() => ensembleReport(members, predictions, { memberNames: names(1) })).toThrow(
      expect.objectContaining({ code: "too-few" }),
    );
    const two = drawn(20, 2);
    const confidences: Predictions = {
      task: "confidence",
      rows: 20,
      confidences: new Float64Array(20),
      correct: new Uint8Array(20),
      classNames: [],
      segments: [],
    };
    expect(() => ensembleReport(two.members, confidences, { memberNames: names(2) })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });
});

describe("the report on members that forecast", () => {
  const random = createRandom(2);
  const rows = 300;
  const truth = Float64Array.from({ length: rows }, () => 10 * random.normal());
  const spread = (i: number) => (i % 2 === 1 ? 3 : 0.5);
  const means = Float64Array.from({ length: 4 * rows }, (_, j) => truth[j % rows] + spread(j % rows) * random.normal());
  const sigmas = new Float64Array(4 * rows).fill(2);
  const outcomes = truth.map((mean) => mean + 2 * random.normal());
  const codes = Int32Array.from({ length: rows }, (_, i) => i % 2);
  const predictions = { outcomes, segments: [{ name: "site", codes, values: ["near", "far"] }] };

  it("forecastEnsembleReport(forecasts, predictions) splits the variance and covers the outcomes", () => {
    const forecasts = { means, sigmas, members: 4, rows };
    const report = forecastEnsembleReport(forecasts, predictions, { memberNames: names(4) });
    expect(report.aleatoric?.value).toBe(4);
    expect(report.total?.value).toBeCloseTo(4 + report.epistemic.value, 12);
    expect(report.epistemicSample.value).toBeCloseTo((report.epistemic.value * 4) / 3, 12);
    expect(report.segments[0]).toMatchObject({ name: "far", isLacking: true });
    for (const { level, coverage } of report.intervals) expect(coverage.upper).toBeGreaterThan(level);
    expect(report.ranking.epistemic?.value).toBeGreaterThan(0.5);
    expect(report.effect?.points).toHaveLength(4);
    expect(JSON.stringify(report)).not.toContain("NaN");
  });

  it("forecastEnsembleReport(forecasts, predictions) averages the squared error over all subsets exactly", () => {
    const forecasts = { means, members: 4, rows };
    const { effect, squaredError } = forecastEnsembleReport(forecasts, predictions, { memberNames: names(4) });
    let pairs = 0;
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ])
      for (let i = 0; i < rows; i++) pairs += ((means[a * rows + i] + means[b * rows + i]) / 2 - outcomes[i]) ** 2;
    expect(effect?.points[1].squaredError.value).toBeCloseTo(pairs / (6 * rows), 10);
    expect(effect?.points[3].squaredError.value).toBeCloseTo(squaredError.value, 12);
  });

  it("forecastEnsembleReport(forecasts, predictions) without sigmas says that their spread is not the uncertainty", () => {
    const report = forecastEnsembleReport({ means, members: 4, rows }, predictions, { memberNames: names(4) });
    expect([report.aleatoric, report.total, report.epistemicShare, report.intervals.length]).toEqual([
      null,
      null,
      null,
      0,
    ]);
    expect(report.segments[0].aleatoric).toBeNull();
    expect(report.sentences[0]).toContain("Do not read their spread as the uncertainty of the forecast");
  });
});
