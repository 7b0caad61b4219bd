import type { FitDocument } from "../calibration/fit-document.ts";
import { type ConfidenceScore, scoreNote } from "./confidence-score.ts";
import { type RecordedScore, recordScore } from "./recorded-score.ts";
import { parseScoreChoice } from "./score-choice.ts";

/**
 * The fit of a confidence that is a score of the family: its calibrator records which one, and where the score is no
 * probability the first sentence says what it has become, instead of how much better it is than reading it as one.
 */
export function fitOnScore(
  document: FitDocument,
  score: ConfidenceScore,
  outputs: RecordedScore["outputs"],
): FitDocument {
  const { name, classes, isProbability } = score;
  const calibrator = recordScore(document.calibrator, { choice: parseScoreChoice(name), outputs, classes });
  if (isProbability) return { ...document, calibrator };
  const { source, verdict, after, label } = document;
  const isMade = verdict.status === "improved" || verdict.status === "likely-improved";
  const quality = `log loss ${after.logLoss.value.toFixed(3)}, calibration error ${after.ece.value.toFixed(3)} on rows held out`;
  const made = `${label.charAt(0).toUpperCase()}${label.slice(1)} makes a probability of ${name}: ${quality}.`;
  const left = `${name} is a score, not a probability, and no calibrator was shown to make it one: do not read it as one. ${verdict.sentence}`;
  return {
    ...document,
    calibrator,
    source: { ...source, notes: [scoreNote(score), ...source.notes] },
    verdict: { ...verdict, sentence: isMade ? made : left },
  };
}
