import { type DependentRows, pairedEstimate, pairedMean } from "../../calibration/choose/paired-mean.ts";
import type { Spec } from "../../estimate.ts";
import type { RegressionCandidate } from "../regression-calibrator.ts";
import type { RegressionCrossFit } from "./cross-fit.ts";
import type { RegressionMethod } from "./methods.ts";
import type { MethodChoice } from "./select-method.ts";

/** Why the choice fell as it did, in a sentence. */
export function reasonOf(
  choice: MethodChoice,
  first: MethodChoice,
  tried: readonly RegressionMethod[],
  isForced: boolean,
): string {
  if (isForced) return "It was asked for.";
  if (choice.chosen < 0 && first.chosen >= 0)
    return `${capitalised(tried[first.chosen].label)} looked best, but rows that the choice had not seen did not bear it out.`;
  if (choice.chosen < 0)
    return choice.best < 0
      ? "No method could be tried on these rows."
      : "No method lowered the held-out loss by more than chance would.";
  return choice.chosen === choice.best
    ? "It has the lowest held-out loss."
    : `It is the simplest within one standard error of the best, ${tried[choice.best]?.label}.`;
}

/** Every method with what held-out rows say of it, the forecasts as they are among them. */
export function candidatesOf(
  known: readonly RegressionMethod[],
  tried: readonly RegressionMethod[],
  choice: MethodChoice,
  cross: RegressionCrossFit,
  sample: DependentRows,
  { level, size, isForced }: { level: number; size: number; isForced: boolean },
): RegressionCandidate[] {
  const spec: Spec = { metric: "quantile-crps", difference: "this - best" };
  const n = sample.rows.length;
  const results = known.map((method): RegressionCandidate => {
    const m = tried.indexOf(method);
    const chosen = m >= 0 && m === choice.chosen;
    const about = { method: method.method, label: method.label, chosen };
    const evidence = m < 0 ? null : choice.evidence[m];
    if (!evidence) {
      const refusal =
        m < 0 ? `It needs at least ${method.fewest} rows, there are ${Math.floor(size)}` : cross.refusals[m];
      return { ...about, excess: null, loss: null, reason: `Not fitted: ${refusal ?? "nothing was held out"}.` };
    }
    const { excess, loss, gain } = evidence;
    const reason = chosen
      ? isForced
        ? "Asked for."
        : "Chosen."
      : gain.mean <= 0
        ? "It does not lower the loss."
        : excess.mean > excess.error
          ? "Its loss is more than one standard error above the lowest."
          : choice.chosen < 0
            ? "It does not lower the loss by more than chance would."
            : "Another is as good and simpler.";
    return { ...about, excess: pairedEstimate(excess, n, spec, { level }), loss, reason };
  });
  const best = cross.held[choice.best];
  const asTheyAre: RegressionCandidate = {
    method: "identity",
    label: "left as they are",
    excess: best
      ? pairedEstimate(
          pairedMean((row) => cross.before[row] - best[row], sample),
          n,
          spec,
          { level },
        )
      : null,
    loss: n > 0 ? pairedMean((row) => cross.before[row], sample).mean : null,
    chosen: choice.chosen < 0,
    reason: choice.chosen < 0 ? "Chosen: nothing helps." : "A method helps.",
  };
  return known.some(({ method }) => method === "identity") ? results : [...results, asTheyAre];
}

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
