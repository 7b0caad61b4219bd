import { InputError } from "../errors.ts";
import type { Capacity, Costs, DecisionScore, ExpectedOutcome, PolicyDocument, Thresholds } from "./policy.ts";
import { costText, countText, percent, scoreName, scoreText } from "./words.ts";

/** What is said of every policy whose thresholds were set by hand. */
export const BY_HAND: string =
  "The thresholds were set by hand, perhaps after looking at these outcomes: no bound on their errors is certified. " +
  "What they lead to is estimated on the same outcomes; check it on later ones.";

/**
 * Lets thresholds pass that a person may set.
 *
 * @throws {InputError} `out-of-range` for a threshold outside [0, 1]; `incompatible` where abstaining ends above acting
 */
export function checkByHand({ act, abstain }: Thresholds): void {
  for (const [name, value] of [
    ["act", act],
    ["abstain", abstain],
  ] as const)
    if (value !== null && !(value >= 0 && value <= 1))
      throw new InputError("out-of-range", `the threshold to ${name} must be in [0, 1], got ${value}`);
  if (act !== null && abstain !== null && abstain > act)
    throw new InputError(
      "incompatible",
      `the threshold to abstain must not be above that to act, got ${abstain} and ${act}`,
    );
}

/**
 * Lets costs pass that have a price for everything that thresholds do.
 *
 * @throws {InputError} `incompatible`
 */
export function checkPriced(costs: Costs, { reviewVolume, abstention }: ExpectedOutcome): void {
  if (reviewVolume.value > 0 && costs.review === null)
    throw new InputError("incompatible", "these thresholds review rows: give the cost of a review");
  if (abstention.value > 0 && costs.abstain === null)
    throw new InputError("incompatible", "these thresholds abstain from rows: give the cost of abstaining");
}

function ruleText({ act, abstain }: Thresholds, score: string): string {
  const parts: string[] = [];
  const reviews = act === null ? abstain === null || abstain < 1 : act > (abstain ?? 0);
  if (act === 0) parts.push("act on every row");
  else if (act !== null) parts.push(`act on ${score} of ${scoreText(act)} or more`);
  if (reviews)
    parts.push(
      abstain === null || abstain === 0
        ? act === null
          ? "review every row"
          : "review the rest"
        : act === null
          ? `review ${score} of ${scoreText(abstain)} or more`
          : `review from ${scoreText(abstain)}`,
    );
  if (abstain !== null && abstain > 0) parts.push("abstain below");
  return parts.length < 3 ? parts.join(" and ") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** What thresholds set by hand do, and what that leads to. */
export function byHandVerdict(
  thresholds: Thresholds,
  capacity: Capacity | null,
  {
    on,
    positive,
    expected,
  }: { readonly on: DecisionScore; readonly positive: string | undefined; readonly expected: ExpectedOutcome },
): PolicyDocument["verdict"] {
  const { coverage, error, cost, reviewVolume } = expected;
  const rule = ruleText(thresholds, scoreName(on, positive));
  const parts = [`${percent(coverage.value)} acted on`];
  if (error !== null)
    parts.push(`${percent(error.value)} of these wrong (${percent(error.lower)} to ${percent(error.upper)})`);
  if (capacity !== null)
    parts.push(
      `${countText(Math.round(reviewVolume.value * capacity.volume))} of ${countText(capacity.reviews)} possible reviews a ${capacity.period}`,
    );
  if (cost !== null) parts.push(`expected cost ${costText(cost.value)} a row`);
  const sentence = `By hand, ${rule}: ${parts.join(", ")}; no bound is certified.`;
  return { status: "ready", sentence };
}
