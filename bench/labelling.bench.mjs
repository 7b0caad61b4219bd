// npm run bench labelling: how many labels sampling by uncertainty and the model's own word save, against uniform sampling,
// for the interval of the accuracy: on simulated rows, and on real predictions where ../shared/data is there. A number above
// 1 is the factor by which uniform sampling needs more labels (ratio of mean squared errors, 1000 draws; ± about 0.07).

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { core } from "./support.mjs";

const { accuracyUncertainty, createRandom, pivotalSample, samplingProbabilities, selectedMean, softmax } = core;

const data = join(import.meta.dirname, "../../shared/data");
const DRAWS = Number(process.env.DRAWS ?? 1000);
const BUDGETS = [100, 400];

/** An NPY file of doubles, floats, integers or bytes. */
function npy(path) {
  const bytes = readFileSync(join(data, path));
  const size = bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, 10 + size);
  const type = /'descr': '([^']+)'/.exec(header)[1];
  const shape = /'shape': \(([^)]*)\)/.exec(header)[1].split(",").map(Number).filter(Boolean);
  const body = bytes.buffer.slice(bytes.byteOffset + 10 + size, bytes.byteOffset + bytes.length);
  const Kind = {
    "<f8": Float64Array,
    "<f4": Float32Array,
    "<i8": BigInt64Array,
    "<i4": Int32Array,
    "<i2": Int16Array,
    "|u1": Uint8Array,
    "|i1": Int8Array,
  }[type];
  return { values: new Kind(body), cols: shape[1] ?? 1 };
}

/** Top-label confidence and correctness of logits. */
function fromLogits(name) {
  const { values, cols } = npy(`${name}_logits.npy`);
  const labels = npy(`${name}_labels.npy`).values;
  const rows = values.length / cols;
  const { data: p } = softmax({ data: Float64Array.from(values), rows, cols });
  const confidences = new Float64Array(rows);
  const right = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let k = 1; k < cols; k++) if (p[i * cols + k] > p[i * cols + best]) best = k;
    confidences[i] = Math.min(1, p[i * cols + best]);
    right[i] = Number(labels[i]) === best ? 1 : 0;
  }
  return { confidences, right };
}

function employment() {
  const p = npy("drift_employment_ma/p.npy").values;
  const y = npy("drift_employment_ma/y.npy").values;
  const rows = Array.from({ length: 20_000 }, (_, i) => 100_000 + i);
  return {
    confidences: Float64Array.from(rows, (i) => Math.max(p[i], 1 - p[i])),
    right: Uint8Array.from(rows, (i) => (p[i] >= 0.5 === (y[i] === 1) ? 1 : 0)),
  };
}

function answers(dataset, model) {
  const lines = readFileSync(join(data, "llm/plaut_gpt_msp_correctness.csv"), "utf8").trim().split("\n").slice(1);
  const rows = lines
    .map((line) => line.split(","))
    .filter(([d, m, prompt, , c]) => d === dataset && m === model && prompt === "1" && c !== "-1");
  return {
    confidences: Float64Array.from(rows, (row) => Math.min(1, Number(row[5]))),
    right: Uint8Array.from(rows, (row) => Number(row[4])),
  };
}

/** Simulated: confidence flat, or errors in a minority of unsure rows. */
function simulated(kind) {
  const random = createRandom(3);
  const confidences = new Float64Array(20_000);
  const right = new Uint8Array(20_000);
  for (let i = 0; i < confidences.length; i++) {
    const isUnsure = random.uniform() < 0.15;
    const f =
      kind === "flat"
        ? 0.6 + 0.3 * random.uniform()
        : isUnsure
          ? 0.5 + 0.2 * random.uniform()
          : 0.98 + 0.019 * random.uniform();
    confidences[i] = f;
    right[i] = random.uniform() < f - 0.04 * (f < 0.95 ? 1 : 0) ? 1 : 0;
  }
  return { confidences, right };
}

const sets = [
  ["simulated, confidence nearly flat", () => simulated("flat")],
  ["simulated, errors in the unsure 15 %", () => simulated("concentrated")],
  ["employment (LightGBM)", employment],
  ["CIFAR-10, RepVGG", () => fromLogits("cifar_logits_6models/cifar10_repvgg_a2")],
  ["CIFAR-100, ResNet-20", () => fromLogits("cifar_logits_6models/cifar100_resnet-20")],
  ["MMLU, GPT-4", () => answers("mmlu", "gpt-4-turbo")],
  ["MMLU, GPT-3.5", () => answers("mmlu", "gpt-3.5-turbo")],
  ["Winogrande, GPT-3.5", () => answers("winogrande", "gpt-3.5-turbo")],
];

/** The same rows with confidences calibrated on 1000 labels of others. */
function calibrated({ confidences, right }) {
  const random = core.createRandom(6);
  const order = core.shuffle(
    Int32Array.from(right, (_, i) => i),
    random,
  );
  const [first, rest] = [order.slice(0, 1000), order.slice(1000)];
  const near = (i) => Math.min(1 - 1e-6, Math.max(1e-6, confidences[i]));
  const { map } = core.fitPlatt(
    Float64Array.from(first, near),
    Uint8Array.from(first, (i) => right[i]),
  );
  return {
    confidences: core.applyBinaryMap(map, Float64Array.from(rest, near)),
    right: Uint8Array.from(rest, (i) => right[i]),
    raw: Float64Array.from(rest, (i) => confidences[i]),
  };
}

const designs = [
  ["uniform", 1, "raw", false],
  ["uniform, population", 1, "raw", true],
  ["by uncertainty", 0.5, "raw", false],
  ["by uncertainty, population", 0.5, "raw", true],
  ["the same, floor 0.25", 0.25, "raw", true],
  ["uniform, population, calibrated", 1, "calibrated", true],
  ["by uncertainty, population, calibrated", 0.5, "calibrated", true],
  ["the same, floor 0.25", 0.25, "calibrated", true],
];

console.log(
  `| rows | accuracy | labels | ${designs
    .slice(1)
    .map(([name]) => name)
    .join(" | ")} | covers |`,
);
console.log(
  `| --- | --- | --- | ${designs
    .slice(1)
    .map(() => "---")
    .join(" | ")} | --- |`,
);
for (const [name, load] of sets) {
  if (!name.startsWith("simulated") && !existsSync(data)) continue;
  const { confidences: after, raw, right } = calibrated(load());
  const truth = right.reduce((a, b) => a + b, 0) / right.length;
  for (const budget of BUDGETS) {
    let covered = 0;
    const errors = designs.map(([, floor, which, usesPopulation], d) => {
      const random = createRandom(100 + d);
      const confidences = which === "raw" ? raw : after;
      const chances = samplingProbabilities(accuracyUncertainty(confidences), { budget, floor });
      const options = usesPopulation ? { population: confidences, about: "population" } : {};
      let squares = 0;
      for (let r = 0; r < DRAWS; r++) {
        const rows = pivotalSample(chances, random);
        const labels = {
          confidences: Float64Array.from(rows, (i) => confidences[i]),
          outcomes: Uint8Array.from(rows, (i) => right[i]),
          propensities: Float64Array.from(rows, (i) => chances[i]),
        };
        const { value, lower, upper } = selectedMean(labels, options);
        squares += (value - truth) ** 2;
        if (d === 3 && lower <= truth && truth <= upper) covered++;
      }
      return squares / DRAWS;
    });
    const gains = errors.slice(1).map((e) => (errors[0] / e).toFixed(2));
    const coverage = `${((100 * covered) / DRAWS).toFixed(1)} %`;
    console.log(`| ${name} | ${truth.toFixed(3)} | ${budget} | ${gains.join(" | ")} | ${coverage} |`);
  }
}
