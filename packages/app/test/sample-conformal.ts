import {
  type ConformalIntervals,
  type ConformalSets,
  createRandom,
  fitConformalIntervals,
  fitConformalSets,
  type MulticlassPredictions,
  type RegressionPredictions,
  type SegmentColumn,
} from "@candor/core";

/** Documents for tests of the renderers: fitted to simulated rows, always the same. */
export type SampleConformal = "sets" | "class-sets" | "group-sets" | "weighted-sets" | "few-sets" | "untested-sets";

const source: ConformalSets["source"] = {
  name: "animals.csv",
  rows: 1210,
  skipped: [{ reason: "missing score", count: 10 }],
  columns: { probs: "p_*", label: "label" },
  approximate: false,
  notes: ["probabilities of 3 rows were divided by their sum"],
};

const ANIMALS = ["cat", "dog", "fish", "bird", "horse"];

function regions(codes: Int32Array): SegmentColumn {
  return { name: "region", codes, values: ["north", "south", "islands"] };
}

/** Rows of a model whose probabilities are right. */
export function simulatedClasses(rows: number, seed: number): MulticlassPredictions {
  const random = createRandom(seed);
  const classes = ANIMALS.length;
  const data = new Float64Array(rows * classes);
  const labels = new Int32Array(rows);
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let total = 0;
    for (let k = 0; k < classes; k++) {
      const p = random.uniform() ** 4 + 0.002;
      data[i * classes + k] = p;
      total += p;
    }
    let left = random.uniform() * total;
    let label = 0;
    for (let k = 0; k < classes; k++) {
      const p = data[i * classes + k] ?? 0;
      if (left > p && k < classes - 1) label = k + 1;
      left = left > p ? left - p : Number.NEGATIVE_INFINITY;
      data[i * classes + k] = p / total;
    }
    labels[i] = label;
    codes[i] = random.uniform() < 0.6 ? 0 : random.uniform() < 0.8 ? 1 : 2;
  }
  const probabilities = { data, rows, cols: classes };
  return { task: "multiclass", rows, probabilities, labels, segments: [regions(codes)], classNames: ANIMALS };
}

/** Sets of one kind. */
export function sampleSets(kind: SampleConformal): ConformalSets {
  const options = { level: 0.9, version: "1.2.3", source, created: "2026-01-02T03:04:05Z" } as const;
  const rows = simulatedClasses(kind === "few-sets" ? 6 : 600, 3);
  const test = simulatedClasses(600, 4);
  const weights = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => 1 + (i % 3));
  switch (kind) {
    case "sets":
      return fitConformalSets(rows, { ...options, method: "raps", test });
    case "class-sets":
      return fitConformalSets(rows, { ...options, condition: "class", test });
    case "group-sets":
      return fitConformalSets(rows, { ...options, condition: { groups: ["region"] }, test });
    case "weighted-sets":
      return fitConformalSets(
        { ...rows, weights: weights(rows.rows) },
        { ...options, test: { ...test, weights: weights(600) } },
      );
    case "few-sets":
      return fitConformalSets(rows, { ...options, test });
    case "untested-sets":
      return fitConformalSets(rows, options);
  }
}

/** Forecasts whose error is in proportion to sigma. */
export function simulatedForecasts(rows: number, seed: number): RegressionPredictions {
  const random = createRandom(seed);
  const point = new Float64Array(rows);
  const sigma = new Float64Array(rows);
  const outcomes = new Float64Array(rows);
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    point[i] = 20 + 60 * random.uniform();
    sigma[i] = 1 + 5 * random.uniform();
    outcomes[i] = (point[i] ?? 0) + (sigma[i] ?? 0) * random.normal();
    codes[i] = i % 3;
  }
  const forecast = { kind: "point-and-sigma", point, sigma } as const;
  return { task: "regression", rows, forecast, outcomes, segments: [regions(codes)] };
}

/** Intervals of one method. */
export function sampleIntervals(kind: "normalised" | "split-signed"): ConformalIntervals {
  return fitConformalIntervals(simulatedForecasts(400, 5), {
    interval: { kind },
    level: 0.8,
    version: "1.2.3",
    source: { ...source, name: "demand.csv", columns: { prediction: "mean", sigma: "sd", label: "sold" } },
    created: "2026-01-02T03:04:05Z",
    test: simulatedForecasts(500, 6),
  });
}
