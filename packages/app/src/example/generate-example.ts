import { createRandom } from "@candor/core";
import { drawPayment, regions } from "./payments.ts";
import { predict, trainNetwork } from "./train-network.ts";

/** Scores of a trained classifier on payments it has not seen, beside the truth. One entry per payment, in time order. */
export interface Example {
  readonly rows: number;
  /** Payments the classifier was trained on; none of them is among the rows. */
  readonly training: number;
  /** Probability of fraud according to the classifier, in (0, 1). */
  readonly scores: Float64Array;
  /** 1 for fraud. */
  readonly labels: Uint8Array;
  readonly region: readonly string[];
  /** ISO 8601 date of the payment. */
  readonly day: readonly string[];
  /** Probability of fraud according to the world the payments were drawn from. */
  readonly trueProbability: Float64Array;
}

export interface ExampleOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Payments to score. Default 8000. */
  readonly rows?: number;
}

const training = 2000;
const days = 84;
const firstDay = Date.UTC(2026, 0, 5);

/**
 * A small neural network trained on 2000 made-up card payments, and its scores on new ones from the twelve weeks after.
 *
 * It is overconfident, as small networks are that were trained for too long; it has never seen the region `islands`; and
 * in the last three weeks there is a wave of fraud that it knows nothing of. The truth is known for every payment.
 */
export function generateExample({ seed = 1, rows = 8000 }: ExampleOptions = {}): Example {
  const random = createRandom(seed);
  const past = Array.from({ length: training }, () => drawPayment(random, { day: 0, openRegions: regions.length - 1 }));
  const network = trainNetwork(
    past.map(({ features }) => features),
    past.map(({ fraud }) => fraud),
    { hidden: 12, epochs: 150, rate: 0.03, random },
  );

  const example = {
    rows,
    training,
    scores: new Float64Array(rows),
    labels: new Uint8Array(rows),
    region: [] as string[],
    day: [] as string[],
    trueProbability: new Float64Array(rows),
  };
  for (let i = 0; i < rows; i++) {
    const day = Math.floor((i * days) / rows);
    const payment = drawPayment(random, { day, openRegions: regions.length });
    example.scores[i] = predict(network, payment.features);
    example.labels[i] = payment.fraud;
    example.region.push(regions[payment.region]?.name ?? "");
    example.day.push(new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10));
    example.trueProbability[i] = payment.probability;
  }
  return example;
}

/** The example as a CSV file: score, label, region, day and true_probability; probabilities with six decimals. */
export function exampleCsv({ rows, scores, labels, region, day, trueProbability }: Example): string {
  const lines = ["score,label,region,day,true_probability"];
  for (let i = 0; i < rows; i++) {
    const score = (scores[i] ?? 0).toFixed(6);
    lines.push(`${score},${labels[i]},${region[i]},${day[i]},${(trueProbability[i] ?? 0).toFixed(6)}`);
  }
  return `${lines.join("\n")}\n`;
}
