import { type Command, InvalidArgumentError, Option } from "commander";
import { parseByHand, parseCost, parsePositive, parseShare, parseThresholds } from "./policy-numbers.ts";

/** What `addObjectiveFlags` reads. */
export interface ObjectiveFlags {
  readonly costError?: number;
  readonly costReview?: number;
  readonly costAbstain?: number;
  readonly costMissed?: number;
  readonly reviewError?: number;
  readonly costs?: string;
  readonly capacity?: number;
  readonly reviewers?: number;
  readonly reviewsPerReviewer?: number;
  readonly volume?: number;
  readonly period?: string;
  readonly maxError?: number;
  readonly sure?: number;
  readonly minCoverage?: number;
  readonly precision?: number;
  readonly recall?: number;
  readonly fBeta?: number;
  readonly coverage?: number;
  readonly thresholds?: readonly number[];
  readonly actOn?: "prediction" | "positive";
  readonly below?: "review" | "abstain";
  readonly current?: readonly [act: number, abstain: number | undefined];
  readonly thresholdsPerSegment?: boolean;
}

function parsePeriod(text: string): string {
  const period = text.trim();
  if (!/^[\p{L}\p{N} -]{1,30}$/u.test(period)) throw new InvalidArgumentError("expected a word such as day or week");
  return period;
}

/** Adds the flags that say what a policy is for. */
export function addObjectiveFlags(command: Command): Command {
  return command
    .optionsGroup("From costs, in any unit:")
    .option("--cost-error <cost>", "of acting on a wrong prediction", parseCost)
    .option("--cost-review <cost>", "of having a row reviewed", parseCost)
    .option("--cost-abstain <cost>", "of doing nothing with a row", parseCost)
    .option("--cost-missed <cost>", "of doing nothing where the prediction was right", parseCost)
    .option("--review-error <share>", "share of reviews that end wrong", parseShare("closed", "0.02"))
    .option("--costs <file>", "costs or a cost matrix: CSV, JSON, or the JSON itself")
    .optionsGroup("From the capacity to review:")
    .option("--capacity <count>", "reviews per period, with --volume", parseCost)
    .option("--volume <count>", "predictions per period", parsePositive("5000"))
    .option("--period <name>", "what the period is called (default: day)", parsePeriod)
    .option("--reviewers <count>", "instead of --capacity: people who review", parsePositive("3"))
    .option("--reviews-per-reviewer <count>", "what each of them reviews per period", parsePositive("40"))
    .optionsGroup("From a target:")
    .option("--max-error <share>", "most errors among rows acted on, proven", parseShare("open", "0.02"))
    .option("--sure <share>", "how sure of it to be (default: 0.95)", parseShare("open", "0.95"))
    .option("--min-coverage <share>", "act on at least this share of rows", parseShare("closed", "0.2"))
    .option("--precision <share>", "share right among rows acted on", parseShare("positive", "0.95"))
    .option("--recall <share>", "share of the positives acted on", parseShare("positive", "0.9"))
    .option("--f-beta <beta>", "largest F-beta: 1 weighs recall as precision", parsePositive("1"))
    .option("--coverage <share>", "act on this share of rows", parseShare("positive", "0.8"))
    .optionsGroup("By hand:")
    .option("--thresholds <low,high>", "abstain below the one, act from the other; or one to act from", parseByHand)
    .optionsGroup("How to decide:")
    .addOption(
      new Option("--act-on <what>", "act on a sure prediction, or on a likely positive").choices([
        "prediction",
        "positive",
      ]),
    )
    .addOption(
      new Option("--below <decision>", "what becomes of rows below the threshold").choices(["review", "abstain"]),
    )
    .option("--current <threshold>", "in use today, to compare with; or act,abstain", parseThresholds)
    .option("--thresholds-per-segment", "with --max-error and --by: one threshold for each");
}
