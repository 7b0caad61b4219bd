import type { Costs, Objective } from "./policy.ts";
import { thresholdText } from "./threshold-text.ts";
import { countText } from "./words.ts";

/** A number as the user gave it, with at most six digits. */
function givenText(value: number): string {
  return Number.isInteger(value) ? countText(value) : String(Number(value.toPrecision(6)));
}

function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

function costTerms({ error, review, abstain, missed, reviewError }: Costs): string {
  const terms = [
    `wrong ${givenText(error)}`,
    review === null ? "" : `review ${givenText(review)}`,
    abstain === null ? "" : `abstain ${givenText(abstain)}`,
    missed === 0 ? "" : `missed ${givenText(missed)}`,
    reviewError === 0 ? "" : `${shareText(reviewError)} of reviews wrong`,
  ];
  return terms.filter((term) => term !== "").join(", ");
}

/**
 * What a policy was made to reach, in words that follow "made for".
 *
 * @returns the names in it are the user's: what shows it makes them safe
 */
export function objectiveWords(objective: Objective): string {
  switch (objective.kind) {
    case "costs":
      return `least cost: ${costTerms(objective.costs)}`;
    case "cost-matrix":
      return `least cost, by a matrix of ${countText(objective.matrix.classNames.length)} classes`;
    case "capacity":
      return `${givenText(objective.reviews)} ${objective.reviews === 1 ? "review" : "reviews"} of ${givenText(objective.volume)} rows a ${objective.period}`;
    case "thresholds": {
      const { act, abstain } = objective.thresholds;
      const acting = act === null ? "never act" : `act from ${thresholdText(act)}`;
      return `thresholds set by hand: ${acting}${abstain === null ? "" : `, abstain below ${thresholdText(abstain)}`}`;
    }
    case "risk":
      return `at most ${shareText(objective.maxError)} wrong among rows acted on, ${shareText(objective.sure)} sure${
        objective.minCoverage === null ? "" : `, acting on at least ${shareText(objective.minCoverage)}`
      }`;
    case "f-beta":
      return `the largest F-beta, beta ${givenText(objective.beta)}`;
    default:
      return `a ${objective.kind} of at least ${shareText(objective.target)}`;
  }
}
