import {
  applyBinaryMap,
  brierScore,
  certifySelectiveRisk,
  chooseCalibrator,
  createRandom,
  expectedCalibrationError,
  fitDocument,
  type Random,
} from "@candor/core";
import { type AnswerSet, calibrationOf } from "./real-answers.ts";

/** Brier score and calibration error (15 bins of equal width) of some predictions. */
export interface Quality {
  readonly brier: number;
  readonly ece: number;
}

/** The rows of a set in random order. */
function shuffled({ confidence }: AnswerSet, random: Random): Uint32Array {
  const rows = Uint32Array.from(confidence, (_, i) => i);
  for (let i = rows.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [rows[i], rows[j]] = [rows[j] ?? 0, rows[i] ?? 0];
  }
  return rows;
}

function qualityOf(predictions: Float64Array, outcomes: Uint8Array): Quality {
  return {
    brier: brierScore(predictions, outcomes).value,
    ece: expectedCalibrationError(predictions, outcomes, { label: "confidence" }).value,
  };
}

/** Of predictions by `method`, chosen and fitted without the fifth of the rows that is predicted: what `candor fit` prints as "after". */
export function crossFitted(set: AnswerSet, method: string, seed: number): Quality {
  const { name } = set;
  const data = calibrationOf(set);
  const source = { name, rows: data.rows, skipped: [], columns: {}, approximate: false, notes: [] };
  const { after } = fitDocument(data, { method, folds: 5, seed, version: "0", name, source });
  return { brier: after.brier.value, ece: after.ece.value };
}

/** Of predictions for all other rows by `method`, fitted to some rows drawn at random, for several draws. */
export function fromFewLabels(set: AnswerSet, method: string, labels: number, draws: number): Quality[] {
  const random = createRandom(200);
  return Array.from({ length: draws }, () => {
    const rows = shuffled(set, random);
    const rest = calibrationOf(set, rows.subarray(labels));
    const { map } = chooseCalibrator(calibrationOf(set, rows.subarray(0, labels)), { method });
    return qualityOf(applyBinaryMap(map, rest.scores), rest.outcomes);
  });
}

/** How often "at most 5 % wrong", certified at 95 %, did not hold. */
export interface Violations {
  readonly labelled: number;
  readonly runs: number;
  /** Runs in which something was certified. */
  readonly certified: number;
  /** Mean share of the other rows that is accepted; 0 where nothing was certified. */
  readonly coverage: number;
  /** Runs in which more than 5 % of what the threshold accepts of the whole set is wrong: the error rate that was certified. */
  readonly ofSet: number;
  /** Runs in which more than 5 % of what it accepts of the rows that were not labelled is wrong: a sample, with its own noise. */
  readonly ofOthers: number;
}

/** Certifies on a random share of a set, again and again. */
export function violations(set: AnswerSet, share: number, runs: number): Violations {
  const random = createRandom(5);
  const labelled = Math.floor(share * set.confidence.length);
  const all = calibrationOf(set);
  let [certified, coverage, ofSet, ofOthers] = [0, 0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const rows = shuffled(set, random);
    const { scores, outcomes } = calibrationOf(set, rows.subarray(0, labelled));
    const { threshold } = certifySelectiveRisk(scores, outcomes, { maxError: 0.05, sure: 0.95, seed: run });
    if (threshold === null) continue;
    const others = calibrationOf(set, rows.subarray(labelled));
    certified += 1;
    coverage += accepted(others, threshold).rows / others.rows;
    if (isBroken(accepted(all, threshold))) ofSet += 1;
    if (isBroken(accepted(others, threshold))) ofOthers += 1;
  }
  return { labelled, runs, certified, coverage: coverage / runs, ofSet, ofOthers };
}

interface Accepted {
  readonly rows: number;
  readonly errors: number;
}

function accepted({ scores, outcomes }: { scores: Float64Array; outcomes: Uint8Array }, threshold: number): Accepted {
  let rows = 0;
  let errors = 0;
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] ?? 0) < threshold) continue;
    rows += 1;
    errors += 1 - (outcomes[i] ?? 0);
  }
  return { rows, errors };
}

/** 20 errors of 1 are 5 %: integers, so that nothing is rounded. */
function isBroken({ rows, errors }: Accepted): boolean {
  return 20 * errors > rows;
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
