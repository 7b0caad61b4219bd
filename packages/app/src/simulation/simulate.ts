import { createRandom } from "@candor/core";
import { simulateFraud } from "./card-fraud.ts";
import { simulateChurn } from "./churn.ts";
import { simulateJudge } from "./grounding-judge.ts";
import { judgeContent, keptAnswers } from "./judge-response.ts";
import type { SimulatedOutcome, SimulatedPrediction, Simulation } from "./simulated.ts";
import { dayMs, days, hourMs, truth } from "./truth.ts";

export interface SimulationOptions {
  /** The present, milliseconds since 1970: the last of the 90 days is the one (UTC) it is in; nothing is later. */
  readonly until: number;
  /** Version of Candor, recorded in calibrator and policies. */
  readonly version: string;
  /** Default 1. */
  readonly seed?: number;
  /** Of the traffic; default 1, which is about 93 000 predictions. */
  readonly scale?: number;
}

/** Midnight (UTC) of the first of the 90 days that end with the day of `until`. */
export function firstMidnight(until: number): number {
  return (Math.floor(until / dayMs) - (days - 1)) * dayMs;
}

function orphansBefore(until: number): SimulatedOutcome[] {
  return Array.from({ length: truth.orphans }, (_, i) => ({
    predictionId: `never-sent-${i + 1}`,
    source: "truth",
    value: i % 2 === 0 ? 1 : 0,
    observedAt: until - (i + 1) * 5 * hourMs,
  }));
}

function contentsOf(verdicts: readonly SimulatedPrediction[]): Simulation["contents"] {
  return new Map(
    verdicts.flatMap((verdict) => {
      const content = judgeContent(verdict);
      return content === undefined ? [] : [[verdict.id, content] as const];
    }),
  );
}

/**
 * 90 days of three models whose truth is known (`truth`): predictions with raw and calibrated confidence, outcomes that
 * come late, some never, and the calibrator and policies that were made on the way of the labels known at that time.
 *
 * @returns what had happened by `until`; the same seed and day give the same predictions with the same ids
 */
export function simulate({ until, version, seed = 1, scale = 1 }: SimulationOptions): Simulation {
  const random = createRandom(seed);
  const world = { start: firstMidnight(until), scale };
  const fraud = simulateFraud(random.fork(), world, version);
  const churn = simulateChurn(random.fork(), world);
  const judge = simulateJudge(random.fork(), world);
  const all = [fraud, churn, judge];
  const known = (outcomes: readonly SimulatedOutcome[]): SimulatedOutcome[] =>
    outcomes.filter(({ observedAt }) => observedAt <= until).sort((a, b) => a.observedAt - b.observedAt);
  const before = (predictions: readonly SimulatedPrediction[]) => predictions.filter(({ time }) => time <= until);
  return {
    predictions: all.flatMap(({ predictions }) => before(predictions)),
    outcomes: [...all.flatMap(({ outcomes }) => known(outcomes)), ...orphansBefore(until)],
    artefacts: fraud.artefacts,
    contents: contentsOf(before(judge.predictions).slice(-keptAnswers)),
  };
}
