import type { Random } from "@candor/core";
import { drawArrivals, drawBetween, drawFrom, sigmoid } from "./draws.ts";
import type { ModelHistory, SimulatedOutcome, SimulatedPrediction, WorldOptions } from "./simulated.ts";
import { dayMs, days, truth } from "./truth.ts";

/** All subscribers that were scored: an overconfident network, and labels that come sooner for those who leave. */
export function simulateChurn(random: Random, { start, scale }: WorldOptions): ModelHistory {
  const { model, version, perDay, mean, deviation, stretch, leavesAfterDays, plans, countries } = truth.churn;
  const predictions: SimulatedPrediction[] = [];
  const outcomes: SimulatedOutcome[] = [];
  const rhythm = { peak: 6, weekend: 0.4 };
  drawArrivals(random, { start, days, perDay: perDay * scale, rhythm }).forEach((time, i) => {
    const id = `churn-${i + 1}`;
    const logOdds = mean + deviation * random.normal();
    const probability = sigmoid(logOdds);
    const outcome = random.uniform() < probability ? 1 : 0;
    const score = sigmoid(stretch * logOdds);
    const after = drawBetween(random, outcome === 1 ? leavesAfterDays : [13, 14]);
    predictions.push({
      id,
      model,
      version,
      task: "binary",
      time,
      route: null,
      segments: { plan: drawFrom(random, plans), country: drawFrom(random, countries) },
      prediction: null,
      rawConfidence: score,
      confidence: score,
      decision: null,
      propensity: null,
      calibrator: null,
      policy: null,
      truth: { probability, outcome },
    });
    outcomes.push({ predictionId: id, source: "truth", value: outcome, observedAt: Math.floor(time + after * dayMs) });
  });
  return { predictions, outcomes };
}
