import type { Task } from "@candor/core";
import { BadInput } from "./bad-input.ts";
import type { InputOptions } from "./input-options.ts";
import { chosenScore, conflictWithScore, type ScoreNeed, scoreNeed } from "./score-need.ts";

/** Why the flags cannot go with each other, if they cannot. */
export function conflictOfFlags(options: InputOptions): string | undefined {
  const given = (["score", "probs", "logits", "confidence"] as const).filter((flag) => options[flag] !== undefined);
  if (given.length > 1) return `${given.map((flag) => `--${flag}`).join(" and ")} exclude each other`;
  if (options.label !== undefined && options.labels !== undefined && options.label !== options.labels)
    return "--label and --labels name different columns, expected one of them";
  const scored = chosenScore(options);
  const unfit = scored && conflictWithScore(scored, options);
  if (unfit !== undefined) return unfit;
  const truth = options.label ?? options.labels;
  if (truth !== undefined && options.correct !== undefined) return "--label and --correct exclude each other";
  return undefined;
}

/**
 * The task the flags decide, if they do.
 *
 * @throws {BadInput} when they are those of different tasks
 */
export function flaggedTask(options: InputOptions): Task | undefined {
  if (options.task === "regression")
    throw new BadInput("--task regression: forecasts of numbers cannot be read here, expected scores of classes");
  const { task, score, probs, logits, confidence, correct, positive } = options;
  const need = neededBy(options);
  const told =
    need === "one logit" || score !== undefined
      ? "binary"
      : need === "class logits" || probs !== undefined || logits !== undefined
        ? "multiclass"
        : confidence !== undefined || correct !== undefined
          ? "confidence"
          : undefined;
  if (told !== undefined && task !== undefined && told !== task)
    throw new BadInput(`the flags are those of a ${told} task, expected ${task} as --task says`);
  if (positive !== undefined && (told ?? task ?? "binary") !== "binary")
    throw new BadInput(`--positive belongs to --score, expected no --positive with a ${told ?? task} task`);
  return told ?? task;
}

/** What `--confidence-from` has to be computed from; undefined without it. */
export function neededBy(options: InputOptions): ScoreNeed | undefined {
  const scored = chosenScore(options);
  return scored && scoreNeed(scored);
}
