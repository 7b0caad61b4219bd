import type { BinaryCalibrationData, CalibrationData, MulticlassCalibrationData } from "@candor/core";
import { csvColumns } from "./binary-sets.ts";
import { type ClassData, classData, npy, rowsWhere } from "./class-data.ts";

/** Real predictions in two halves: one to calibrate, one to test. */
export interface SplitSet<Data extends CalibrationData = CalibrationData> {
  readonly name: string;
  readonly calibration: Data;
  readonly test: Data;
}

/** Rows for which `half` is 0 calibrate, those for which it is 1 test. */
function halves(
  name: string,
  all: ClassData,
  kind: Pick<MulticlassCalibrationData, "scoreKind" | "clip">,
  half: (row: number) => number,
): SplitSet<MulticlassCalibrationData> {
  const part = (wanted: number): MulticlassCalibrationData => {
    const { logits, labels } = rowsWhere(all, (row) => half(row) === wanted);
    const classNames = Array.from({ length: logits.cols }, (_, k) => `${k}`);
    return { ...kind, rows: logits.rows, logits, labels, segments: [], classNames };
  };
  return { name, calibration: part(0), test: part(1) };
}

/** Folder and name of five networks, as probabilities: even rows calibrate, odd rows test. */
export const fiveNetworks: readonly (readonly [string, string])[] = [
  ["c100_probs_3models", "densenet-bc-100-cifar-100"],
  ["c100_probs_3models", "wideresnet-16-4-cifar-100"],
  ["c100_probs_3models", "lenet-5-cifar-100"],
  ["c10_probs_4models", "wideresnet-16-4-cifar-10"],
  ["c10_probs_4models", "lenet-5-cifar-10"],
];

/** One of the five networks. */
export function fromProbabilities(folder: string, network: string): SplitSet<MulticlassCalibrationData> {
  const all = classData(folder, `probs_${network}.npy`, "labels.npy");
  return halves(network, all, { scoreKind: "probabilities", clip: 1e-12 }, (row) => row % 2);
}

/** Names of six networks, as logits with a stored split. */
export const sixNetworks: readonly string[] = ["cifar100", "cifar10"].flatMap((images) =>
  ["resnet-20", "vgg19_bn", "repvgg_a2"].map((network) => `${images}_${network}`),
);

/** One of the six networks. */
export function fromLogits(network: string): SplitSet<MulticlassCalibrationData> {
  const folder = "cifar_logits_6models";
  const all = classData(folder, `${network}_logits.npy`, `${network}_labels.npy`);
  const split = npy(folder, `${network}_split.npy`).values;
  return halves(network, all, { scoreKind: "logits", clip: null }, (row) => split[row] ?? -1);
}

interface Answer {
  readonly question: number;
  readonly confidence: number;
  readonly correct: number;
}

/**
 * Confidences of language models in their answers to multiple-choice questions, by data set and model: even questions
 * calibrate, odd ones test, both phrasings of a question in the same half and in one group. Answers that could not be
 * parsed are left out.
 */
export function languageModels(): SplitSet<BinaryCalibrationData>[] {
  return ["plaut_gpt_msp_correctness.csv", "plaut_open_msp_maxlogit.csv"].flatMap((file) => {
    const column = csvColumns(`llm/${file}`);
    const [datasets, models, questions] = [column("dataset"), column("model"), column("question")];
    const [confidences, corrects] = [column("msp"), column("correct")];
    const sets = new Map<string, Answer[]>();
    datasets.forEach((dataset, i) => {
      const answer = {
        question: Number(questions[i]),
        confidence: Number(confidences[i]),
        correct: Number(corrects[i]),
      };
      if (answer.correct < 0) return;
      const name = `${dataset} ${models[i]}`;
      const answers = sets.get(name) ?? [];
      answers.push(answer);
      sets.set(name, answers);
    });
    return Array.from(sets, ([name, answers]) => ({
      name,
      calibration: answered(answers.filter(({ question }) => question % 2 === 0)),
      test: answered(answers.filter(({ question }) => question % 2 === 1)),
    }));
  });
}

function answered(answers: readonly Answer[]): BinaryCalibrationData {
  const distinct = [...new Set(answers.map(({ question }) => question))];
  const codes = new Map(distinct.map((question, code) => [question, code]));
  return {
    scoreKind: "confidence",
    rows: answers.length,
    scores: Float64Array.from(answers, ({ confidence }) => Math.min(1, confidence)),
    outcomes: Uint8Array.from(answers, ({ correct }) => correct),
    groups: {
      name: "question",
      codes: Int32Array.from(answers, ({ question }) => codes.get(question) ?? -1),
      values: distinct.map(String),
    },
    segments: [],
    classNames: [],
  };
}
