// Multiclass fits, beside NumPy and SciPy in the same run where python3 has them, and the kernels under them.
// GFlop/s counts a multiplication and an addition as two.

import { fileURLToPath, pathToFileURL } from "node:url";
import { core, line, median, peers } from "./support.mjs";

const kernel = (name) =>
  import(pathToFileURL(fileURLToPath(new URL(`../packages/core/dist/kernels/${name}.js`, import.meta.url))).href);
const { timesTransposed, transposedTimes } = await kernel("dense");
const { timesTransposedPlain, transposedTimesPlain } = await kernel("dense-plain");
const { temperatureMoments } = await kernel("temperature-moments");
const { temperatureRowsPlain } = await kernel("softmax-rows-plain");

const random = core.createRandom(3);

/** Normal logits, and labels that a temperature of 1.5 explains best. */
function labelledLogits(rows, cols, data) {
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = -Infinity;
    for (let k = 0; k < cols; k++) {
      const logit = 2 * random.normal();
      data[i * cols + k] = logit;
      const noisy = logit - 1.5 * Math.log(-Math.log(random.uniform()));
      if (noisy > best) {
        best = noisy;
        labels[i] = k;
      }
    }
  }
  return [{ data, rows, cols }, labels];
}

const theirs = peers("calibrate_multiclass");

const large = labelledLogits(50_000, 1000, new Float32Array(5e7));
const temperature = "temperature 5e4 x 1000 float32";
line(
  temperature,
  median(() => core.fitTemperature(...large), 3),
  theirs[temperature],
);

const small = labelledLogits(5000, 100, new Float64Array(5e5));
const structured = "structured matrix 5000 x 100";
line(
  structured,
  median(() => core.fitStructuredMatrix(...small), 5),
  theirs[structured],
);

const [logits, labels] = large;
const part = 5000;
const perLogit = (ms) => `${((ms * 1e6) / (part * logits.cols)).toFixed(1).padStart(9)} ns per logit`;
const plainMs = median(() => temperatureRowsPlain(logits.data, part, logits.cols, 0.7, 2, () => {}));
line("temperature moments, plain, 5e6", plainMs, undefined, perLogit(plainMs));
const vectorMs = median(() => temperatureMoments(logits.data, part, logits.cols, labels, 0.7));
line("temperature moments, vectors, 5e6", vectorMs, undefined, perLogit(vectorMs));

for (const [n, k] of [
  [5000, 100],
  [50_000, 10],
  [1000, 1000],
]) {
  const a = Float64Array.from({ length: n * k }, () => random.uniform());
  const b = Float64Array.from({ length: k * k }, () => random.uniform());
  const out = new Float64Array(n * k);
  const square = new Float64Array(k * k);
  const flops = (ms) => `${((2 * n * k * k) / ms / 1e6).toFixed(1).padStart(9)} GFlop/s`;
  for (const [name, run] of [
    ["a*b^T plain", () => timesTransposedPlain(a, b, out, n, k, k)],
    ["a*b^T", () => timesTransposed(a, b, out, n, k, k)],
    ["a^T*b plain", () => transposedTimesPlain(a, out, square, n, k, k)],
    ["a^T*b", () => transposedTimes(a, out, square, n, k, k)],
  ]) {
    const title = `${name} ${n} x ${k} x ${k}`;
    const ms = median(run, 5);
    line(title, ms, theirs[title], flops(ms));
  }
}
