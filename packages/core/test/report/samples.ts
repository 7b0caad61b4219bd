import {
  type BinaryPredictions,
  type ConfidencePredictions,
  createRandom,
  type MulticlassPredictions,
  matrixFromRows,
} from "../../src/index.ts";

/** Binary predictions of the classes `no` and `yes`. */
export function binary(probabilities: readonly number[], outcomes: readonly number[]): BinaryPredictions {
  return {
    task: "binary",
    rows: probabilities.length,
    segments: [],
    classNames: ["no", "yes"],
    probabilities: Float64Array.from(probabilities),
    outcomes: Uint8Array.from(outcomes),
  };
}

/** Predictions of the classes a, b, c, … */
export function multiclass(rows: readonly number[][], labels: readonly number[]): MulticlassPredictions {
  return {
    task: "multiclass",
    rows: rows.length,
    segments: [],
    classNames: rows[0].map((_, k) => String.fromCharCode(97 + k)),
    probabilities: matrixFromRows(rows),
    labels: Int32Array.from(labels),
  };
}

/** Confidences and whether each was right. */
export function confidence(confidences: readonly number[], correct: readonly number[]): ConfidencePredictions {
  return {
    task: "confidence",
    rows: confidences.length,
    segments: [],
    classNames: [],
    confidences: Float64Array.from(confidences),
    correct: Uint8Array.from(correct),
  };
}

/** n rows of a model that is somewhat too sure, in one of the three tasks, with a segment, a time and weights. */
export function sample(
  task: "binary" | "multiclass" | "confidence",
  n: number,
  {
    isWeighted = false,
    seed = 1,
    kind = "date",
  }: { isWeighted?: boolean; seed?: number; kind?: "date" | "number" } = {},
): BinaryPredictions | MulticlassPredictions | ConfidencePredictions {
  const random = createRandom(seed);
  const codes = Int32Array.from({ length: n }, () => random.integer(3));
  const day = Date.UTC(2026, 0, 5);
  const times = Float64Array.from({ length: n }, (_, i) =>
    kind === "date" ? day + Math.floor((i * 100) / n) * 86_400_000 : Math.floor((i * 12) / n) / 2,
  );
  const common = {
    segments: [{ name: "region", codes, values: ["north", "south", "unused", "west"].filter((v) => v !== "unused") }],
    time: { name: "day", kind, values: times },
    ...(isWeighted ? { weights: Float64Array.from({ length: n }, () => 0.2 + random.uniform() * 3) } : {}),
  };
  const logits = Array.from({ length: n }, () => Array.from({ length: 4 }, () => 1.5 * random.normal()));
  const softmax = (z: readonly number[], sharpness: number): number[] => {
    const e = z.map((x) => Math.exp(sharpness * x));
    const sum = e.reduce((a, b) => a + b, 0);
    return e.map((x) => x / sum);
  };
  if (task === "multiclass") {
    const labels = logits.map((z) => {
      const q = softmax(z, 1);
      let u = random.uniform();
      let label = 0;
      while (label < 3 && u >= q[label]) u -= q[label++];
      return label;
    });
    return {
      ...multiclass(
        logits.map((z) => softmax(z, 1.5)),
        labels,
      ),
      ...common,
    };
  }
  const p = logits.map((z) => 1 / (1 + Math.exp(-z[0])));
  const y = p.map((q) => (random.uniform() < q ? 1 : 0));
  const said = logits.map((z) => 1 / (1 + Math.exp(-1.5 * z[0])));
  if (task === "binary") return { ...binary(said, y), ...common };
  return {
    ...confidence(
      said.map((q) => Math.max(q, 1 - q)),
      said.map((q, i) => (q >= 0.5 === (y[i] === 1) ? 1 : 0)),
    ),
    ...common,
  };
}
