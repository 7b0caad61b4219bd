import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BinaryCalibrationData } from "@candor/core";
import { csvColumns } from "../calibrate/binary-sets.ts";
import { data } from "../calibrate/class-data.ts";

const FILE = "llm/plaut_gpt_msp_correctness.csv";

/** Whether the real answers are beside the checkout. */
export const present: boolean = existsSync(join(data, FILE));

/** Answers of one model to the multiple-choice questions of one data set, in one phrasing. */
export interface AnswerSet {
  /** `mmlu gpt-4-turbo`. */
  readonly name: string;
  /** Probability of the letter that was answered. */
  readonly confidence: Float64Array;
  readonly correct: Uint8Array;
}

/** The ten sets, by data set and model: the first phrasing, without answers that could not be parsed. */
export function answerSets(): AnswerSet[] {
  const column = csvColumns(FILE);
  const [datasets, models, prompts] = [column("dataset"), column("model"), column("prompt")];
  const [confidences, corrects] = [column("msp"), column("correct")];
  const rows = new Map<string, number[]>();
  datasets.forEach((dataset, i) => {
    if (prompts[i] !== "1" || corrects[i] === "-1") return;
    const name = `${dataset} ${models[i]}`;
    const members = rows.get(name);
    if (members === undefined) rows.set(name, [i]);
    else members.push(i);
  });
  return Array.from(rows, ([name, members]) => ({
    name,
    confidence: Float64Array.from(members, (i) => Math.min(1, Number(confidences[i]))),
    correct: Uint8Array.from(members, (i) => Number(corrects[i])),
  }));
}

/** The given rows as data to calibrate on; all of them where none are given. */
export function calibrationOf({ confidence, correct }: AnswerSet, rows?: ArrayLike<number>): BinaryCalibrationData {
  const pick = rows ?? Uint32Array.from(confidence, (_, i) => i);
  return {
    scoreKind: "confidence",
    rows: pick.length,
    scores: Float64Array.from({ length: pick.length }, (_, k) => confidence[pick[k] ?? -1] ?? Number.NaN),
    outcomes: Uint8Array.from({ length: pick.length }, (_, k) => correct[pick[k] ?? -1] ?? 255),
    segments: [],
    classNames: [],
  };
}
