import { InputError } from "../errors.ts";
import { type ForecastScoreName, type ScoreMember, type ScoreName, scoreFamily } from "./score-family.ts";

/** A score of the family, with the tolerance that scores of forecasts need. */
export interface ScoreChoice {
  readonly name: ScoreName;
  /** A forecast counts as right within this distance of what came, > 0 and in its unit; null for scores of classes. */
  readonly tolerance: number | null;
}

const ofForecasts: readonly ForecastScoreName[] = ["sd", "width", "within"];

/** Whether a score is one of forecasts of a number. */
export function isForecastScore(name: ScoreName): name is ForecastScoreName {
  return ofForecasts.some((known) => known === name);
}

/** The entry of the family. */
export function scoreMember(name: ScoreName): ScoreMember {
  const member = scoreFamily.find((known) => known.name === name);
  if (member === undefined) throw new InputError("unknown-option", `no score is called ${JSON.stringify(name)}`);
  return member;
}

/**
 * The choice that a text such as `energy` or `within:5` makes.
 *
 * @throws {InputError} `unknown-option` for another name, with all that there are; `out-of-range` for a tolerance that is
 *   missing, not above 0, or given to a score of classes
 */
export function parseScoreChoice(text: string): ScoreChoice {
  const [head = "", ...rest] = text.trim().split(":");
  const name = scoreFamily.find((member) => member.name === head.toLowerCase())?.name;
  if (name === undefined)
    throw new InputError(
      "unknown-option",
      `no score is called ${JSON.stringify(head)}, expected one of ${scoreFamily.map(shownName).join(", ")}`,
    );
  const given = rest.join(":").trim();
  if (!isForecastScore(name)) {
    if (rest.length === 0) return { name, tolerance: null };
    throw new InputError(
      "out-of-range",
      `${name} is a score of classes and has no tolerance, got ${JSON.stringify(text)}`,
    );
  }
  const tolerance = given === "" ? Number.NaN : Number(given);
  if (!(tolerance > 0 && tolerance < Infinity))
    throw new InputError(
      "out-of-range",
      `${name} needs a tolerance above 0 in the unit of the forecast, such as ${name}:5 (a forecast that is off by no more is right), got ${JSON.stringify(text)}`,
    );
  return { name, tolerance };
}

/** The text that `parseScoreChoice` reads. */
export function scoreChoiceText({ name, tolerance }: ScoreChoice): string {
  return tolerance === null ? name : `${name}:${tolerance}`;
}

function shownName({ name }: ScoreMember): string {
  return isForecastScore(name) ? `${name}:TOL` : name;
}
