import type { Decision } from "@candor/core";
import type { ContentEvent, OutcomeEvent, PredictionEvent, SpineEvent, SpineTask } from "../../../src/store/events.ts";

/** 2026-01-15T22:00 UTC: a history of three days begins late in a day. */
export const historyStart = Date.UTC(2026, 0, 15, 22);

const hour = 3_600_000;

/** Text that would do harm if it were read as SQL. */
export const harmfulNames = ["'; DROP TABLE predictions; --", `a"b\\'c`, "$1", "%_", "r\n1", ""] as const;

/** Numbers in [0, 1) that are the same for the same seed. */
export function numbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** What a random history is made of. */
export interface SmallHistory {
  readonly predictions: readonly PredictionEvent[];
  readonly outcomes: readonly OutcomeEvent[];
  readonly contents: readonly ContentEvent[];
}

/** A history of one project with every kind of row: ties in time, nothing known, corrections, withdrawals, orphans, labels. */
export function smallHistory(project: string, rows: number, seed: number): SmallHistory {
  const next = numbers(seed);
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(next() * values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  };
  const predictions = Array.from({ length: rows }, (_, i): PredictionEvent => {
    const time = historyStart + Math.floor(next() * 60) * hour + pick([0, 0, 1, 1800_000]);
    const confidence = next() < 0.1 ? null : pick([0, 1, 0.5, 1 / 3, next(), next(), next() ** 8]);
    const decision = pick<Decision | null>([null, "act", "review", "abstain"]);
    return {
      kind: "prediction",
      project,
      id: `p${i}${i % 7 === 0 ? "'\"" : ""}`,
      model: pick(["fraud", "churn"]),
      version: pick(["v1", "v2"]),
      route: pick([null, "eu", "us"]),
      segments: { region: pick(["north", "south"]), ...(next() < 0.3 ? { tier: pick(harmfulNames) } : {}) },
      time,
      receivedAt: time + Math.floor(next() * 5000),
      task: pick<SpineTask>(["confidence", "confidence", "binary"]),
      prediction: pick([null, "yes", "no", "=1+1"]),
      rawConfidence: confidence === null ? null : confidence / 2,
      confidence,
      interval: next() < 0.5 || confidence === null ? null : [confidence / 2, 1],
      decision,
      certified: decision === null ? null : next() < 0.5,
      calibratorId: pick([null, "cal_1"]),
      policyId: pick([null, "pol_1"]),
      propensity: pick([null, 1, 0.5, 0.01]),
      evidence: pick([null, { scoreName: "mean", score: 0.25, cut: false, none: null }]),
    };
  });
  const outcomes = predictions.flatMap((prediction, i): OutcomeEvent[] => {
    const said = Math.floor(next() * 4) - 1;
    return Array.from({ length: Math.max(0, said) }, () => {
      const observedAt = prediction.time + Math.floor(next() * 100) * hour;
      return {
        kind: "outcome",
        project,
        predictionId: i % 20 === 0 ? `later${i}` : prediction.id,
        name: pick(["outcome", "outcome", "outcome", "clicked"]),
        source: pick(["truth", "reviewer:ann"]),
        value: pick<0 | 1 | string | null>([0, 1, 1, "yes", "no", null]),
        observedAt,
        receivedAt: observedAt + 10,
      };
    });
  });
  const contents = predictions.slice(0, 10).map(
    (prediction, i): ContentEvent => ({
      kind: "content",
      project,
      predictionId: prediction.id,
      content: { prompt: `What is ${i}?`, features: { age: i } },
      expiresAt: historyStart + i * 1000,
    }),
  );
  return { predictions, outcomes, contents };
}

/** All events in an order of chance. */
export function shuffled(history: SmallHistory, seed: number): SpineEvent[] {
  const next = numbers(seed);
  const events: SpineEvent[] = [...history.predictions, ...history.outcomes, ...history.contents];
  return events
    .map((event) => ({ event, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
}

/** What counts as the outcome of a prediction: by source the newest, of those the newest; of equals the one loaded last. */
export function countedOutcome(
  prediction: PredictionEvent,
  outcomes: readonly OutcomeEvent[],
): { readonly outcome: 0 | 1; readonly observedAt: number; readonly receivedAt: number } | null {
  const newest = new Map<string, OutcomeEvent>();
  for (const event of outcomes) {
    if (event.predictionId !== prediction.id || event.name !== "outcome") continue;
    const known = newest.get(event.source);
    if (known === undefined || event.observedAt >= known.observedAt) newest.set(event.source, event);
  }
  let counted: OutcomeEvent | null = null;
  for (const event of outcomes) {
    if (event.value === null || newest.get(event.source) !== event) continue;
    if (event.predictionId === prediction.id && (counted === null || event.observedAt >= counted.observedAt))
      counted = event;
  }
  if (counted === null || counted.value === null) return null;
  const { value, observedAt, receivedAt } = counted;
  if (typeof value === "number") return { outcome: value, observedAt, receivedAt };
  if (prediction.prediction === null) return null;
  return { outcome: value === prediction.prediction ? 1 : 0, observedAt, receivedAt };
}
