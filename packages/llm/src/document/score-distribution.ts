import type { ScoreDistribution } from "./llm-document.ts";

const LEVELS = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
const BINS = 10;

/**
 * How a score is distributed: mean, quantiles (interpolated linearly between order statistics) and ten bins over [0, 1].
 *
 * @param name of the score
 * @param values one per entry; NaN where it is missing
 */
export function scoreDistribution(name: string, values: Float64Array): ScoreDistribution {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const n = known.length;
  const missing = values.length - n;
  const first = known[0];
  const last = known[n - 1];
  if (first === undefined || last === undefined)
    return { name, n, missing, mean: null, quantiles: [], histogram: null };
  let sum = 0;
  for (const value of known) sum += value;
  const quantiles = LEVELS.map((level) => {
    const at = level * (n - 1);
    const below = known[Math.floor(at)] ?? first;
    const above = known[Math.ceil(at)] ?? last;
    return below + (at - Math.floor(at)) * (above - below);
  });
  return { name, n, missing, mean: sum / n, quantiles, histogram: first >= 0 && last <= 1 ? histogramOf(known) : null };
}

function histogramOf(values: Float64Array): NonNullable<ScoreDistribution["histogram"]> {
  const shares = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor(value * BINS));
    shares[bin] = (shares[bin] ?? 0) + 1 / values.length;
  }
  return { edges: Array.from({ length: BINS + 1 }, (_, i) => i / BINS), shares };
}
