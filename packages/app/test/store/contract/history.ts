import fc from "fast-check";
import type { ErasureEvent, OutcomeEvent, PredictionEvent, SpineEvent } from "../../../src/store/events.ts";

export const start: number = Date.UTC(2026, 0, 1);

export const hour = 3_600_000;

/** A prediction with an id and what else is said of it. */
export function predictionOf(project: string, id: string, said: Partial<PredictionEvent> = {}): PredictionEvent {
  return {
    kind: "prediction",
    project,
    id,
    model: "tickets",
    version: "1",
    route: null,
    segments: {},
    time: start,
    receivedAt: start + 5,
    task: "confidence",
    prediction: "yes",
    rawConfidence: 0.8,
    confidence: 0.7,
    interval: [0.6, 0.8],
    decision: "act",
    certified: true,
    calibratorId: "cal_0123456789abcdef",
    policyId: "pol_0123456789abcdef",
    propensity: null,
    evidence: null,
    ...said,
  };
}

/** An outcome of a prediction and what else is said of it. */
export function outcomeOf(
  project: string,
  predictionId: string,
  value: OutcomeEvent["value"],
  said: Partial<OutcomeEvent> = {},
): OutcomeEvent {
  return {
    kind: "outcome",
    project,
    predictionId,
    name: "outcome",
    source: "truth",
    value,
    observedAt: start + hour,
    receivedAt: start + hour + 5,
    ...said,
  };
}

/** The erasure of a prediction. */
export function erasureOf(project: string, predictionId: string): ErasureEvent {
  return { kind: "erasure", project, predictionId, receivedAt: start + 2 * hour };
}

const times = [0, 1, hour - 1, hour, 5 * hour, 24 * hour - 1, 24 * hour, -1, -start - 1].map((ms) => start + ms);
const confidences = [null, 0, 1, 0.5, 1 / 3, 0.7, 1e-9, 1 - 1e-9, 0.9999, 0.123456789];

const prediction = (project: string, id: string): fc.Arbitrary<PredictionEvent> =>
  fc
    .record({
      time: fc.constantFrom(...times),
      model: fc.constantFrom("tickets", 'quote "; DROP TABLE predictions; --'),
      route: fc.constantFrom(null, "a", "b"),
      segments: fc.constantFrom({}, { country: "de" }, { country: "fr", tier: "gold\nor not" }, { tier: "gold" }),
      task: fc.constantFrom("binary" as const, "confidence" as const),
      prediction: fc.constantFrom(null, "yes", "no"),
      confidence: fc.constantFrom(...confidences),
      decision: fc.constantFrom(null, "act" as const, "review" as const, "abstain" as const),
      certified: fc.constantFrom(null, true, false),
      propensity: fc.constantFrom(null, 1, 0.37, 1e-6, 0.05),
    })
    .map((said) => predictionOf(project, id, said));

/** A history: every event once, in an order in which it could have happened. */
export interface History {
  readonly projects: readonly string[];
  readonly ids: readonly string[];
  readonly events: readonly SpineEvent[];
}

/**
 * Histories of two projects that share ids: predictions, outcomes of several names and sources, corrections, withdrawals,
 * orphans, erasures. No two outcomes of an id are of one moment, so that their order of arrival does not matter.
 */
export function histories(projects: readonly string[]): fc.Arbitrary<History> {
  const ids = ["1", "2", "3", "4", "5", "6", "ä'\u{1f600}", "__proto__"];
  const pairs = projects.flatMap((project) => ids.map((id) => [project, id] as const));
  const outcome = fc.record({
    pair: fc.constantFrom(...pairs),
    value: fc.constantFrom(0 as const, 1 as const, "yes", "no", null),
    name: fc.constantFrom("outcome", "outcome", "outcome", "refund"),
    source: fc.constantFrom("truth", "reviewer:ann"),
  });
  return fc
    .record({
      predictions: fc.tuple(...pairs.map(([project, id]) => fc.option(prediction(project, id), { freq: 6 }))),
      outcomes: fc.array(outcome, { maxLength: 60 }),
      erased: fc.subarray(pairs, { maxLength: 3 }),
    })
    .map(({ predictions, outcomes, erased }) => ({
      projects,
      ids,
      events: [
        ...predictions.filter((event) => event !== null),
        ...outcomes.map(({ pair: [project, id], value, name, source }, i) =>
          outcomeOf(project, id, value, { name, source, observedAt: start + i, receivedAt: start + i }),
        ),
        ...erased.map(([project, id]) => erasureOf(project, id)),
      ],
    }));
}

/** The events of a history in any order, some of them twice, cut into batches anywhere. */
export function deliveries(events: readonly SpineEvent[]): fc.Arbitrary<readonly (readonly SpineEvent[])[]> {
  return fc
    .record({
      order: fc.shuffledSubarray([...events], { minLength: events.length }),
      again: fc.subarray([...events], { maxLength: Math.min(20, events.length) }),
      cuts: fc.array(fc.nat({ max: events.length + 20 }), { maxLength: 3 }),
    })
    .map(({ order, again, cuts }) => {
      const all = [...order, ...again];
      const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
      return at.slice(1).map((to, i) => all.slice(at[i], to));
    });
}
