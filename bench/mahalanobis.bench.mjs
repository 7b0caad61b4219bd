// Covariance, Mahalanobis distances and eigenvectors of features, in turns with NumPy and scikit-learn on the same arrays
// where python3 has them. Ours uses one core, BLAS all of them.

import { inTurns, sharedArrays } from "./beside-python.mjs";
import { core } from "./support.mjs";

const random = core.createRandom(9);
const normal = (rows, cols) => ({
  data: Float64Array.from({ length: rows * cols }, () => random.normal()),
  rows,
  cols,
});
const total = (values) => values.reduce((sum, value) => sum + value, 0);

const cols = 512;
const rows = normal(100_000, cols);
const groups = new Int32Array(rows.rows);
for (const count of [1, 10]) {
  const means = normal(count, cols);
  const covariance = () => core.shrunkenCovariance(rows, means, groups).covariance;
  const factor = core.cholesky(covariance(), cols);
  const shared = sharedArrays({ rows, means, factor: { data: factor, rows: cols, cols } });
  if (count === 1) {
    const trace = () => total(covariance().filter((_, i) => i % (cols + 1) === 0));
    inTurns("Ledoit-Wolf covariance 100 000 x 512", trace, () => shared.python("covariance"));
  }
  inTurns(
    `Mahalanobis 100 000 x 512, ${count} mean${count > 1 ? "s" : ""}`,
    () => total(core.mahalanobisDistances(rows, means, factor).data),
    () => shared.python("mahalanobis"),
    5,
  );
  shared.remove();
}

for (const n of [512, 1024]) {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) data[i * n + j] = data[j * n + i] = random.normal();
  const shared = sharedArrays({ symmetric: { data, rows: n, cols: n } });
  inTurns(
    `eigenvectors ${n} x ${n}`,
    () => core.symmetricEigen(data, n).values[0],
    () => shared.python("eigen"),
  );
  shared.remove();
}
