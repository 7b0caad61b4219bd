import type { Decision, DecisionRule, PolicyDocument, Thresholds } from "@candor/core";

/** What is said of each decision of a policy. */
export type DecisionSentences = Readonly<Record<Decision, string>>;

const none: DecisionSentences = { act: "", review: "", abstain: "" };

const byCost: DecisionSentences = {
  act: "Acting has the least expected cost.",
  review: "A review has the least expected cost.",
  abstain: "Doing nothing has the least expected cost.",
};

const bySegment: DecisionSentences = {
  act: "The probability reaches the threshold of its segment, from which the policy acts.",
  review: "The probability does not reach the threshold of its segment, from which the policy acts.",
  abstain: "The probability is below the threshold of its segment, under which the policy abstains.",
};

function whatOf(on: Extract<DecisionRule, { kind: "threshold" }>["on"], isBinary: boolean): string {
  if (on === "positive") return "The probability of the positive class";
  return isBinary ? "The probability of the likelier class" : "The probability of being right";
}

function shown(threshold: number | null): string {
  return threshold === null ? "" : String(Number(threshold.toPrecision(6)));
}

function byThreshold(what: string, thresholds: Thresholds): DecisionSentences {
  const { act, abstain } = thresholds;
  const [from, under] = [shown(act), shown(abstain)];
  return {
    act: `${what} is at least ${from}, from which the policy acts.`,
    review:
      act === null
        ? abstain === null
          ? "The policy reviews everything."
          : `${what} is at least ${under}, and the policy never acts.`
        : abstain === null
          ? `${what} is below ${from}, from which the policy acts.`
          : `${what} is between ${under}, under which the policy abstains, and ${from}, from which it acts.`,
    abstain: `${what} is below ${under}, under which the policy abstains.`,
  };
}

/** Why a policy decides as it does, a sentence for each decision: made once, not once per row. */
export function decisionSentences(policy: PolicyDocument | null): DecisionSentences {
  if (policy === null) return none;
  const { rule, task } = policy;
  if (rule.kind === "least-cost") return byCost;
  if (rule.kind === "threshold-per-segment") return bySegment;
  return byThreshold(whatOf(rule.on, task === "binary"), rule.thresholds);
}
