import {
  type Decision,
  type DecisionScore,
  type Estimate,
  type PolicyDocument,
  type Thresholds,
  thresholdText,
} from "@candor/core";
import { formatCount, formatInterval, formatLevel, formatNumber, formatPercent, type StatusWords } from "@candor/pages";

const STATUS: Readonly<Record<PolicyDocument["verdict"]["status"], StatusWords>> = {
  ready: { symbol: "✓", word: "Ready", tone: "good" },
  certified: { symbol: "✓", word: "Certified", tone: "good" },
  "not-certified": { symbol: "✗", word: "Not certified", tone: "warn" },
  unreachable: { symbol: "✗", word: "Out of reach", tone: "warn" },
};

/** How to show the verdict of a policy. */
export function policyStatus({ verdict }: Pick<PolicyDocument, "verdict">): StatusWords {
  return STATUS[verdict.status];
}

/** True where the answer is "no": the policy is not to be used. */
export function isRefused({ verdict }: Pick<PolicyDocument, "verdict">): boolean {
  return verdict.status === "not-certified" || verdict.status === "unreachable";
}

/** A share that the user gave, with all its digits: `2 %`, `99.9 %`. */
export const shareText: (share: number) => string = formatLevel;

/** Decimals with which costs of this size are told apart. */
export function costDigits(costs: readonly number[]): number {
  const largest = Math.max(0, ...costs.filter(Number.isFinite).map(Math.abs));
  return largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 1 ? 2 : 4;
}

/** A cost in the unit of the user. */
export function costText(cost: number, digits: number = costDigits([cost])): string {
  return formatNumber(cost, digits);
}

/** A share with its interval in percent, `24.1 % [22.8, 25.4]`, and a cost with its interval. */
export function shareEstimate(estimate: Estimate): { readonly value: string; readonly interval: string } {
  const { value, lower, upper, interval } = estimate;
  const digits = Math.max(value, upper) < 0.01 ? 2 : 1;
  const inPercent = (bound: number | null) => (bound === null ? null : bound * 100);
  return {
    value: formatPercent(value, digits),
    interval: interval === "none" ? "" : formatInterval({ lower: inPercent(lower), upper: inPercent(upper) }, digits),
  };
}

/** A cost with its interval. */
export function costEstimate(
  { value, lower, upper, interval }: Estimate,
  digits: number = costDigits([value, lower, upper]),
): { readonly value: string; readonly interval: string } {
  return {
    value: formatNumber(value, digits),
    interval: interval === "none" ? "" : formatInterval({ lower, upper }, digits),
  };
}

/** What a threshold is compared with. */
export function scoreText(on: DecisionScore): string {
  return on === "positive" ? "probability" : "confidence";
}

/** Which rows are reviewed before their score is looked at; undefined where none is. */
export function demandWords({ rule, inDistribution }: PolicyDocument): string | undefined {
  const demand = rule.inDistribution;
  if (demand === undefined) return undefined;
  const share = inDistribution === undefined ? "" : `, ${formatPercent(inDistribution.outside.value)} of rows`;
  return `Reviewed first: rows unlike the training data (${demand.column} of ${shareText(demand.level)} or less${share}), whatever their score.`;
}

/** When each decision is made, in the order act, review, abstain. */
export interface RuleWords {
  readonly decision: Decision;
  readonly when: string;
}

/** Thresholds in words; a decision that is never made says so. */
export function thresholdWords({ act, abstain }: Thresholds, score: string): RuleWords[] {
  const from = act === null || act > 1 ? null : act;
  const below = abstain === null || abstain <= 0 ? null : from === null ? abstain : Math.min(abstain, from);
  const actWhen = from === null ? "never" : from <= 0 ? "always" : `${score} ≥ ${thresholdText(from)}`;
  const isAllLeft = below !== null && (below > 1 || below === from);
  const isNever = actWhen === "always" || isAllLeft;
  const reviewWhen = isNever ? "never" : from === null && below === null ? "always" : "otherwise";
  const abstainWhen =
    below === null || actWhen === "always"
      ? "never"
      : below > 1
        ? "always"
        : isAllLeft
          ? "otherwise"
          : `${score} < ${thresholdText(below)}`;
  return [
    { decision: "act", when: actWhen },
    { decision: "review", when: reviewWhen },
    { decision: "abstain", when: abstainWhen },
  ];
}

/** The rule of a policy in a sentence or, of thresholds, nothing: those are better listed. */
export function leastCostSentence({ rule, thresholds, classNames }: PolicyDocument): string {
  if (rule.kind !== "least-cost") return "";
  const { review, abstain } = rule.matrix;
  const also = [review === null ? "" : "review", abstain === null ? "" : "abstention"].filter((word) => word !== "");
  const choices = also.length === 0 ? "" : `, where ${also.join(" or ")} does not cost less`;
  const { act } = thresholds;
  const positive = classNames[1];
  const at =
    classNames.length === 2 && act !== null && positive !== undefined
      ? ` That is: as ${positive} where its probability is ≥ ${thresholdText(act)}${
          thresholds.abstain === null ? "" : `, as ${classNames[0]} where it is < ${thresholdText(thresholds.abstain)}`
        }.`
      : "";
  return `Each row is treated as the class with the lowest expected cost${choices}.${at}`;
}

/** How many more labels a certificate would take. */
export function missingLabelsText(missingLabels: number | null): string {
  return missingLabels === null
    ? ""
    : `about ${formatCount(missingLabels)} more ${missingLabels === 1 ? "label" : "labels"}`;
}
