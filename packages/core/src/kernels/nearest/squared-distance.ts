/**
 * Σ(a - b)² of two rows, in one fixed order of four running sums.
 *
 * Accuracy: relative error at most (width/4 + 4)·2⁻⁵³ as long as no square underflows; exactly 0 for equal rows.
 */
export function squaredDistance(a: Float64Array, atA: number, b: Float64Array, atB: number, width: number): number {
  const fours = width - (width % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let l = 0; l < fours; l += 4) {
    const d0 = a[atA + l] - b[atB + l];
    const d1 = a[atA + l + 1] - b[atB + l + 1];
    const d2 = a[atA + l + 2] - b[atB + l + 2];
    const d3 = a[atA + l + 3] - b[atB + l + 3];
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (let l = fours; l < width; l++) {
    const d = a[atA + l] - b[atB + l];
    s0 += d * d;
  }
  return s0 + s1 + (s2 + s3);
}
