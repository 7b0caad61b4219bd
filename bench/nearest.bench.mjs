// The 50 nearest rows of a bank, exact, in turns with NumPy (BLAS on all cores) and scikit-learn on the same arrays where
// python3 has them. Ours uses one core.

import { inTurns, sharedArrays } from "./beside-python.mjs";
import { core } from "./support.mjs";

const random = core.createRandom(8);
const k = 50;

/** Normal features, and features after a ReLU around 40 centres as networks give them. */
function features(rows, cols, centres) {
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const centre = random.integer(40) * cols;
    for (let j = 0; j < cols; j++)
      data[i * cols + j] =
        centres === undefined ? random.normal() : Math.max(0, centres[centre + j] + 0.5 * random.normal());
  }
  return { data, rows, cols };
}

const lastSum = ({ indices }) => {
  let sum = 0;
  for (let i = k - 1; i < indices.length; i += k) sum += indices[i];
  return sum;
};

for (const [name, queryCount, bankCount, cols, clustered] of [
  ["normal 10 000 x 50 000 x 128", 10_000, 50_000, 128, false],
  ["clustered 10 000 x 50 000 x 128", 10_000, 50_000, 128, true],
  ["clustered 1000 x 50 000 x 512", 1000, 50_000, 512, true],
]) {
  const centres = clustered ? Float64Array.from({ length: 40 * cols }, () => random.normal()) : undefined;
  const queries = features(queryCount, cols, centres);
  const bank = features(bankCount, cols, centres);
  const shared = sharedArrays({ queries, bank }, { k });
  const run = () => lastSum(core.nearestDistances(queries, bank, k));
  inTurns(`${name}, NumPy`, run, () => shared.python("numpy nearest"));
  inTurns(`${name}, scikit-learn`, run, () => shared.python("scikit-learn nearest"));
  shared.remove();
}
