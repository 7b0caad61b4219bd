import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { BinaryCalibrationData, CalibrationData, MulticlassCalibrationData } from "@candor/core";
import { logitsFromProbabilities } from "@candor/core";
import { classData, data, npy } from "./class-data.ts";

/** Whether the real predictions are beside the checkout. */
export const present: boolean = existsSync(data);

/** Real predictions of one model. */
export interface RealSet {
  readonly name: string;
  readonly data: CalibrationData;
}

type Cells = Readonly<Record<string, string>>;

function table(...path: string[]): Cells[] {
  const bytes = readFileSync(join(data, ...path));
  const text = (path.at(-1)?.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const [header = [], ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return rows.map((row) =>
    Object.fromEntries(header.map((name, k) => [name, row[k - header.length + row.length] ?? ""])),
  );
}

function scored(name: string, rows: readonly Cells[], score: string, outcome: (row: Cells) => boolean): RealSet {
  const known = rows.filter((row) => row[score] !== "");
  const binary: BinaryCalibrationData = {
    scoreKind: "probability",
    rows: known.length,
    scores: Float64Array.from(known, (row) => Math.min(1, Number(row[score]))),
    outcomes: Uint8Array.from(known, (row) => (outcome(row) ? 1 : 0)),
    segments: [],
    classNames: ["no", "yes"],
  };
  return { name, data: binary };
}

function byKey(rows: readonly Cells[], key: (row: Cells) => string): Map<string, Cells[]> {
  const groups = new Map<string, Cells[]>();
  for (const row of rows) {
    const rowsOfKey = groups.get(key(row)) ?? [];
    rowsOfKey.push(row);
    groups.set(key(row), rowsOfKey);
  }
  return groups;
}

/** One score per row: 538 forecasts, employment, answers and self-checks of language models, weather, small classifiers. */
export function binarySets(): RealSet[] {
  const games = readdirSync(join(data, "fivethirtyeight_games"))
    .filter((file) => file.endsWith(".csv.gz"))
    .map((file) =>
      scored(
        `538 ${file.replace(".csv.gz", "")}`,
        table("fivethirtyeight_games", file),
        "p",
        (row) => row["y"] === "1",
      ),
    );
  const answers = ["plaut_gpt_msp_correctness.csv", "plaut_open_msp_maxlogit.csv"].flatMap((file) =>
    [
      ...byKey(
        table("llm", file).filter((row) => (row["prompt"] ?? "1") === "1" && row["correct"] !== "-1"),
        (row) => `llm ${row["dataset"]} ${row["model"]}`,
      ),
    ].map(([name, rows]) => scored(name, rows, "msp", (row) => row["correct"] === "1")),
  );
  const sentences = table("llm_selfcheck_wikibio", "sentences.csv");
  const checks = ["gemma", "qwen", "qwenthink", "bert", "nli"].map((judge) =>
    scored(`selfcheck ${judge}`, sentences, `score_${judge}`, (row) => row["nonfactual"] === "1"),
  );
  const weather = ["pop24", "pop48"].map((column) =>
    scored(
      `weather ${column}`,
      table("weather_pop", "fmi_tampere_2003.csv").filter((row) => row["obs"] !== ""),
      column,
      (row) => Number(row["obs"]) > 0.2,
    ),
  );
  const niamey = ["Logistic", "ENS", "EMOS"].map((column) =>
    scored(`niamey ${column}`, table("weather_pop", "niamey_2016.csv"), column, (row) => row["obs"] === "1"),
  );
  const segments = ["segment_logistic", "segment_naive_bayes"].map((name) =>
    scored(name, table("tidymodels_small", `${name}.csv`), ".pred_good", (row) => row["Class"] === "good"),
  );
  const twoClass = scored(
    "two_class",
    table("tidymodels_small", "two_class_example.csv"),
    "Class1",
    (row) => row["truth"] === "Class1",
  );
  return [...games, employment(), ...answers, ...checks, ...segments, twoClass, ...weather, ...niamey];
}

function employment(): RealSet {
  const scores = npy("drift_employment_ma", "p.npy").values;
  const binary: BinaryCalibrationData = {
    scoreKind: "probability",
    rows: scores.length,
    scores,
    outcomes: Uint8Array.from(npy("drift_employment_ma", "y.npy").values),
    segments: [],
    classNames: ["no", "yes"],
  };
  return { name: "employment", data: binary };
}

/** One score per class: networks on CIFAR-10 and digits, soccer matches, cell counts, animal tracks. */
export function multiclassSets(): RealSet[] {
  const networks = ["resnet-20", "vgg19_bn", "repvgg_a2"].map((net) => {
    const { logits, labels } = classData(
      "cifar_logits_6models",
      `cifar10_${net}_logits.npy`,
      `cifar10_${net}_labels.npy`,
    );
    return classes(`cifar10 ${net}`, { scoreKind: "logits", clip: null, logits, labels });
  });
  const digits = classData("ood_digits_mlp", "logits_test.npy", "labels_test.npy");
  return [
    ...networks,
    classes("digits mlp", { scoreKind: "logits", clip: null, ...digits }),
    fromTable(
      "soccer",
      table("fivethirtyeight_soccer_3class", "matches.csv.gz"),
      ["p_win1", "p_tie", "p_win2"],
      (row) => Number(row["y"]),
    ),
    fromTable("hpc", table("tidymodels_small", "hpc_cv.csv.gz"), ["VF", "F", "M", "L"], (row) =>
      ["VF", "F", "M", "L"].indexOf(row["obs"] ?? ""),
    ),
  ];
}

type ClassPart = Pick<MulticlassCalibrationData, "scoreKind" | "clip" | "logits" | "labels">;

function classes(name: string, part: ClassPart): RealSet {
  const classNames = Array.from({ length: part.logits.cols }, (_, k) => `${k}`);
  return { name, data: { ...part, rows: part.logits.rows, segments: [], classNames } };
}

function fromTable(name: string, rows: Cells[], columns: string[], label: (row: Cells) => number): RealSet {
  const values = Float64Array.from(rows.flatMap((row) => columns.map((column) => Math.min(1, Number(row[column])))));
  const logits = logitsFromProbabilities({ data: values, rows: rows.length, cols: columns.length });
  return classes(name, { scoreKind: "probabilities", clip: 1e-12, logits, labels: Int32Array.from(rows, label) });
}
