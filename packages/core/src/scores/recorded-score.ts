import { sealCalibrator } from "../calibration/artefact/seal-calibrator.ts";
import type { Calibrator } from "../calibration/calibrator.ts";
import { parseScoreChoice, type ScoreChoice, scoreChoiceText } from "./score-choice.ts";

/** What the rows are that a score is computed from. */
export type ScoredOutputs = "classes" | "probability" | "forecast";

/** Which score of the family a calibrator is of, as it is recorded in its spec. */
export interface RecordedScore {
  readonly choice: ScoreChoice;
  readonly outputs: ScoredOutputs;
  /** Classes of the outputs; null for forecasts. */
  readonly classes: number | null;
}

/** The calibrator with the score that it is of: whoever applies it computes that score. */
export function recordScore({ fingerprint: _, ...calibrator }: Calibrator, score: RecordedScore): Calibrator {
  const { choice, outputs, classes } = score;
  const spec = {
    ...calibrator.spec,
    confidenceFrom: scoreChoiceText(choice),
    confidenceOutputs: outputs,
    ...(classes === null ? {} : { confidenceClasses: classes }),
  };
  return sealCalibrator({ ...calibrator, spec });
}

/**
 * The score that a calibrator is of; undefined where it records none.
 *
 * @throws {InputError} `unknown-option`, `out-of-range` for a score that this version does not know
 */
export function recordedScore({ spec }: Pick<Calibrator, "spec">): RecordedScore | undefined {
  const name = spec["confidenceFrom"];
  if (typeof name !== "string") return undefined;
  const outputs = spec["confidenceOutputs"];
  const classes = spec["confidenceClasses"];
  return {
    choice: parseScoreChoice(name),
    outputs: outputs === "probability" || outputs === "forecast" ? outputs : "classes",
    classes: typeof classes === "number" ? classes : null,
  };
}
