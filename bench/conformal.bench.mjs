// Conformal prediction on arrays in memory.

import { core, line, median } from "./support.mjs";

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
  for (const [name, run] of Object.entries(lines)) line(name, median(run, 5));
}
