// npm run coverage-table: how often the intervals hold the truth. Prints the table of docs/intervals.md.
//
// For each number of classes and degree of miscalibration a population of rows is made, each with the model's
// probabilities and the true ones. Samples are drawn with replacement, labels from the true probabilities, so that the
// value of every metric in the population is known exactly: it is the metric on all rows, each outcome weighted with its
// true probability.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt, ensureInstalled, requireNode, root } from "./setup.mjs";

requireNode();
await ensureInstalled();
await ensureBuilt();
const core = await import(pathToFileURL(join(root, "packages/core/dist/index.js")).href);

const POPULATION = 100_000;
const replications = Number(process.argv[2] ?? 1000);
const sizes = [100, 300, 1000, 10_000];
const temperatures = { none: 1, mild: 1.25, strong: 2 };

/** Rows of logits whose softmax are the true probabilities; the model multiplies them by `sharpness`. */
function population(classes, sharpness) {
  const random = core.createRandom(classes * 1000 + Math.round(sharpness * 100));
  const scale = classes === 2 ? 1.5 : 2 + Math.log10(classes);
  const truth = new Float64Array(POPULATION * classes);
  for (let i = 0; i < truth.length; i++) truth[i] = scale * random.normal();
  const model = truth.map((z) => z * sharpness);
  const shape = (data) => core.softmax(core.matrix(data, POPULATION, classes));
  return { truth: shape(truth), model: shape(model) };
}

function sample({ truth, model }, n, random) {
  const k = truth.cols;
  const data = new Float64Array(n * k);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const row = random.integer(POPULATION) * k;
    data.set(model.data.subarray(row, row + k), i * k);
    let u = random.uniform();
    let label = 0;
    while (label < k - 1 && u >= truth.data[row + label]) u -= truth.data[row + label++];
    labels[i] = label;
  }
  return { probabilities: core.matrix(data, n, k), labels };
}

/** Metrics of pairs: confidence against correctness. */
const pairMetrics = {
  accuracy: (_, y, o) => core.accuracy(y, o),
  "ECE 15": (p, y, o) => core.expectedCalibrationError(p, y, o),
  "ECE equal mass": (p, y, o) => core.expectedCalibrationError(p, y, { ...o, binning: "equal-mass" }),
  "debiased ECE": (p, y, o) => core.debiasedCalibrationError(p, y, o),
  "L2 error": (p, y, o) => core.expectedCalibrationError(p, y, { ...o, norm: "l2" }),
  MCE: (p, y, o) => core.maximumCalibrationError(p, y, o),
  "smooth ECE": (p, y, o) => core.smoothEce(p, y, o),
  "mean gap": (p, y, o) => core.meanCalibrationGap(p, y, o),
  "Cox slope": (p, y, o) => core.coxCalibration(p, y, o).slope,
  "Brier (pairs)": (p, y, o) => core.brierScore(p, y, o),
  "log loss (pairs)": (p, y, o) => core.logLoss(p, y, o),
  AUROC: (p, y, o) => core.auroc(p, y, o),
  "average precision": (p, y, o) => core.averagePrecision(p, y, o),
  AURC: (p, y, o) => core.aurc(p, y, { ...o, convention: "expected-ties" }),
  AUGRC: (p, y, o) => core.augrc(p, y, o),
};

/** Metrics of whole vectors. */
const vectorMetrics = {
  "Brier (vector)": {
    of: (p, y) => core.brierScoreMulticlass(p, y),
    truth: ({ truth, model }) => rowMean(truth, model, (t, m) => m.reduce((s, q, k) => s + q * q - 2 * q * t[k], 1)),
  },
  "log loss (vector)": {
    of: (p, y) => core.logLossMulticlass(p, y),
    truth: ({ truth, model }) => rowMean(truth, model, (t, m) => -m.reduce((s, q, k) => s + t[k] * Math.log(q), 0)),
  },
  "classwise ECE": {
    of: (p, y) => core.classwiseCalibrationError(p, y),
    truth: ({ truth, model }) => {
      let sum = 0;
      for (let k = 0; k < truth.cols; k++) {
        const column = (m) => Float64Array.from({ length: POPULATION }, (_, i) => m.data[i * m.cols + k]);
        sum += weightedValue(pairMetrics["ECE 15"], column(model), column(truth));
      }
      return sum / truth.cols;
    },
  },
};

function rowMean(truth, model, f) {
  const k = truth.cols;
  let sum = 0;
  for (let i = 0; i < POPULATION; i++)
    sum += f(truth.data.subarray(i * k, i * k + k), model.data.subarray(i * k, i * k + k));
  return sum / POPULATION;
}

/** A pair metric on the population: every row once as a hit and once as a miss, weighted with the true probabilities. */
function weightedValue(metric, scores, rates) {
  const n = scores.length;
  const p = new Float64Array(2 * n);
  const y = new Uint8Array(2 * n);
  const weights = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    p[2 * i] = p[2 * i + 1] = scores[i];
    y[2 * i + 1] = 1;
    weights[2 * i] = 1 - rates[i];
    weights[2 * i + 1] = rates[i];
  }
  return metric(p, y, { weights }).value;
}

const hits = new Map();
const count = (metric, column, inside) => {
  const key = `${metric}|${column}`;
  const entry = hits.get(key) ?? [0, 0];
  entry[0] += inside ? 1 : 0;
  entry[1]++;
  hits.set(key, entry);
};

const kinds = new Map();
const columns = [];
for (const classes of [2, 10, 100])
  for (const [degree, sharpness] of Object.entries(temperatures)) {
    const all = population(classes, sharpness);
    const { confidence, predicted } = core.topLabel(all.model);
    const rates = Float64Array.from(predicted, (k, i) => all.truth.data[i * classes + k]);
    const truths = {
      ...Object.fromEntries(
        Object.entries(pairMetrics).map(([name, f]) => [name, weightedValue(f, confidence, rates)]),
      ),
      ...Object.fromEntries(Object.entries(vectorMetrics).map(([name, m]) => [name, m.truth(all)])),
    };
    for (const n of sizes) {
      const column = `K=${classes} ${degree} n=${n}`;
      columns.push(column);
      const random = core.createRandom(n + classes);
      const runs = n * classes >= 1e6 ? Math.min(replications, 300) : replications;
      for (let r = 0; r < runs; r++) {
        const { probabilities, labels } = sample(all, n, random);
        const top = core.topLabel(probabilities);
        const correct = Uint8Array.from(top.predicted, (k, i) => (k === labels[i] ? 1 : 0));
        const check = (name, estimate) => {
          if (estimate === undefined) return;
          kinds.set(name, estimate.interval);
          count(name, column, estimate.lower <= truths[name] && truths[name] <= estimate.upper);
        };
        for (const [name, f] of Object.entries(pairMetrics))
          check(
            name,
            attempt(() => f(top.confidence, correct, {})),
          );
        for (const [name, m] of Object.entries(vectorMetrics)) check(name, m.of(probabilities, labels));
      }
      process.stderr.write(`${column} done\n`);
    }
  }

/** A metric that a small sample does not define (one outcome only, separable) is left out of the count. */
function attempt(f) {
  try {
    return f();
  } catch (error) {
    if (core.InputError.is(error)) return undefined;
    throw error;
  }
}

const groups = [2, 10, 100].flatMap((k) => Object.keys(temperatures).map((degree) => `K=${k} ${degree}`));
console.log(`Share of ${replications} samples whose 95 % interval holds the value of the population, in percent; n =`);
console.log(`${sizes.join(", ")} (300 samples for K = 100, n = 10 000).\n`);
console.log(`| metric | ${groups.join(" | ")} | kind |`);
console.log(`|---|${groups.map(() => "---|").join("")}---|`);
for (const name of kinds.keys()) {
  const cells = groups.map((group) =>
    sizes
      .map((n) => {
        const entry = hits.get(`${name}|${group} n=${n}`);
        return entry ? Math.round((1000 * entry[0]) / entry[1]) / 10 : "–";
      })
      .join(" · "),
  );
  console.log(`| ${name} | ${cells.join(" | ")} | ${kinds.get(name)} |`);
}
