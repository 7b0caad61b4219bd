/** Prefix mean of the loss and the sandwich variance of its influence function. */
export interface CodedArea {
  readonly area: number;
  readonly variance: number;
  readonly errors: number;
}

/**
 * The `prefix-mean` area of unweighted 0/1 rows and its variance, in one pass down and one pass up, without an array per
 * group; the same numbers as `fileOrderArea` and `influenceVariance(groups, aurcInfluence(groups), sample)`.
 *
 * @param codes `rankCodes` of the losses (1 is an error) by confidence
 */
export function aurcFromCodes(codes: Uint8Array): CodedArea {
  const n = codes.length;
  const { area, errors } = prefixMeanFromCodes(codes);

  // From the least sure row up: `byMass` and `byLoss` gather what the rows below add to the influence of those above.
  let loss = errors;
  let byMass = 0;
  let byLoss = 0;
  let total = 0;
  let squares = 0;
  let perEnd = 1 / n;
  for (let end = n; end > 0; ) {
    let before = end;
    let s = 0;
    do s += codes[--before] & 1;
    while (codes[before] >= 2);
    const m = end - before;
    loss -= s;
    let constant = byMass;
    let slope = byLoss + 1;
    if (before > 0) {
      const perBefore = 1 / before;
      const log = Math.log(end * perBefore);
      const perRow = m === 1 ? log : log / m;
      const rate = m === 1 ? s : s / m;
      const bend = perRow - perEnd;
      constant += loss * perEnd + rate * before * bend;
      slope -= before * perRow;
      byMass -= m * (loss * perBefore * perEnd + rate * bend);
      byLoss += log;
      perEnd = perBefore;
    }
    total += m * constant + s * slope;
    squares += m * constant * constant + s * slope * (2 * constant + slope);
    end = before;
  }
  const shrink = n > 1 ? n / (n - 1) : Infinity;
  return { area, errors, variance: (Math.max(0, squares - (total * total) / n) / (n * n)) * shrink };
}

/** The `prefix-mean` area alone. */
export function prefixMeanFromCodes(codes: Uint8Array): { area: number; errors: number } {
  let errors = 0;
  let sum = 0;
  for (let k = 0; k < codes.length; ) {
    errors += codes[k++] & 1;
    sum += errors / k;
  }
  return { area: sum / codes.length, errors };
}
