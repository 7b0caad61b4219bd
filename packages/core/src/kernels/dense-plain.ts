/**
 * Writes a·bᵀ to `out`: the inner product of every row of `a` with every row of `b`.
 *
 * @param a n × k, row-major
 * @param b m × k, row-major
 * @param out n × m, row-major; overwritten
 *
 * Accuracy: each entry is off by at most k·2⁻⁵³·Σ|a·b|; the order of the additions depends on the shape alone.
 */
export function timesTransposedPlain(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  k: number,
  m: number,
): void {
  const pairs = n - (n % 2);
  const fours = m - (m % 4);
  for (let j = 0; j < fours; j += 4) {
    for (let i = 0; i < pairs; i += 2) twoByFour(a, i * k, b, j * k, out, i * m + j, k, m);
    if (pairs < n) for (let c = j; c < j + 4; c++) out[pairs * m + c] = inner(a, pairs * k, b, c * k, k);
  }
  for (let j = fours; j < m; j++) for (let i = 0; i < n; i++) out[i * m + j] = inner(a, i * k, b, j * k, k);
}

function inner(a: Float64Array, atA: number, b: Float64Array, atB: number, k: number): number {
  let sum = 0;
  for (let l = 0; l < k; l++) sum += a[atA + l] * b[atB + l];
  return sum;
}

/** Inner products of two rows of a with four rows of b, in eight sums that stay in registers. */
function twoByFour(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  out: Float64Array,
  at: number,
  k: number,
  m: number,
): void {
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  const b1 = atB + k;
  const b2 = b1 + k;
  const b3 = b2 + k;
  for (let l = 0; l < k; l++) {
    const p = a[atA + l];
    const q = a[atA + k + l];
    const x0 = b[atB + l];
    const x1 = b[b1 + l];
    const x2 = b[b2 + l];
    const x3 = b[b3 + l];
    p0 += p * x0;
    p1 += p * x1;
    p2 += p * x2;
    p3 += p * x3;
    q0 += q * x0;
    q1 += q * x1;
    q2 += q * x2;
    q3 += q * x3;
  }
  out[at] = p0;
  out[at + 1] = p1;
  out[at + 2] = p2;
  out[at + 3] = p3;
  out[at + m] = q0;
  out[at + m + 1] = q1;
  out[at + m + 2] = q2;
  out[at + m + 3] = q3;
}

/**
 * Writes aᵀ·b to `out`: the sum over rows of the outer products of a's row with b's row.
 *
 * @param a n × m, row-major
 * @param b n × k, row-major
 * @param out m × k, row-major; overwritten
 *
 * Accuracy: each entry is off by at most n·2⁻⁵³·Σ|a·b|; the order of the additions depends on the shape alone.
 */
export function transposedTimesPlain(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  m: number,
  k: number,
): void {
  out.fill(0, 0, m * k);
  const fours = n - (n % 4);
  for (let i = 0; i < fours; i += 4)
    for (let j = 0; j < m; j++) {
      const at = i * m + j;
      addFourRows(out, j * k, a[at], a[at + m], a[at + 2 * m], a[at + 3 * m], b, i * k, k);
    }
  for (let i = fours; i < n; i++) for (let j = 0; j < m; j++) addRow(out, j * k, a[i * m + j], b, i * k, k);
}

function addFourRows(
  out: Float64Array,
  at: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
  b: Float64Array,
  atB: number,
  k: number,
): void {
  const b1 = atB + k;
  const b2 = b1 + k;
  const b3 = b2 + k;
  for (let l = 0; l < k; l++) out[at + l] += w0 * b[atB + l] + w1 * b[b1 + l] + (w2 * b[b2 + l] + w3 * b[b3 + l]);
}

function addRow(out: Float64Array, at: number, weight: number, b: Float64Array, atB: number, k: number): void {
  for (let l = 0; l < k; l++) out[at + l] += weight * b[atB + l];
}
