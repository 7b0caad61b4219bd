import type { Spec } from "../../estimate.ts";
import { reliability } from "../../report/build-report.ts";
import type { Reliability } from "../../report/document.ts";
import { sortSample } from "../../report/pair-sample.ts";
import { sealCalibrator } from "../artefact/seal-calibrator.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { BinaryCalibrationData, CalibrationData, MulticlassCalibrationData } from "../calibration-data.ts";
import type { CalibratorDraft, OuterEvidence } from "../calibrator.ts";
import type { FitDocument } from "../fit-document.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import type { Candidate } from "./candidate.ts";
import { leaveAlone } from "./candidate-results.ts";
import { evidenceRows } from "./choose-among.ts";
import type { ChoiceRun, ChooseOptions } from "./choose-calibrator.ts";
import { fitScores, improvementOf, pairsOf, predictionsOf } from "./fit-scores.ts";
import { learningCurve } from "./learning-curve.ts";
import { outerPredictions } from "./outer-predictions.ts";
import { emptyEvidence, type RowEvidence } from "./row-evidence.ts";
import { type SegmentCorrections, segmentCorrections } from "./segment-corrections.ts";
import { hasCertainty } from "./select.ts";
import { fitVerdict } from "./sentences.ts";
import type { CalibrationTask } from "./task.ts";
import { provesNothing } from "./too-few.ts";
import { fitWarnings } from "./warnings.ts";

/** Options of `fitDocument`. */
export interface FitDocumentOptions extends ChooseOptions {
  /** Version of Candor, recorded in document and calibrator. */
  readonly version: string;
  /** Name of the data, recorded in the calibrator. */
  readonly name: string;
  /** When it is made: ISO 8601, or null. Default null. */
  readonly created?: string | null;
  readonly source: FitDocument["source"];
}

/** A fit document, and the predictions of held-out rows that its scores are of. */
export interface ProvenFit {
  readonly document: FitDocument;
  /** Positions in the data of the rows held out, ascending. */
  readonly rows: Uint32Array;
  /** rows.length × width probabilities of those rows by calibrators that had not seen them. */
  readonly heldOut: Float64Array;
}

/** What a document says of the rows behind it that it cannot see itself. */
export interface FitOrigin {
  /** Of all rows, see `dataFingerprint`. */
  readonly fingerprint: string;
  /** Added to the spec of the calibrator. */
  readonly spec: Readonly<Record<string, string | number | boolean>>;
  /** Added to the notes of the source. */
  readonly notes: readonly string[];
  /** Put before the other warnings. */
  readonly warnings: readonly string[];
}

/**
 * Proves what was chosen for one score per row, and seals it.
 *
 * @param data the rows that the choice was made of
 * @param originOf what to say of them, given the method in the end
 */
export function assembleBinary(
  data: BinaryCalibrationData,
  run: ChoiceRun<BinaryCalibrationData, BinaryMap>,
  options: FitDocumentOptions,
  originOf: (method: string) => FitOrigin,
): ProvenFit {
  return assemble(data, run, options, originOf, (map) => ({ map, kind: "binary" }));
}

/** `assembleBinary` for one score per class. */
export function assembleMulticlass(
  data: MulticlassCalibrationData,
  run: ChoiceRun<MulticlassCalibrationData, MulticlassMap>,
  options: FitDocumentOptions,
  originOf: (method: string) => FitOrigin,
): ProvenFit {
  return assemble(data, run, options, originOf, (map) => ({ map, kind: "multiclass" }));
}

function curveOf<Data extends CalibrationData, FittedMap>(
  { task, tried, chosen: { cross }, choice, plan, all }: ChoiceRun<Data, FittedMap>,
  candidate: Candidate<Data, FittedMap> | null,
  level: number,
  seed: number,
): FitDocument["learningCurve"] {
  if (candidate === null || candidate.method === "identity") return null;
  const c = tried.indexOf(candidate);
  const learner = { candidate, maps: cross.maps[c], own: cross.own[c] };
  return learningCurve(task, learner, choice.share, plan, { n: all.rows, level, seed });
}

type AnyMap =
  | { readonly kind: "binary"; readonly map: BinaryMap }
  | { readonly kind: "multiclass"; readonly map: MulticlassMap };

function assemble<Data extends CalibrationData, FittedMap>(
  data: CalibrationData,
  run: ChoiceRun<Data, FittedMap>,
  options: FitDocumentOptions,
  originOf: (method: string) => FitOrigin,
  tagged: (map: FittedMap) => AnyMap,
): ProvenFit {
  const { task, plan, tried, isForced, chosen, all } = run;
  const { n, size } = all;
  const { effectiveN } = size;
  const { version, name, created = null, source, seed = 0, level = 0.95 } = options;
  const outer = outerPredictions(task, tried, plan, chosen, isForced);
  const { rows } = outer;
  const held = task.subset(rows);
  const sample = evidenceRows(task.data, rows);
  const shown = improvementOf(chosen.cross.before, outer.evidence, sample, held.rows, level);
  const isRefused = !isForced && !isShown(shown) && !hasCertainty(chosen.cross.before, sample);
  const choice = isRefused ? leaveAlone(run.choice, task.identity) : run.choice;
  const isLeft = choice.share === 0;
  const from = originOf(choice.method);
  const scoresBefore = task.predict(task.identity, held);
  const before = fitScores(held, scoresBefore, chosen.cross.before, sample, level);
  const pooled = {
    predicted: isLeft ? scoresBefore : outer.after,
    evidence: isLeft ? chosen.cross.before : outer.evidence,
  };
  const segments = segmentCorrections(
    held,
    rows,
    { predicted: pooled.predicted, before: scoresBefore },
    task.data.segments,
    plan,
    level,
    task.data.groups?.codes,
  );
  const isCorrected = segments.binary !== null || segments.multiclass !== null;
  const { predicted, evidence } = isCorrected ? judged(task, held, rows, segments.predicted) : pooled;
  const after = isLeft && !isCorrected ? before : fitScores(held, predicted, evidence, sample, level);
  const improvement = improvementOf(chosen.cross.before, evidence, sample, before.logLoss.n, level);
  const pairsAfter = pairsOf(predictionsOf(held, predicted), held);
  const gaps = pairsAfter.probabilities.map((p, i) => p - pairsAfter.outcomes[i]);
  const verdict = fitVerdict({
    label: isCorrected
      ? isLeft
        ? "correction by segment"
        : `${choice.label} with corrections by segment`
      : choice.label,
    weight: isCorrected ? 1 : choice.share,
    before,
    after,
    improvement,
    isTiny: provesNothing(task.data, size),
  });
  const candidate = isLeft ? null : chosen.candidate;
  const curve = curveOf(run, candidate, level, seed);
  const evidenceOf: OuterEvidence = {
    before: { logLoss: before.logLoss, brier: before.brier, ece: before.ece },
    after: { logLoss: after.logLoss, brier: after.brier, ece: after.ece },
    improvement,
  };
  const spec: Spec = {
    metric: "calibrator",
    method: choice.method,
    asked: options.method ?? "auto",
    score: "log-loss",
    scheme: plan.scheme,
    folds: plan.folds,
    seed,
    rowsForChoice: task.data.rows,
    ...options.methodOptions,
    ...from.spec,
  };
  const shared = {
    schema: "candor.calibrator/1" as const,
    version,
    method: choice.method,
    parameters: choice.parameters,
    certificate: choice.certificate,
    n,
    effectiveN,
    created,
    spec,
    data: { name, fingerprint: from.fingerprint },
    evidence: evidenceOf,
    classNames: data.classNames,
  };
  const document: FitDocument = {
    schema: "candor.fit/1",
    version,
    scoreKind: data.scoreKind,
    source: { ...source, notes: [...source.notes, ...from.notes] },
    n,
    effectiveN,
    classNames: data.classNames,
    method: choice.method,
    label: choice.label,
    reason: choice.reason,
    verdict,
    before,
    after,
    improvement,
    candidates: choice.candidates,
    parameters: choice.parameters,
    validation: choice.validation,
    learningCurve: curve,
    segments: segments.results,
    audit: segments.audit,
    reliability: {
      before: diagram(held, scoresBefore, level),
      after: diagram(held, predicted, level),
    },
    warnings: [...from.warnings, ...choice.notes, ...fitWarnings(task.data, size, { rows, gaps })],
    calibrator: sealCalibrator(draftOf(data, tagged(choice.map), segments, shared)),
  };
  const { origin } = run;
  return { document, rows: origin ? rows.map((row) => origin[row]) : rows, heldOut: predicted };
}

function judged<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  held: Data,
  rows: Uint32Array,
  predicted: Float64Array,
): { readonly predicted: Float64Array; readonly evidence: RowEvidence } {
  const evidence = emptyEvidence(task.data.rows);
  task.judge(predicted, held, rows, evidence);
  return { predicted, evidence };
}

function isShown({ logLoss, brier }: FitDocument["improvement"]): boolean {
  return logLoss.value > 0 && brier.value >= 0;
}

function diagram(data: CalibrationData, probabilities: Float64Array, level: number): Reliability {
  const axis = data.scoreKind === "probability" ? "probability" : "confidence";
  return reliability(sortSample(pairsOf(predictionsOf(data, probabilities), data)), axis, level);
}

function draftOf(
  data: CalibrationData,
  fitted: AnyMap,
  segments: SegmentCorrections,
  shared: Omit<CalibratorDraft, "scoreKind" | "map" | "segments" | "clip">,
): CalibratorDraft {
  if (fitted.kind === "multiclass" && "labels" in data)
    return { ...shared, scoreKind: data.scoreKind, clip: data.clip, map: fitted.map, segments: segments.multiclass };
  if (fitted.kind === "binary" && !("labels" in data))
    return { ...shared, scoreKind: data.scoreKind, map: fitted.map, segments: segments.binary };
  throw new Error("a map of one kind and data of another");
}
