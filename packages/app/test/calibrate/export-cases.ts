import {
  type BinaryCalibrator,
  type BinaryMap,
  type Calibrator,
  type CalibratorDraft,
  createRandom,
  isBinaryCalibrator,
  type MulticlassCalibrator,
  type MulticlassMap,
  matrix,
  type Random,
  type SegmentMaps,
  sealCalibrator,
} from "@candor/core";

const base = {
  schema: "candor.calibrator/1",
  version: "0.1.0",
  parameters: { temperature: 1.5, weights: [0.25, 0.75] },
  certificate: { objective: 0.3, gradientNorm: 1e-12, iterations: 5 },
  n: 1000,
  effectiveN: 900.5,
  created: "2026-03-01T12:00:00Z",
  spec: { metric: "calibrator", folds: 5, seed: 1 },
  data: { name: 'scores "of" the */ year\n.csv', fingerprint: `sha256:${"0".repeat(64)}` },
  evidence: null,
} as const;

function sealed(draft: CalibratorDraft): Calibrator {
  return sealCalibrator(draft);
}

/** A calibrator of one score. */
export function binary(map: BinaryMap, segments: SegmentMaps<BinaryMap> | null = null): BinaryCalibrator {
  const result = sealed({
    ...base,
    method: map.kind,
    scoreKind: "probability",
    classNames: ["no", "yes"],
    map,
    segments,
  });
  if (!isBinaryCalibrator(result)) throw new Error("not binary");
  return result;
}

/** A calibrator of K scores. */
export function multiclass(
  K: number,
  map: MulticlassMap,
  scoreKind: "logits" | "probabilities" = "logits",
  segments: SegmentMaps<MulticlassMap> | null = null,
): MulticlassCalibrator {
  const result = sealed({
    ...base,
    method: map.kind,
    scoreKind,
    classNames: Array.from({ length: K }, (_, k) => `class "${k}"`),
    clip: scoreKind === "logits" ? null : 1e-12,
    map,
    segments,
  });
  if (isBinaryCalibrator(result)) throw new Error("not multiclass");
  return result;
}

/** The float64 next to a positive one, above or below. */
function neighbour(value: number, by: 1 | -1): number {
  const bits = new BigInt64Array(1);
  const floats = new Float64Array(bits.buffer);
  floats[0] = value;
  bits[0] = bits[0]! + BigInt(by);
  return floats[0]!;
}

function ascending(random: Random, count: number): number[] {
  return Array.from(new Set(Array.from({ length: count }, () => random.uniform()))).sort((a, b) => a - b);
}

function uniforms(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.uniform());
}

function stepMap(random: Random, knots: number): Extract<BinaryMap, { kind: "step" }> {
  const x = ascending(random, knots);
  return { kind: "step", x, at: uniforms(random, x.length), between: uniforms(random, x.length + 1) };
}

function vennAbers(random: Random, knots: number): BinaryMap {
  const lower = stepMap(random, knots);
  const half = (values: readonly number[]): number[] => values.map((value) => value / 2);
  const raised = (values: readonly number[]): number[] => values.map((value) => value / 2 + 0.5);
  return {
    kind: "venn-abers",
    lower: { ...lower, at: half(lower.at), between: half(lower.between) },
    upper: { ...lower, at: raised(lower.at), between: raised(lower.between) },
  };
}

const logistic: BinaryMap = {
  kind: "logistic",
  terms: [
    { feature: "one", coefficient: -0.3 },
    { feature: "logit", coefficient: 1.25 },
    { feature: "logit-squared", coefficient: -0.01 },
    { feature: "log", coefficient: 0.2 },
    { feature: "minus-log-complement", coefficient: 0.1 },
    { feature: "score", coefficient: 1e-7 },
  ],
  clip: 1e-12,
};

const spline: BinaryMap = {
  kind: "spline",
  knots: [-3, -0.5, 1, 4],
  pieces: [
    [-2, 0.5, 0, 0.02],
    [-0.4375, 0.875, 0.15, -0.01],
    [1.17875, 1.2575, 0.105, -0.03],
  ],
  clip: 1e-9,
};

/** Calibrators of one score, by name, one of every kind of map. */
export function binaryCases(): Record<string, BinaryCalibrator> {
  const random = createRandom(1);
  const interpolated = (knots: number): BinaryMap => {
    const x = ascending(random, knots);
    return { kind: "interpolated", x, y: uniforms(random, x.length).sort((a, b) => a - b) };
  };
  const platt: BinaryMap = {
    kind: "logistic",
    terms: [
      { feature: "one", coefficient: 2 },
      { feature: "score", coefficient: -3.5 },
    ],
    clip: 0.001,
  };
  const blend: BinaryMap = {
    kind: "blend",
    parts: [
      { weight: 0.5, map: logistic },
      { weight: 0.25, map: { kind: "identity" } },
      { weight: 0.25, map: stepMap(random, 40) },
    ],
  };
  return {
    identity: binary({ kind: "identity" }),
    logistic: binary(logistic),
    "logistic of the score": binary(platt),
    interpolated: binary(interpolated(300)),
    "interpolated at one knot": binary({ kind: "interpolated", x: [0.5], y: [0.25] }),
    "step of no knots": binary({ kind: "step", x: [], at: [], between: [0.125] }),
    "step of few knots": binary(stepMap(random, 9)),
    "step of many knots": binary(stepMap(random, 30_000)),
    "venn-abers": binary(vennAbers(random, 500)),
    spline: binary(spline),
    blend: binary(blend),
    chain: binary({ kind: "chain", maps: [logistic, interpolated(30), spline] }),
    "with segments": binary(blend, {
      columns: ["region", 'it\'s a "plan"'],
      maps: [
        { values: ["north", "a"], map: logistic, n: 10 },
        { values: ['it\'s "south" */ $k candor_v99', "b"], map: interpolated(20), n: 20 },
      ],
    }),
  };
}

/** Knots of a map, of all its parts. */
function knotsOf(map: BinaryMap): readonly number[] {
  if (map.kind === "step" || map.kind === "interpolated") return map.x;
  if (map.kind === "venn-abers") return map.lower.x;
  if (map.kind === "blend") return map.parts.flatMap((part) => knotsOf(part.map));
  return map.kind === "chain" ? knotsOf(map.maps[0]!) : [];
}

/** Scores that are likeliest to differ: the ends, the knots and their neighbours, then random ones. */
export function scoresFor({ map }: BinaryCalibrator, count: number): Float64Array {
  const random = createRandom(2);
  const scores = Float64Array.from({ length: count }, () => random.uniform());
  const special = [0, 1, 5e-324, 1e-300, 1e-17, 1e-12, neighbour(1, -1), 0.5];
  for (const knot of knotsOf(map)) special.push(knot, neighbour(knot, 1), neighbour(knot, -1));
  scores.set(special.slice(0, count));
  return scores;
}

/** Logits of every size, some of them equal, some huge. */
export function logitsFor(K: number, rows: number): Float64Array {
  const random = createRandom(3 + K);
  const logits = Float64Array.from({ length: rows * K }, () => 4 * (random.uniform() - 0.5));
  for (let i = 0; i < rows; i++) {
    const scale = i % 10 === 0 ? 1000 : i % 3 === 0 ? 20 : 1;
    for (let k = 0; k < K; k++) logits[i * K + k]! *= scale;
  }
  logits.fill(0, 0, K);
  for (let k = 0; k < K; k++) logits[K + k] = k < 2 ? 800 : -800;
  return logits;
}

/** Calibrators of K scores, by name, one of every kind of map. */
export function multiclassCases(K: number): Record<string, MulticlassCalibrator> {
  const random = createRandom(4 + K);
  const around = (centre: number, width: number): number => centre + width * (random.uniform() - 0.5);
  const list = (centre: number, width: number): number[] => Array.from({ length: K }, () => around(centre, width));
  const temperature: MulticlassMap = { kind: "linear", scale: 0.7, bias: null, prepare: null };
  const vector: MulticlassMap = { kind: "linear", scale: list(0.8, 0.3), bias: list(0, 1), prepare: null };
  const rows = Array.from({ length: K }, (_, k) => list(0, 0.1).map((v, j) => (j === k ? 0.8 + v : v)));
  const dense: MulticlassMap = { kind: "linear", scale: rows, bias: list(0, 1), prepare: null };
  const binaryMaps = Array.from({ length: K }, (_, k): BinaryMap => (k % 3 === 0 ? stepMap(random, 8) : logistic));
  const structured: MulticlassMap = { kind: "linear", scale: rows, bias: null, prepare: { beta: 0.5, mix: 0.01 } };
  const exact: MulticlassMap = { kind: "linear", scale: 1.5, bias: list(0, 1), prepare: { beta: 0.9, mix: 0 } };
  const oneVsRest: MulticlassMap = { kind: "one-vs-rest", maps: binaryMaps };
  const blend: MulticlassMap = {
    kind: "blend",
    parts: [
      { weight: 0.5, map: temperature },
      { weight: 0.3, map: vector },
      { weight: 0.2, map: { kind: "uniform" } },
    ],
  };
  return {
    identity: multiclass(K, { kind: "identity" }),
    uniform: multiclass(K, { kind: "uniform" }),
    temperature: multiclass(K, temperature),
    vector: multiclass(K, vector),
    matrix: multiclass(K, dense),
    "matrix of prepared logits": multiclass(K, structured),
    "prepared without a mix": multiclass(K, exact),
    blend: multiclass(K, blend),
    "one-vs-rest": multiclass(K, oneVsRest),
    "top-label": multiclass(K, { kind: "top-label", map: logistic }),
    "top-label per class": multiclass(K, { kind: "top-label", map: binaryMaps.map(() => logistic) }),
    "argmax-preserving": multiclass(K, { kind: "argmax-preserving", map: dense }),
    chain: multiclass(K, { kind: "chain", maps: [structured, temperature] }),
    "identity of probabilities": multiclass(K, { kind: "identity" }, "probabilities"),
    "vector of probabilities": multiclass(K, vector, "probabilities"),
    "with segments": multiclass(K, vector, "logits", {
      columns: ["region"],
      maps: [
        { values: ["north"], map: temperature, n: 3 },
        { values: ["south"], map: oneVsRest, n: 4 },
      ],
    }),
    "identity with segments": multiclass(K, { kind: "identity" }, "probabilities", {
      columns: ["region"],
      maps: [{ values: ["south"], map: temperature, n: 4 }],
    }),
  };
}

/** Probabilities whose rows do not quite sum to 1, with some zeros. */
export function probabilitiesFor(K: number, rows: number): Float64Array {
  const random = createRandom(5 + K);
  const data = Float64Array.from({ length: rows * K }, () => (random.uniform() < 0.1 ? 0 : random.uniform() ** 4));
  for (let i = 0; i < rows; i++) if (data.subarray(i * K, (i + 1) * K).every((p) => p === 0)) data[i * K] = 1;
  return matrix(data, rows, K).data;
}
