import { expectedCalibrationError, noiseFloor } from "@candor/core";
import { describe, expect, it } from "vitest";
import { judgeIsRight } from "../../src/simulation/grounding-judge.ts";
import { firstMidnight, simulate } from "../../src/simulation/simulate.ts";
import type { SimulatedPrediction } from "../../src/simulation/simulated.ts";
import { dayMs, hourMs, truth } from "../../src/simulation/truth.ts";

const until = Date.UTC(2026, 10, 22, 11, 30);
const start = firstMidnight(until);
const world = simulate({ until, version: "0.0.0" });
const { fraud, judge } = truth;

/** What was known of each prediction at the end: the newest outcome. */
const said = new Map(world.predictions.map(({ id, prediction }) => [id, prediction]));
const known = new Map<string, 0 | 1>();
for (const { predictionId, value } of world.outcomes)
  known.set(predictionId, typeof value === "string" ? (value === said.get(predictionId) ? 1 : 0) : value);

const dayOf = ({ time }: SimulatedPrediction): number => Math.floor((time - start) / dayMs);
const isMature = ({ time }: SimulatedPrediction): boolean => time <= until - truth.maturityHours * hourMs;
const of = (model: string): SimulatedPrediction[] => world.predictions.filter((row) => row.model === model);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Calibration error of what was known, beside what a perfect model would show and what it truly is. */
function errorOf(rows: readonly SimulatedPrediction[]) {
  const labelled = rows.filter(({ id, confidence }) => known.has(id) && confidence !== null);
  const scores = Float64Array.from(labelled, ({ confidence }) => confidence ?? 0);
  const outcomes = Uint8Array.from(labelled, ({ id }) => known.get(id) ?? 0);
  const weights = Float64Array.from(labelled, ({ propensity }) => 1 / (propensity ?? 1));
  const ece = expectedCalibrationError(scores, outcomes, { bins: 10, weights });
  const floor = noiseFloor(scores, outcomes, { bins: 10, weights });
  const wrong = mean(rows.map(({ confidence, truth }) => Math.abs((confidence ?? 0) - truth.probability)));
  return { ece: ece.value, lower: ece.lower, floor: floor.value, wrong };
}

describe("simulate(options)", () => {
  it("gives unique ids, the same for every moment of a day, and nothing that is later than it", () => {
    const ids = new Set(world.predictions.map(({ id }) => id));
    expect(ids.size).toBe(world.predictions.length);
    expect(ids.size).toBeGreaterThan(90_000);
    expect(world.predictions.every(({ time }) => time >= start && time <= until)).toBe(true);
    expect(world.outcomes.every(({ observedAt }) => observedAt <= until)).toBe(true);

    const earlier = simulate({ until: until - 5 * hourMs, version: "0.0.0" });
    expect(earlier.predictions.length).toBeLessThan(world.predictions.length);
    const first = new Map(world.predictions.map((row) => [row.id, row]));
    expect(earlier.predictions.every((row) => first.get(row.id)?.time === row.time)).toBe(true);
    expect(earlier.artefacts).toEqual(world.artefacts);
  });

  it("has days and nights, working days and weekends", () => {
    const churn = of(truth.churn.model);
    const at = (hours: readonly number[]): number =>
      churn.filter(({ time }) => hours.includes(new Date(time).getUTCHours())).length;
    expect(at([5, 6, 7]) / at([17, 18, 19])).toBeGreaterThan(4);
    const weekend = churn.filter(({ time }) => [0, 6].includes(new Date(time).getUTCDay())).length / churn.length;
    expect(weekend).toBeGreaterThan(0.1);
    expect(weekend).toBeLessThan(0.17);
  });

  it("labels fraud completely in the end, and first of all what is fraud", () => {
    const payments = of(fraud.model);
    const settled = payments.filter(isMature);
    expect(settled.every(({ id, truth }) => known.get(id) === truth.outcome)).toBe(true);
    const fresh = payments.filter(({ time, id }) => time > until - 4 * dayMs && known.has(id));
    expect(mean(fresh.map(({ id }) => known.get(id) ?? 0))).toBeGreaterThan(0.5);
    expect(mean(payments.map(({ truth }) => truth.probability))).toBeLessThan(0.12);
  });

  it("corrects some outcomes later", () => {
    const times = new Map<string, number>();
    for (const { predictionId } of world.outcomes) times.set(predictionId, (times.get(predictionId) ?? 0) + 1);
    const corrected = [...times.values()].filter((count) => count === 2).length;
    expect(corrected).toBeGreaterThan(100);
    expect(corrected).toBeLessThan(300);
  });

  it("has outcomes of predictions that were never sent", () => {
    const ids = new Set(world.predictions.map(({ id }) => id));
    expect(world.outcomes.filter(({ predictionId }) => !ids.has(predictionId))).toHaveLength(truth.orphans);
  });
});

describe("what core makes of the simulation", () => {
  const payments = of(fraud.model).filter(isMature);
  const version = (name: string, from: number, to: number): SimulatedPrediction[] =>
    payments.filter((row) => row.version === name && dayOf(row) >= from && dayOf(row) < to);

  it("the first version is calibrated, the second is not until the recalibration", () => {
    const first = errorOf(version("1", 0, fraud.deployed));
    expect(first.wrong).toBeLessThan(1e-12);
    expect(first.ece).toBeLessThan(2 * first.floor);
    const second = errorOf(version("2", fraud.deployed, fraud.recalibrated));
    expect(second.ece).toBeGreaterThan(4 * second.floor);
    expect(Math.abs(second.ece - second.wrong)).toBeLessThan(0.008);
    const after = errorOf(version("2", fraud.recalibrated, fraud.drift.day));
    expect(after.wrong).toBeLessThan(0.003);
    expect(after.ece).toBeLessThan(2 * after.floor);
  });

  it("the calibrator undoes what the second version does to log-odds, within 0.05", () => {
    const document = world.artefacts.find(({ kind }) => kind === "calibrator")?.document;
    const terms =
      document !== undefined && "map" in document && document.map.kind === "logistic" ? document.map.terms : [];
    const [intercept, slope] = terms.map(({ coefficient }) => coefficient);
    expect(Math.abs((slope ?? 0) - 1 / fraud.stretch)).toBeLessThan(0.05);
    expect(Math.abs((intercept ?? 0) + fraud.shift / fraud.stretch)).toBeLessThan(0.1);
  });

  it("the drift shows in its region, first of all regions, and in no other", () => {
    const drifted = version("2", fraud.drift.day, 90);
    const errors = fraud.regions.map(({ value }) => ({
      value,
      ...errorOf(drifted.filter(({ segments }) => segments["region"] === value)),
    }));
    const [worst, ...others] = errors.sort((a, b) => b.ece - b.floor - (a.ece - a.floor));
    expect(worst?.value).toBe(fraud.drift.value);
    expect(worst?.ece).toBeGreaterThan(0.08);
    expect(Math.abs((worst?.ece ?? 0) - (worst?.wrong ?? 0))).toBeLessThan(0.03);
    for (const { ece, floor } of others) expect(ece).toBeLessThan(2 * floor);
  });

  it("the capacity keeps the reviews of a day near what people have time for", () => {
    const decided = of(fraud.model).filter((row) => dayOf(row) >= fraud.rethresholded && dayOf(row) < 89);
    const perDay = decided.filter(({ decision }) => decision === "review").length / (89 - fraud.rethresholded);
    expect(perDay).toBeGreaterThan(0.8 * fraud.reviewsPerDay);
    expect(perDay).toBeLessThan(1.2 * fraud.reviewsPerDay);
  });

  it("the judge looks worse than it is by its labels alone, and as it is with their propensity", () => {
    const verdicts = of(judge.model).filter(isMature);
    const really = mean(verdicts.map(({ truth }) => truth.outcome));
    const labelled = verdicts.filter(({ id }) => known.has(id));
    const naive = mean(labelled.map(({ id }) => known.get(id) ?? 0));
    let weight = 0;
    let right = 0;
    for (const { id, propensity } of labelled) {
      weight += 1 / (propensity ?? 1);
      right += (known.get(id) ?? 0) / (propensity ?? 1);
    }
    expect(naive).toBeLessThan(really - 0.06);
    expect(Math.abs(right / weight - really)).toBeLessThan(0.05);
  });

  it("the judge is too sure of itself, most of all about billing", () => {
    expect(judgeIsRight(0.95, "returns")).toBeCloseTo(0.8375, 12);
    expect(judgeIsRight(0.95, judge.harder.value)).toBeCloseTo(0.7375, 12);
    const verdicts = of(judge.model).filter(({ confidence }) => confidence !== null);
    const all = errorOf(verdicts);
    expect(all.lower).toBeGreaterThan(0.05);
    const gaps = judge.topics.map(({ value }) => {
      const rows = verdicts.filter(({ segments }) => segments["topic"] === value);
      return { value, gap: mean(rows.map(({ confidence, truth }) => (confidence ?? 0) - truth.probability)) };
    });
    expect(gaps.sort((a, b) => b.gap - a.gap)[0]?.value).toBe(judge.harder.value);
  });
});
