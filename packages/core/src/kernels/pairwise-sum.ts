/** Terms up to which eight running sums are kept instead of halving. */
const BLOCK = 128;

/**
 * Sum of a stretch of values, in the order of NumPy's `sum` over contiguous data: eight running sums, halving above 128
 * terms.
 *
 * The error grows with log n instead of n. Taking NumPy's order also makes confidences that saturate near 1 tie exactly
 * where its users see them tie, which ranks and areas feel.
 *
 * @param values finite reals
 * @param start first position
 * @param end position after the last
 *
 * Source: Higham (1993), SIAM J. Sci. Comput. 14; the order is that of NumPy 1.9 and later.
 */
export function pairwiseSum(values: Float64Array, start = 0, end: number = values.length): number {
  const n = end - start;
  if (n > BLOCK) {
    let half = Math.floor(n / 2);
    half -= half % 8;
    return pairwiseSum(values, start, start + half) + pairwiseSum(values, start + half, end);
  }
  if (n < 8) {
    let sum = 0;
    for (let i = start; i < end; i++) sum += values[i];
    return sum;
  }
  let r0 = values[start];
  let r1 = values[start + 1];
  let r2 = values[start + 2];
  let r3 = values[start + 3];
  let r4 = values[start + 4];
  let r5 = values[start + 5];
  let r6 = values[start + 6];
  let r7 = values[start + 7];
  let i = start + 8;
  for (; i + 8 <= end; i += 8) {
    r0 += values[i];
    r1 += values[i + 1];
    r2 += values[i + 2];
    r3 += values[i + 3];
    r4 += values[i + 4];
    r5 += values[i + 5];
    r6 += values[i + 6];
    r7 += values[i + 7];
  }
  let sum = r0 + r1 + (r2 + r3) + (r4 + r5 + (r6 + r7));
  for (; i < end; i++) sum += values[i];
  return sum;
}
