import { conformalRank, fewestScores } from "../conformal/rank.ts";
import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import { checkLevel } from "../regression/check-forecast.ts";

/** Choices of `sampleIntervals`. */
export interface SampleIntervalOptions {
  /** Probability that a further draw falls inside, in (0, 1). Default 0.9. */
  readonly level?: number;
  /** `central`: the same share on either side; `shortest`: the narrowest run of draws. Default `central`. */
  readonly kind?: "central" | "shortest";
}

/**
 * Intervals of draws of a number, as Monte Carlo dropout or a posterior gives them: where a further draw falls with this
 * probability. The draws have to hold all of the uncertainty: draws of a mean leave the noise out.
 *
 * @param draws rows × S, finite
 * @returns both ends of every row. `central`: straight lines between the order statistics of rank (S + 1)p (Hyndman and Fan's
 *   type 6), which hold a further exchangeable draw with exactly the probability between whole ranks. `shortest`: the narrowest
 *   run of ⌈(S + 1) · level⌉ steps; as it is chosen by its width, it holds a little less
 * @throws {InputError} `too-few` where the ends would lie beyond the draws (below 2/(1 − level) − 1 of them for `central`);
 *   `empty`, `not-finite` with the row, `out-of-range`
 */
export function sampleIntervals(
  draws: Matrix,
  options: SampleIntervalOptions = {},
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const { level = 0.9, kind = "central" } = options;
  checkLevel(level);
  const { data, rows, cols } = draws;
  if (rows === 0) throw new InputError("empty", "at least one row is needed, got none");
  const below = ((cols + 1) * (1 - level)) / 2;
  const steps = conformalRank(cols, level);
  const isCentral = kind === "central";
  if (isCentral ? below < 1 - 1e-9 : steps > cols - 1)
    throw new InputError(
      "too-few",
      `an interval of ${level} needs at least ${isCentral ? Math.ceil(2 / (1 - level) - 1 - 1e-9) : fewestScores(level) + 1} draws per row, got ${cols}`,
    );
  const lower = new Float64Array(rows);
  const upper = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const sorted = data.slice(i * cols, (i + 1) * cols).sort();
    for (const draw of sorted)
      if (!Number.isFinite(draw))
        throw new InputError("not-finite", `draw ${draw} at row ${i} is not a finite number`, i);
    if (isCentral) {
      lower[i] = atRank(sorted, below);
      upper[i] = atRank(sorted, cols + 1 - below);
      continue;
    }
    let best = 0;
    for (let from = 1; from + steps < cols; from++)
      if (sorted[from + steps] - sorted[from] < sorted[best + steps] - sorted[best]) best = from;
    lower[i] = sorted[best];
    upper[i] = sorted[best + steps];
  }
  return { lower, upper };
}

/** The order statistic of a rank in [1, S], straight between whole ones. */
function atRank(sorted: Float64Array, rank: number): number {
  const place = Math.min(sorted.length, Math.max(1, rank)) - 1;
  const k = Math.min(sorted.length - 2, Math.floor(place + 1e-9));
  const part = Math.max(0, place - k);
  return sorted[k] + part * (sorted[k + 1] - sorted[k]);
}
