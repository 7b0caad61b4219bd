import type { PredictionEvent } from "../store/events.ts";
import { type BucketCounts, bucketCounts, bucketSamples, countInto, type Registry, type Sample } from "./metrics.ts";

const shownModels = 100;
const bounds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** Of one model version of a project. */
interface ModelCounts {
  readonly labels: { readonly project: string; readonly model: string; readonly version: string };
  readonly confidence: BucketCounts;
  missing: number;
  readonly decisions: { act: number; review: number; abstain: number };
}

/**
 * Counts predictions by model version: their confidence and decisions. The first hundred model versions have series of their own,
 * all others share one named `other`.
 *
 * @returns what counts predictions that were kept
 */
export function countModels(registry: Registry): (predictions: readonly PredictionEvent[]) => void {
  const models = new Map<string, Map<string, ModelCounts>>();
  const all: ModelCounts[] = [];
  const other = emptyCounts("other", "other", "other");
  const countsOf = (project: string, model: string, version: string): ModelCounts => {
    const owner = `${project} ${model}`;
    const known = models.get(owner)?.get(version);
    if (known !== undefined) return known;
    if (all.length >= shownModels) return other;
    const counts = emptyCounts(project, model, version);
    all.push(counts);
    const versions = models.get(owner) ?? new Map<string, ModelCounts>();
    models.set(owner, versions.set(version, counts));
    return counts;
  };
  const samples = (of: (counts: ModelCounts) => readonly Sample[]) => () =>
    (all.length >= shownModels ? [...all, other] : all).flatMap(of);
  registry.family(
    "candor_prediction_confidence",
    "Confidence of predictions, by model version",
    "histogram",
    samples(({ confidence, labels }) => bucketSamples(confidence, labels)),
  );
  registry.family(
    "candor_predictions_without_confidence_total",
    "Predictions whose evidence was missing, by model version",
    "counter",
    samples(({ labels, missing }) => [{ labels, value: missing }]),
  );
  registry.family(
    "candor_decisions_total",
    "Decisions, by model version",
    "counter",
    samples(({ labels, decisions }) =>
      Object.entries(decisions).map(([decision, value]) => ({ labels: { ...labels, decision }, value })),
    ),
  );
  return (predictions) => {
    for (const { project, model, version, confidence, decision } of predictions) {
      const counts = countsOf(project, model, version);
      if (confidence === null) counts.missing++;
      else countInto(counts.confidence, confidence);
      if (decision !== null) counts.decisions[decision]++;
    }
  };
}

function emptyCounts(project: string, model: string, version: string): ModelCounts {
  return {
    labels: { project, model, version },
    confidence: bucketCounts(bounds),
    missing: 0,
    decisions: { act: 0, review: 0, abstain: 0 },
  };
}
