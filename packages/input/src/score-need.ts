import { InputError, isForecastScore, parseScoreChoice, type ScoreChoice, scoreFamily } from "@candor/core";
import { BadInput } from "./bad-input.ts";
import type { InputOptions } from "./input-options.ts";
import { nearestName } from "./show.ts";

const names = scoreFamily.map(({ name }) => name);

/** What `--confidence-from` has to be computed from. */
export type ScoreNeed = "class values" | "class logits" | "one logit" | "forecasts";

/**
 * The score that `--confidence-from` names; undefined without it.
 *
 * @throws {BadInput} for a name that is none, or a tolerance that is missing
 */
export function chosenScore({ confidenceFrom }: Pick<InputOptions, "confidenceFrom">): ScoreChoice | undefined {
  if (confidenceFrom === undefined) return undefined;
  try {
    return parseScoreChoice(confidenceFrom);
  } catch (cause) {
    if (InputError.is(cause)) {
      const near = cause.code === "unknown-option" ? nearestName(confidenceFrom, names) : undefined;
      const hint = near === undefined ? undefined : `did you mean ${near}?`;
      throw new BadInput(`--confidence-from: ${cause.message}`, { hint, cause });
    }
    throw cause;
  }
}

/** What a score has to be computed from. */
export function scoreNeed({ name }: ScoreChoice): ScoreNeed {
  if (isForecastScore(name)) return "forecasts";
  if (name === "sigmoid") return "one logit";
  return name === "energy" || name === "max-logit" ? "class logits" : "class values";
}

/** Why the flags cannot go with the score, if they cannot. */
export function conflictWithScore(choice: ScoreChoice, options: InputOptions): string | undefined {
  const need = scoreNeed(choice);
  const flags = ["confidence", "correct", "score", "probs"] as const;
  const given = flags.find((flag) => options[flag] !== undefined);
  if (given === "confidence" || given === "correct")
    return `--confidence-from ${choice.name} makes the confidence of a model's outputs, expected no --${given}`;
  if (given !== undefined && need === "class logits")
    return `${choice.name} needs logits, which probabilities cannot be turned back into: expected --logits, got --${given}`;
  if (given === "probs" && need === "one logit")
    return `${choice.name} needs the logit of the positive class in one column, expected --score, got --probs`;
  if (options.task === "confidence")
    return `--confidence-from ${choice.name} needs outputs of a model and its label, expected no --task confidence`;
  return undefined;
}
