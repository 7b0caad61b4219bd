/**
 * The numerical rank of a covariance matrix: pivots of a Cholesky decomposition of the correlations, the largest first,
 * that stand clear of rounding.
 *
 * @param covariance p × p, row-major, symmetric, positive semi-definite up to rounding
 * @param p number of columns
 * @param negligible p variances that rounding may account for: a column counts as constant at or below its own
 *
 * Source: Higham (2002), "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 10.3.
 */
export function covarianceRank(covariance: Float64Array, p: number, negligible: Float64Array): number {
  const varying = Array.from(negligible.keys()).filter((j) => covariance[j * p + j] > negligible[j]);
  const m = varying.length;
  const a = new Float64Array(m * m);
  const rounding = 8 * m * 2 ** -52;
  const least = Float64Array.from(varying, (j) => Math.max(rounding, (4 * negligible[j]) / covariance[j * p + j]));
  varying.forEach((from, i) => {
    const length = Math.sqrt(covariance[from * p + from]);
    for (let j = 0; j < m; j++) {
      const other = varying[j];
      a[i * m + j] = covariance[from * p + other] / length / Math.sqrt(covariance[other * p + other]);
    }
  });
  return pivots(a, m, least);
}

/** Number of pivots, each above what is `least` for its column; overwrites both. */
function pivots(a: Float64Array, m: number, least: Float64Array): number {
  for (let k = 0; k < m; k++) {
    let best = -1;
    for (let i = k; i < m; i++)
      if (a[i * m + i] > least[i] && (best < 0 || a[i * m + i] > a[best * m + best])) best = i;
    if (best < 0) return k;
    exchange(a, m, k, best);
    least[best] = least[k];
    const root = Math.sqrt(a[k * m + k]);
    for (let j = k; j < m; j++) a[k * m + j] /= root;
    for (let i = k + 1; i < m; i++) subtractRow(a, i * m, k * m, i, m, a[k * m + i]);
  }
  return m;
}

/** Exchanges rows and columns k and l of the symmetric matrix of which the upper triangle counts. */
function exchange(a: Float64Array, m: number, k: number, l: number): void {
  if (k === l) return;
  for (let i = 0; i < m; i++) swap(a, upper(i, k, m), upper(i, l, m), i === k || i === l);
  swap(a, k * m + k, l * m + l, false);
}

function upper(i: number, j: number, m: number): number {
  return i < j ? i * m + j : j * m + i;
}

function swap(a: Float64Array, i: number, j: number, skip: boolean): void {
  if (skip) return;
  const kept = a[i];
  a[i] = a[j];
  a[j] = kept;
}

function subtractRow(a: Float64Array, to: number, from: number, start: number, m: number, weight: number): void {
  for (let j = start; j < m; j++) a[to + j] -= weight * a[from + j];
}
