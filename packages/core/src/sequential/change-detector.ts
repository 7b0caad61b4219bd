import { InputError } from "../errors.ts";

/** The state of a change detector. Plain JSON. */
export interface ChangeDetector {
  /** `shiryaev-roberts` sums the evidence over all possible times of change, `cusum` takes the best of them. */
  readonly kind: "shiryaev-roberts" | "cusum";
  /** Mean number of scores between false alarms, at least. */
  readonly meanRun: number;
  /** Natural logarithm of the statistic; null before the first score. */
  readonly logStatistic: number | null;
  /** Logarithm of the wealth of the martingale at the last step. */
  readonly logWealth: number;
  readonly steps: number;
  /** Steps at which alarms rang; the statistic starts anew after each. */
  readonly alarms: readonly number[];
}

/**
 * A detector of change at an unknown time. Unlike the alarm of a test, which rings falsely at most once in 1/falseAlarms
 * histories however long they are, this one stays alert however long nothing happened, and rings falsely now and then.
 *
 * @param meanRun wanted mean number of scores until a false alarm, ≥ 1
 * @throws {InputError} `out-of-range`
 */
export function startChangeDetector(
  meanRun: number,
  kind: ChangeDetector["kind"] = "shiryaev-roberts",
): ChangeDetector {
  if (!(meanRun >= 1 && meanRun < Infinity))
    throw new InputError("out-of-range", `meanRun must be finite and >= 1, got ${meanRun}`);
  return { kind, meanRun, logStatistic: null, logWealth: 0, steps: 0, alarms: [] };
}

/**
 * The detector after one more step of a test martingale, whose wealth starts at 1.
 *
 * @param detector left as it is
 * @param logWealth natural logarithm of the wealth of the martingale after this step, finite
 * @throws {InputError} `not-finite`
 *
 * Source: Vovk et al. (2021), "Retrain or not retrain", section 4: σₙ = Σᵢ Sₙ/Sᵢ and γₙ = maxᵢ Sₙ/Sᵢ over i < n. Where S is
 * a martingale, σₙ − n is one, so that the mean number of steps until σ ≥ meanRun is at least meanRun; γ ≤ σ rings later.
 */
export function detectChange(detector: ChangeDetector, logWealth: number): ChangeDetector {
  if (!Number.isFinite(logWealth))
    throw new InputError("not-finite", `the logarithm of the wealth must be finite, got ${logWealth}`);
  const { kind, meanRun, logStatistic } = detector;
  const growth = logWealth - detector.logWealth;
  const before = logStatistic === null ? 0 : kind === "cusum" ? Math.max(logStatistic, 0) : logOnePlus(logStatistic);
  const steps = detector.steps + 1;
  const statistic = before + growth;
  const isAlarm = statistic >= Math.log(meanRun);
  const alarms = isAlarm ? [...detector.alarms, steps] : detector.alarms;
  return { kind, meanRun, logStatistic: isAlarm ? null : statistic, logWealth, steps, alarms };
}

/** log(1 + exp(x)). */
function logOnePlus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
