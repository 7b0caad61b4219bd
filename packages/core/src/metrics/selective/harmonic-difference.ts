/**
 * ψ(before + step + 1) − ψ(before + 1), where ψ is the digamma function: the sum of 1/(before + j) over j = 1 … step when
 * step is whole.
 *
 * @param before ≥ 0
 * @param step ≥ 0
 *
 * Source: recurrence and asymptotic series of the digamma function, DLMF §5.5.2 and §5.11.2.
 * Accuracy: relative error below 1e-13; differences are taken term by term, so that a small step loses no digits.
 */
export function harmonicDifference(before: number, step: number): number {
  let x = before + 1;
  let shifted = 0;
  while (x < 12) {
    shifted += step / (x * (x + step));
    x++;
  }
  const y = x + step;
  const a = 1 / (x * x);
  const b = 1 / (y * y);
  // 1/x² − 1/y² without cancellation; a^k − b^k then follow from it.
  const gap = step * (x + y) * a * b;
  const gap2 = gap * (a + b);
  let series = gap / 12 - gap2 / 120;
  if (x < 1000) {
    const ab = a * b;
    const squares = a * a + b * b;
    const gap3 = gap * (squares + ab);
    const gap4 = gap2 * squares;
    const gap5 = gap * (squares * (squares + ab) - ab * ab);
    series += gap3 / 252 - gap4 / 240 + gap5 / 132;
  }
  return shifted + Math.log1p(step / x) + step / (2 * x * y) + series;
}
