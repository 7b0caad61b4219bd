import type { Estimate } from "../../estimate.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { CandidateResult } from "../fit-document.ts";
import type { Candidate } from "./candidate.ts";
import { type ChosenMap, evidenceRows } from "./choose-among.ts";
import type { Choice } from "./choose-calibrator.ts";
import { type FoldPlan, rowsWhere } from "./cross-fit.ts";
import { type MeanAndError, pairedEstimate, pairedMean } from "./paired-mean.ts";
import { rowLogLoss } from "./row-evidence.ts";
import type { CalibrationTask } from "./task.ts";

/** The label of identity. */
export const LEFT_ALONE = "scores as they are";

/** Every candidate, identity first, with its cross-validated log loss and why it was or was not chosen. */
export function candidateResults<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  candidates: readonly Candidate<Data, FittedMap>[],
  tried: readonly Candidate<Data, FittedMap>[],
  plan: FoldPlan,
  chosen: ChosenMap<Data, FittedMap>,
  level: number,
): CandidateResult[] {
  const { cross, selection, refusals } = chosen;
  const sample = evidenceRows(
    task.data,
    rowsWhere(plan, (fold) => plan.scheme !== "time" || fold > 0),
  );
  const n = sample.rows.length;
  const { before } = cross;
  const beforeLoss = pairedMean((row) => rowLogLoss(before.truth[row]), sample).mean;
  const lowest = Math.min(beforeLoss, ...selection.evidence.map((e) => e?.logLoss ?? Infinity));
  const best = lowest === beforeLoss ? before : (cross.held[selection.best] ?? before);
  const excess = (mean: MeanAndError): Estimate =>
    pairedEstimate(
      mean,
      n,
      { metric: "excess-log-loss", against: "best candidate", validation: "cross-validated" },
      { level },
    );
  const bestTruth = best.truth;
  const excessOf = (truth: Float64Array): Estimate =>
    excess(pairedMean((row) => rowLogLoss(truth[row]) - rowLogLoss(bestTruth[row]), sample));
  const identity: CandidateResult = {
    method: "identity",
    label: LEFT_ALONE,
    complexity: 0,
    excessLogLoss: excessOf(before.truth),
    logLoss: beforeLoss,
    chosen: chosen.candidate === null || chosen.candidate.method === "identity",
    reason: chosen.candidate === null ? "nothing tried was better" : "the scores before, for comparison",
  };
  const others = candidates
    .filter((candidate) => candidate.method !== "identity")
    .map((candidate): CandidateResult => {
      const { method, label } = candidate;
      const t = tried.indexOf(candidate);
      const refusal = t < 0 ? candidate.tooFew(task.size) : refusals[t];
      const held = t < 0 ? null : cross.held[t];
      const isChosen = candidate === chosen.candidate;
      if (refusal !== null || !held) {
        const reason = t < 0 ? `not tried: ${refusal}` : `could not be fitted: ${refusal}`;
        return { method, label, complexity: 0, excessLogLoss: null, logLoss: null, chosen: false, reason };
      }
      const estimate = excessOf(held.truth);
      const logLoss = pairedMean((row) => rowLogLoss(held.truth[row]), sample).mean;
      const complexity = isChosen && chosen.fit ? chosen.fit.complexity : cross.complexities[t];
      const reason = isChosen ? chosenBecause(chosen, t) : passedOver(chosen, t, estimate);
      return { method, label, complexity, excessLogLoss: estimate, logLoss, chosen: isChosen, reason };
    });
  return [identity, ...others];
}

/** Why the chosen method was chosen, as a sentence. */
export function choiceReason<Data extends CalibrationData, FittedMap>(
  chosen: ChosenMap<Data, FittedMap>,
  tried: readonly Candidate<Data, FittedMap>[],
  isForced: boolean,
): string {
  const { candidate, weight } = chosen;
  if (isForced) return "It was asked for by name.";
  if (candidate === null)
    return tried.length === 0
      ? "Too few rows to try any method."
      : "No method had a lower cross-validated log loss than the scores as they are.";
  const because = chosenBecause(chosen, tried.indexOf(candidate));
  const blend =
    weight < 1
      ? ` It is blended with the scores as they are, ${Math.round(100 * weight)} to ${100 - Math.round(100 * weight)}, as far as the evidence goes.`
      : "";
  return `${because.slice(0, 1).toUpperCase()}${because.slice(1)}.${blend}`;
}

/** The choice, revoked: held-out rows did not show that it helps. */
export function leaveAlone<FittedMap>(choice: Choice<FittedMap>, identity: FittedMap): Choice<FittedMap> {
  const because = "the choice repeated without each fold did not improve that fold";
  return {
    ...choice,
    method: "identity",
    label: LEFT_ALONE,
    reason:
      "What looked better in cross-validation, alone or blended with the scores, did not improve the scores on rows held out from the whole choice.",
    map: identity,
    share: 0,
    parameters: {},
    certificate: null,
    notes: [],
    candidates: choice.candidates.map((candidate) => {
      if (candidate.method === "identity") return { ...candidate, chosen: true, reason: because };
      return candidate.chosen
        ? { ...candidate, chosen: false, reason: `${candidate.reason}; but ${because}` }
        : candidate;
    }),
  };
}

function chosenBecause<Data extends CalibrationData, FittedMap>(
  { selection: { best } }: ChosenMap<Data, FittedMap>,
  t: number,
): string {
  return t === best
    ? "lowest cross-validated log loss, and nothing simpler is within one standard error"
    : "the simplest within one standard error of the lowest cross-validated log loss";
}

function passedOver<Data extends CalibrationData, FittedMap>(
  { selection, candidate }: ChosenMap<Data, FittedMap>,
  t: number,
  excess: Estimate,
): string {
  const evidence = selection.evidence[t];
  if (candidate === null) return "no better than the scores as they are";
  if (t === selection.best) return "lowest log loss, but a simpler one is within one standard error";
  if (evidence && evidence.excess.mean <= evidence.excess.error)
    return "within one standard error of the lowest log loss, but less simple than the one chosen";
  const size = excess.value >= 0.0001 ? excess.value.toFixed(4) : excess.value.toPrecision(1);
  return `its log loss is ${size} above the lowest`;
}
