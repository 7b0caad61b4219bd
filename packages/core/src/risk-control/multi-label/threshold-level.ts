/** How many of the ascending thresholds a score reaches, in [0, thresholds.length]. */
export function thresholdLevel(score: number, thresholds: Float64Array): number {
  const last = thresholds.length - 1;
  if (!(score >= thresholds[0])) return 0;
  if (score >= thresholds[last]) return last + 1;
  const share = (score - thresholds[0]) / (thresholds[last] - thresholds[0]);
  const guess = Math.min(last - 1, Math.floor(share * last));
  if (thresholds[guess] <= score) {
    if (score < thresholds[guess + 1]) return guess + 1;
  } else if (guess > 0 && thresholds[guess - 1] <= score) return guess;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] <= score) low = middle;
    else high = middle;
  }
  return low + 1;
}
