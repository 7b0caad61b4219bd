// Conformal prediction on arrays in memory, beside NumPy (and MAPIE, where Python has it) in the same run.

import { core, line, median, peers } from "./support.mjs";

const python = peers("conformal");
const random = core.createRandom(1);
const million = 1_000_000;
const scores = Float64Array.from({ length: million }, () => random.uniform());
const weights = Float64Array.from(scores, () => 0.5 + random.uniform());

// quantiles, p-values and streams
{
  const weighted = core.prepareWeightedScores(scores, weights);
  const prepared = core.prepareScores(scores);
  const eachWeight = () => {
    for (let i = 0; i < 100_000; i++) core.weightedQuantileAt(weighted, weights[i], 0.9);
  };
  const eachScore = () => {
    for (let i = 0; i < million; i++) core.smoothedPValue(prepared, scores[i], 0.5);
  };
  const stream = () => {
    const calibrator = core.createStreamingCalibrator({ window: 10_000 });
    for (let i = 0; i < million; i++) calibrator.add(scores[i]);
  };
  const online = () => {
    const calibrator = core.createOnlineCalibrator(0.9, { learningRate: 0.05, window: 500 });
    for (let i = 0; i < 100_000; i++) calibrator.observe(scores[i]);
  };
  const test = () => {
    const exchangeability = core.createExchangeabilityTest();
    for (let i = 0; i < 100_000; i++) exchangeability.observe(scores[i], 0.5);
  };
  const lines = {
    "conformal quantile 1e6": () => core.conformalQuantile(scores, 0.9),
    "weighted scores prepared 1e6": () => core.prepareWeightedScores(scores, weights),
    "quantiles for 1e5 test weights of 1e6": eachWeight,
    "p-values 1e6 of 1e6": eachScore,
    "streaming window 1e4, 1e6 scores": stream,
    "online, aggregated, window 500, 1e5": online,
    "exchangeability test 1e5": test,
  };
  for (const [name, run] of Object.entries(lines)) line(name, median(run, 5), python[name]);
}

// sets of classes
{
  const rows = 10_000;
  const classes = 1000;
  const logits = Float64Array.from({ length: rows * classes }, () => 2 * random.normal());
  const labels = Int32Array.from({ length: rows }, (_, i) => {
    const label = random.integer(classes);
    logits[i * classes + label] += 6;
    return label;
  });
  const probabilities = core.softmax({ data: logits, rows, cols: classes });
  const source = { name: "bench", rows, skipped: [], columns: {}, approximate: false, notes: [] };
  const classNames = Array.from({ length: classes }, (_, k) => `${k}`);
  const data = { task: "multiclass", rows, probabilities, labels, segments: [], classNames };
  const make = (options) => core.fitConformalSets(data, { level: 0.9, version: "0", source, ...options });
  const raps = make({ method: "raps" });
  const lac = make({});
  const score = { kind: "raps", penalty: 0.01, freeRanks: 5 };
  const uniforms = core.rowUniforms(0, "calibration", 0, rows);
  const calibrate = () => core.conformalQuantile(core.setScores(probabilities, labels, score, uniforms), 0.9);
  const lines = {
    "RAPS scores and quantile 1e4 x 1000": calibrate,
    "RAPS document 1e4 x 1000, with its hash": () => make({ method: "raps" }),
    "RAPS penalty chosen 1e4 x 1000": () => make({ method: "raps", penalty: "auto" }),
    "LAC per class 1e4 x 1000": () => make({ condition: "class" }),
    "RAPS sets 1e4 x 1000": () => core.predictSets(raps, probabilities),
    "LAC sets 1e4 x 1000": () => core.predictSets(lac, probabilities),
  };
  for (const [name, run] of Object.entries(lines)) line(name, median(run, 3), python[name]);
}
