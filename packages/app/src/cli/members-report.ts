import {
  type EnsembleCalibrator,
  ensembleReport,
  forecastEnsembleReport,
  type MemberForecasts,
  type Members,
  type Predictions,
  type RegressionPredictions,
  type RegressionReport,
  type ReportDocument,
  selectMemberRows,
  temperedMembers,
} from "@candor/core";
import { BadInput } from "@candor/input";
import type { FileContext, LoadedMembers } from "../input/index.ts";
import { calibratedMean, ensembleNote } from "./members-calibrator.ts";

/** Watches the reading of members and makes their part of the report. */
export interface MemberReporter {
  /** What to read with. */
  readonly hooks: Pick<FileContext, "onMembers" | "onScreened">;
  /** The report with the part on members, and their uncertainty row by row. */
  into(document: ReportDocument, predictions: Predictions): ReportDocument;
  intoForecasts(document: RegressionReport, predictions: RegressionPredictions): RegressionReport;
  /** What the rows that were kept say; complete once the file is read. */
  kept(): KeptMembers;
}

/** Members of the rows that a report is on. */
export interface KeptMembers {
  readonly loaded: LoadedMembers;
  /** As given, or as the calibrator of members holds them; undefined where all count alike. */
  readonly memberWeights: Float64Array | undefined;
  /** As the report splits their uncertainty: tempered, where a calibrator of members was applied. */
  readonly members: Members | undefined;
  readonly forecasts: MemberForecasts | undefined;
  /** Rows of the file, counted from 1. */
  readonly rowNumbers: Int32Array;
}

/**
 * Makes the part of a report on members.
 *
 * @param calibrator of members, applied before they are averaged
 */
export function memberReporter(calibrator: EnsembleCalibrator | undefined, level: number): MemberReporter {
  let loaded: LoadedMembers | undefined;
  const numbers: number[] = [];
  let before = 0;
  let known: KeptMembers | undefined;
  const hooks: MemberReporter["hooks"] = {
    onMembers(members) {
      loaded = members;
      return calibrator && calibratedMean(calibrator, members);
    },
    onScreened(keep, rows) {
      if (keep === undefined) for (let i = 0; i < rows; i++) numbers.push(before + i + 1);
      else for (const i of keep) numbers.push(before + i + 1);
      before += rows;
    },
  };
  const kept = (): KeptMembers => {
    if (loaded === undefined) throw new TypeError("no members were read");
    known ??= keptMembers(loaded, Int32Array.from(numbers), calibrator);
    return known;
  };
  const optionsFor = ({ loaded: { names }, memberWeights, rowNumbers }: KeptMembers) => ({
    memberNames: names,
    rowNumbers,
    level,
    ...(memberWeights ? { memberWeights } : {}),
  });
  return {
    hooks,
    kept,
    into(document, predictions) {
      const found = kept();
      if (found.members === undefined) throw new TypeError("these members forecast numbers");
      const ensemble = ensembleReport(found.members, predictions, {
        ...optionsFor(found),
        areCalibrated: calibrator !== undefined,
      });
      const { source } = document;
      const notes = calibrator ? [ensembleNote(calibrator), ...source.notes] : source.notes;
      return { ...document, source: { ...source, notes }, ensemble };
    },
    intoForecasts(document, predictions) {
      const found = kept();
      if (found.forecasts === undefined) throw new TypeError("these members give probabilities");
      return { ...document, ensemble: forecastEnsembleReport(found.forecasts, predictions, optionsFor(found)) };
    },
  };
}

function keptMembers(
  loaded: LoadedMembers,
  rowNumbers: Int32Array,
  calibrator: EnsembleCalibrator | undefined,
): KeptMembers {
  const isWhole = rowNumbers.length === loaded.rows;
  if (rowNumbers.some((row) => row > loaded.rows)) throw new BadInput("the members have fewer rows than the labels");
  const picked = rowNumbers.map((row) => row - 1);
  const memberWeights = calibrator?.memberWeights ? Float64Array.from(calibrator.memberWeights) : loaded.memberWeights;
  if (loaded.kind === "classes") {
    const chosen = isWhole ? loaded.members : selectMemberRows(loaded.members, picked);
    const members = calibrator ? temperedMembers(chosen, calibrator.temperatures) : chosen;
    return { loaded, memberWeights, members, forecasts: undefined, rowNumbers };
  }
  const { forecasts } = loaded;
  const pick = (values: Float64Array): Float64Array => {
    const out = new Float64Array(forecasts.members * picked.length);
    for (let m = 0; m < forecasts.members; m++)
      picked.forEach((row, j) => {
        out[m * picked.length + j] = values[m * forecasts.rows + row]!;
      });
    return out;
  };
  const chosen = isWhole
    ? forecasts
    : {
        means: pick(forecasts.means),
        members: forecasts.members,
        rows: picked.length,
        ...(forecasts.sigmas ? { sigmas: pick(forecasts.sigmas) } : {}),
      };
  return { loaded, memberWeights, members: undefined, forecasts: chosen, rowNumbers };
}
