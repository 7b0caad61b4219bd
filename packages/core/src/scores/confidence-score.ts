import type { Estimate } from "../estimate.ts";
import { type ScoreChoice, scoreChoiceText, scoreMember } from "./score-choice.ts";
import { scoreMapFormulas } from "./score-family.ts";

/** Which score of the family a confidence is. */
export interface ConfidenceScore {
  /** As `--confidence-from` reads it: `energy`, `within:5`. */
  readonly name: string;
  readonly title: string;
  /** False where nothing but its order means anything before it is calibrated. */
  readonly isProbability: boolean;
  readonly formula: string;
  /** How it became a number in [0, 1], with x the score; `x` where it is one. */
  readonly map: string;
  /** Classes of the outputs, null for forecasts. */
  readonly classes: number | null;
}

/** What a report says of the score that it is on. */
export function confidenceScore(choice: ScoreChoice, classes: number | null): ConfidenceScore {
  const { title, isProbability, formula, map } = scoreMember(choice.name);
  return { name: scoreChoiceText(choice), title, isProbability, formula, map: scoreMapFormulas[map], classes };
}

/** The first sentence of a report on a score that is no probability. */
export function scoreSentence({ name }: ConfidenceScore, auroc: Estimate | null): string {
  const number = (x: number): string => x.toFixed(3);
  const ranking =
    auroc === null
      ? ""
      : ` Its ranking does: AUROC of right against wrong ${number(auroc.value)} (${number(auroc.lower)} to ${number(auroc.upper)}).`;
  return `${capital(name)} is a score, not a probability: fit a calibrator (candor fit --confidence-from ${name}) before a number of it means anything.${ranking}`;
}

/** The note beside figures that read such a score as a probability. */
export function scoreNote({ name, map, formula }: ConfidenceScore): string {
  return `the confidence is ${name}, ${formula}, taken into [0, 1] by ${map}; its order is what counts, and figures of calibration before a fit are those of reading it as a probability`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
