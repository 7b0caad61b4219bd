import type { Random } from "@candor/core";
import { drawArrivals, drawBetween, drawFrom } from "./draws.ts";
import type { ModelHistory, SimulatedOutcome, SimulatedPrediction, WorldOptions } from "./simulated.ts";
import { days, hourMs, truth } from "./truth.ts";

const verdicts = ["grounded", "ungrounded"] as const;

/** How often the judge is right when it states a confidence about a topic; null where it stated none. */
export function judgeIsRight(stated: number | null, topic: string): number {
  const { base, slope, harder, silent } = truth.judge;
  if (stated === null) return silent.probability;
  return base + slope * (stated - 0.5) - (topic === harder.value ? harder.probability : 0);
}

/** All verdicts of a language model that is too sure of itself, of which people see the doubtful ones and a few others. */
export function simulateJudge(random: Random, { start, scale }: WorldOptions): ModelHistory {
  const { model, version, perDay, stated, silent, topics, routes, reviewers } = truth.judge;
  const { reviewedBelow, audited, reviewedAfterHours } = truth.judge;
  const predictions: SimulatedPrediction[] = [];
  const outcomes: SimulatedOutcome[] = [];
  const rhythm = { peak: 13, weekend: 0.6 };
  drawArrivals(random, { start, days, perDay: perDay * scale, rhythm }).forEach((time, i) => {
    const id = `judge-${i + 1}`;
    const confidence = random.uniform() < silent.share ? null : drawFrom(random, stated);
    const topic = drawFrom(random, topics);
    const probability = judgeIsRight(confidence, topic);
    const outcome = random.uniform() < probability ? 1 : 0;
    const said = random.uniform() < 0.8 ? 0 : 1;
    const isReviewed = confidence === null || confidence < reviewedBelow;
    const propensity = isReviewed ? 1 : audited;
    const isLabelled = random.uniform() < propensity;
    const after = drawBetween(random, reviewedAfterHours);
    const reviewer = reviewers[random.integer(reviewers.length)] ?? reviewers[0];
    predictions.push({
      id,
      model,
      version,
      task: "confidence",
      time,
      route: drawFrom(random, routes),
      segments: { topic },
      prediction: verdicts[said],
      rawConfidence: confidence,
      confidence,
      decision: isReviewed ? "review" : "act",
      propensity,
      calibrator: null,
      policy: null,
      truth: { probability, outcome },
    });
    if (isLabelled)
      outcomes.push({
        predictionId: id,
        source: reviewer,
        value: verdicts[outcome === 1 ? said : 1 - said] ?? verdicts[0],
        observedAt: Math.floor(time + after * hourMs),
      });
  });
  return { predictions, outcomes };
}
