import type { Active } from "./active.ts";
import type { Decided } from "./decided.ts";

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
 * An uncertified `act` becomes `review` where the project says so.
 */
export function sayWhy(
  active: Active,
  { decision, missing, probability }: Outcome,
): Pick<Decided, "decision" | "certified" | "reason"> {
  const { uncertified, whenUncertified, sentences } = active;
  if (decision === null) {
    const foreign = uncertified === null || probability === null ? "" : ` Uncertified: ${uncertified}.`;
    return { decision, certified: null, reason: `${whyNoDecision(active, missing)}${foreign}` };
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
