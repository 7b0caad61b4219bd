// Thresholds, certificates and policies from a million rows, and reports on a million forecasts of numbers.

import { core, line, median, peers } from "./support.mjs";

const random = core.createRandom(1);
const rows = 1_000_000;
const source = { name: "bench", rows, skipped: [], columns: {}, approximate: false, notes: [] };
const about = { version: "0", source };
const python = peers("decide");
const measure = (name, run) => line(name, median(run, 5), python[name]);

// decisions: a row is right with a probability of 0.5 to 1, so that about half of all rows can be 90 % right
{
  const confidences = Float64Array.from({ length: rows }, () => 0.5 + random.uniform() / 2);
  const correct = Uint8Array.from(confidences, (p) => (random.uniform() < p ? 1 : 0));
  const certify = (maxError) => () => core.certifySelectiveRisk(confidences, correct, { maxError, sure: 0.95 });
  if (!certify(0.1)().certified || certify(0.0001)().certified) throw new Error("expected one certificate of two");
  measure("certificate 1e6, given", certify(0.1));
  measure("certificate 1e6, refused", certify(0.0001));

  const predictions = { task: "confidence", rows, confidences, correct, segments: [], classNames: [] };
  const policy = (objective) => () => core.makePolicy(predictions, { ...about, objective });
  const costs = { error: 20, review: 2, abstain: null, missed: 0, reviewError: 0 };
  measure("policy 1e6, risk target", policy({ kind: "risk", maxError: 0.1, sure: 0.95, minCoverage: 0 }));
  measure("policy 1e6, costs", policy({ kind: "costs", costs }));
  measure("policy 1e6, capacity", policy({ kind: "capacity", reviews: 300, volume: 2000, period: "day" }));
  measure("policy 1e6, precision", policy({ kind: "precision", target: 0.9 }));
}

// forecasts of numbers: a little too high and much too sure
{
  const point = new Float64Array(rows);
  const sigma = new Float64Array(rows);
  const outcomes = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const spread = 0.5 + random.uniform();
    point[i] = 10 * random.normal();
    sigma[i] = 0.6 * spread;
    outcomes[i] = point[i] - 0.2 + spread * random.normal();
  }
  const levels = [0.05, 0.25, 0.5, 0.75, 0.95];
  const scores = [-1.645, -0.674, 0, 0.674, 1.645];
  const data = new Float64Array(5 * rows);
  for (let i = 0; i < rows; i++) for (let k = 0; k < 5; k++) data[5 * i + k] = point[i] + sigma[i] * scores[k];
  const normal = { kind: "point-and-sigma", point, sigma };
  const quantiles = { kind: "quantiles", levels, values: { data, rows, cols: 5 } };
  const of = (forecast) => ({ task: "regression", rows, forecast, outcomes, segments: [] });
  measure("normal CRPS 1e6", () => core.gaussianCrps(point, sigma, outcomes));
  measure("pinball loss of 5 quantiles 1e6", () => core.meanPinballLoss(levels, quantiles.values, outcomes));
  measure("report on point and sigma 1e6", () => core.regressionReport(of(normal), about));
  measure("report on 5 quantiles 1e6", () => core.regressionReport(of(quantiles), about));
  const repair = (forecast) =>
    line(
      `fit of ${forecast.kind} 1e6`,
      once(() => core.fitRegression(of(forecast), about)),
    );
  repair(normal);
  repair(quantiles);
}

/** Of long runs one is enough. */
function once(run) {
  const started = performance.now();
  run();
  return performance.now() - started;
}
