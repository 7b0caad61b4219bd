import type { ReportDocument } from "../report/document.ts";
import { type ConfidenceScore, scoreNote, scoreSentence } from "./confidence-score.ts";

/**
 * The report on a confidence that is a score of the family. Where the score is no probability, the report says so first, in
 * place of a verdict on its calibration, and in a note beside the figures that read it as one.
 */
export function reportOnScore(document: ReportDocument, score: ConfidenceScore): ReportDocument {
  if (score.isProbability) return { ...document, score };
  const { source, metrics } = document;
  return {
    ...document,
    score,
    source: { ...source, notes: [scoreNote(score), ...source.notes] },
    verdict: { status: "not-a-probability", sentence: scoreSentence(score, metrics.auroc) },
  };
}
