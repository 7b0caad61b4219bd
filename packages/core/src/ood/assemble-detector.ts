import { countText, percent } from "../decisions/words.ts";
import type { Spec } from "../estimate.ts";
import type { Matrix } from "../matrix.ts";
import { storedArray } from "./array.ts";
import { sealOodDetector } from "./artefact/seal-ood-detector.ts";
import type { CheckedRows } from "./check-training.ts";
import { oodDataFingerprint } from "./data-fingerprint.ts";
import type {
  LinearHead,
  OodDetector,
  OodDetectorDraft,
  OodEvidence,
  OodLogistic,
  OodMethod,
  OodSum,
} from "./detector.ts";
import { oodKinds } from "./detectors/kinds.ts";
import { type MethodPart, storedPart, type TrainingRows } from "./fit-part.ts";
import { oodScores } from "./ood-scores.ts";
import type { Given } from "./reads.ts";
import type { HeldOutScores } from "./standardise.ts";
import type { OodFitOptions } from "./training.ts";

/** What a fit came to. */
export interface Fitted {
  readonly training: TrainingRows;
  readonly given: Given;
  readonly options: OodFitOptions;
  readonly method: OodMethod;
  readonly parts: readonly MethodPart[];
  readonly combination: OodSum | OodLogistic | null;
  readonly notes: readonly string[];
  readonly calibration: CheckedRows | undefined;
  readonly scaledBy?: HeldOutScores;
}

/**
 * The sealed detector, with the scores of its calibration rows.
 *
 * @throws {InputError} for scores beyond the range of a double
 */
export function assembleDetector(fitted: Fitted): OodDetector {
  const { training, given, options, method, parts, combination, calibration } = fitted;
  const { name = "training rows", version = "library", created = null } = options;
  const { logits, probabilities, features, labels } = given;
  const { reads } = training;
  const used: OodEvidence = {
    ...(reads.logits === "given" && logits !== undefined && { logits }),
    ...(reads.probabilities === "given" && probabilities !== undefined && { probabilities }),
    ...(reads.features === "given" && features !== undefined && { features }),
  };
  const needsLabels = parts.some((part) => oodKinds[part.method].needs.includes("labels"));
  const notes = [
    ...(needsLabels && labels === undefined
      ? ["There are no labels: the predicted class of each training row took their place."]
      : []),
    ...new Set(parts.flatMap((part) => part.notes)),
    ...fitted.notes,
    ...pValueNotes(calibration?.count),
  ];
  const needsHead = reads.logits === "head" || parts.some((part) => oodKinds[part.method].needs.includes("head"));
  const draft: OodDetectorDraft = {
    schema: "candor.ood-detector/1",
    version,
    created,
    method,
    spec: specOf(method, parts, fitted.scaledBy, combination),
    reads,
    head: needsHead && training.head !== null ? storedHead(training.head) : null,
    parts: parts.map(storedPart),
    combination,
    n: training.count,
    data: { name, fingerprint: oodDataFingerprint(used, needsLabels ? labels : undefined) },
    calibration: null,
    notes,
  };
  if (calibration === undefined) return sealOodDetector(draft);
  const scores = Array.from(oodScores({ ...draft, fingerprint: "" }, calibration.evidence).sort());
  return sealOodDetector({ ...draft, calibration: { n: scores.length, scores } });
}

/** Held-out rows below which no row can have a p-value of 5 % or less. */
const FEWEST_HELD_OUT = 19;

function pValueNotes(heldOut: number | undefined): string[] {
  if (heldOut === undefined) return ["There are no held-out rows, so scores have no p-values."];
  if (heldOut >= FEWEST_HELD_OUT) return [];
  return [
    `With ${countText(heldOut)} held-out ${heldOut === 1 ? "row" : "rows"} no p-value is below ${percent(1 / (heldOut + 1))}: ${FEWEST_HELD_OUT} are needed to call a row outside at 5 %.`,
  ];
}

function storedHead({ weights, bias }: LinearHead): OodDetector["head"] {
  const biases: Matrix = { data: bias, rows: 1, cols: bias.length };
  return { weights: storedArray(weights), bias: storedArray(biases) };
}

function specOf(
  method: OodMethod,
  parts: readonly MethodPart[],
  scaledBy: HeldOutScores | undefined,
  combination: OodSum | OodLogistic | null,
): Spec {
  const settings = Object.assign({}, ...parts.map((part) => part.settings));
  return {
    metric: "ood-score",
    method,
    ...(method !== parts[0].method && { parts: parts.map((part) => part.method).join(" + ") }),
    ...settings,
    ...(scaledBy !== undefined && { scaledBy: scaledBy.from, scaleRows: scaledBy.rows }),
    ...(combination?.kind === "logistic" && { ridge: combination.ridge, outliers: combination.outliers }),
  };
}
