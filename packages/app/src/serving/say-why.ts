import type { Active } from "./active.ts";
import type { Decided } from "./decided.ts";
import { whyOutside } from "./why-outside.ts";

/** What rows came to before it is said whether that is certified. */
export type Outcome = Pick<
  Decided,
  "probability" | "interval" | "intervalReason" | "decision" | "rawConfidence" | "prediction" | "treatAs" | "evidence"
> & {
  /** Why there is no score; null where there is one. */
  readonly missing: string | null;
};

function whyNoDecision({ scope, model, version, route }: Active, missing: string | null): string {
  const place = `version ${version} of ${model}${route === null ? "" : ` on route ${route}`}`;
  if (missing !== null) return `${missing} ${scope === null ? "Nothing" : "No policy"} is active for ${place}.`;
  return scope === null
    ? `Nothing is active for ${place}: there is a raw confidence, but no probability and no decision.`
    : `No policy is active for ${place}: there is a probability, but no decision.`;
}

/**
 * The decision that is given out, whether it is certified, and why.
 *
 * A row outside becomes `review` where the policy demands one inside, an uncertified `act` where the project says so.
 *
 * @param pValue of the row's being in distribution; null where it is not known
 */
export function sayWhy(
  active: Active,
  { decision, missing, probability }: Outcome,
  pValue: number | null,
): Pick<Decided, "decision" | "certified" | "reason"> {
  const { uncertified, whenUncertified, sentences, demand } = active;
  if (decision === null) {
    const foreign = uncertified === null || probability === null ? "" : ` Uncertified: ${uncertified}.`;
    return { decision, certified: null, reason: `${whyNoDecision(active, missing)}${foreign}` };
  }
  const outside = demand === null ? null : whyOutside(pValue, demand);
  if (outside !== null) {
    const foreign = uncertified === null ? "" : ` Uncertified: ${uncertified}.`;
    return { decision: "review", certified: uncertified === null, reason: `${outside}${foreign}` };
  }
  const why = missing === null ? sentences[decision] : `${missing} Without a probability the policy does not act.`;
  if (uncertified === null) return { decision, certified: true, reason: why };
  if (decision === "act" && whenUncertified === "review")
    return {
      decision: "review",
      certified: false,
      reason: `${why} Uncertified, so a person reviews it: ${uncertified}.`,
    };
  return { decision, certified: false, reason: `${why} Uncertified: ${uncertified}.` };
}
