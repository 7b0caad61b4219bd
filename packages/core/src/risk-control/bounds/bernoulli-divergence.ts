/** x·ln(x/m) + m - x for x ≥ 0 and m > 0, without cancellation where x is near m. */
function deviance(x: number, m: number): number {
  if (x === 0) return m;
  const distance = x - m;
  const total = x + m;
  if (Math.abs(distance) >= 0.1 * total) return x * Math.log(x / m) - distance;
  const v = distance / total;
  let value = distance * v;
  let power = 2 * x * v;
  for (let j = 1; ; j++) {
    power *= v * v;
    const next = value + power / (2 * j + 1);
    if (next === value) return value;
    value = next;
  }
}

/**
 * Kullback-Leibler divergence of Bernoulli(b) from Bernoulli(a): a·ln(a/b) + (1 - a)·ln((1 - a)/(1 - b)).
 *
 * @param a in [0, 1]
 * @param b in [0, 1]
 * @returns nats, ≥ 0; Infinity where b rules out what a allows
 *
 * Source: the deviance of Loader (2000), "Fast and accurate computation of binomial probabilities".
 * Accuracy: relative, also where a and b are close.
 */
export function bernoulliDivergence(a: number, b: number): number {
  if (b === 0) return a === 0 ? 0 : Infinity;
  if (b === 1) return a === 1 ? 0 : Infinity;
  return deviance(a, b) + deviance(1 - a, 1 - b);
}
