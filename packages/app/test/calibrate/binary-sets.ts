import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import halves from "../../../../fixtures/calibrate/halves.json" with { type: "json" };
import { data, npy } from "./class-data.ts";

/** Scores with outcomes. */
export interface Pairs {
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
}

/** Real predictions with fitted calibrators in a reference.json. */
export interface BinarySet {
  /** `folder/path/of/keys` of the node with `methods`. */
  readonly name: string;
  readonly load: () => { readonly calibration: Pairs; readonly test: Pairs };
}

/** A CSV file of the data without quoted fields: the fields of a column. */
export function csvColumns(file: string): (column: string) => string[] {
  const bytes = readFileSync(join(data, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  if (text.includes('"')) throw new Error(`${file} has quoted fields`);
  const [header = "", ...lines] = text.trimEnd().split(/\r?\n/);
  const names = header.split(",");
  const rows = lines.map((line) => line.split(","));
  return (column) => {
    const position = names.indexOf(column);
    if (position < 0) throw new Error(`${file} has no column ${column}`);
    return rows.map((row) => row[position] ?? "");
  };
}

/** Parts 0 and 1 of rows; rows of another part, or without a score or an outcome, are left out. */
function divide(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  part: (row: number) => number,
): ReturnType<BinarySet["load"]> {
  const pick = (wanted: number): Pairs => {
    const rows = Array.from({ length: scores.length }, (_, i) => i).filter(
      (i) => part(i) === wanted && !Number.isNaN(scores[i]) && !Number.isNaN(outcomes[i]),
    );
    return {
      scores: Float64Array.from(rows, (i) => scores[i] ?? Number.NaN),
      outcomes: Uint8Array.from(rows, (i) => outcomes[i] ?? 255),
    };
  };
  return { calibration: pick(0), test: pick(1) };
}

const numbers = (fields: readonly string[]): number[] =>
  fields.map((field) => (field === "" ? Number.NaN : Number(field)));

const games = [
  "governors_elections",
  "march_madness_in_game_men",
  "march_madness_men_advance",
  "mlb_games",
  "nba_games",
  "nfl_games",
  "nhl_games",
  "president_election_night_2016",
  "tennis_men_rounds",
  "tennis_women_rounds",
  "us_senate_election_night",
  "wnba_games",
].map(
  (series): BinarySet => ({
    name: `fivethirtyeight_games/series/${series}`,
    load: () => {
      const column = csvColumns(`fivethirtyeight_games/${series}.csv.gz`);
      const split = numbers(column("split"));
      return divide(numbers(column("p")), numbers(column("y")), (i) => split[i] ?? -1);
    },
  }),
);

const detections = ["faster_rcnn_resnet50", "rfcn_resnet101", "ssd_inception_v2", "ssd_resnet50_v1"].flatMap((model) =>
  ["60", "75"].map(
    (iou): BinarySet => ({
      name: `coco_detection_4models/models/${model}/iou${iou}`,
      load: () => {
        const images = csvColumns("coco_detection_4models/images.csv");
        const splits = images("split");
        const splitOf = new Map(images("image_id").map((id, i) => [id, Number(splits[i])]));
        const column = csvColumns(`coco_detection_4models/detections_${model}.csv.gz`);
        const ids = column("image_id");
        const matched = numbers(column(`matched${iou}`));
        return divide(numbers(column("score")), matched, (i) => splitOf.get(ids[i] ?? "") ?? -1);
      },
    }),
  ),
);

const sentences = ["gemma", "qwen", "qwenthink", "bert", "nli"].map(
  (score): BinarySet => ({
    name: `llm_selfcheck_wikibio/scores/${score}/as_probability`,
    load: () => {
      const column = csvColumns("llm_selfcheck_wikibio/sentences.csv");
      const split = numbers(column("split"));
      const scores = numbers(column(`score_${score}`)).map((p) => Math.min(1, Math.max(0, p)));
      return divide(scores, numbers(column("nonfactual")), (i) => split[i] ?? -1);
    },
  }),
);

const employment: BinarySet = {
  name: "drift_employment_ma",
  load: () =>
    divide(npy("drift_employment_ma", "p.npy").values, npy("drift_employment_ma", "y.npy").values, (i) =>
      i < 68_785 ? 0 : 1,
    ),
};

const models = [
  ["segment_logistic", ".pred_good", "Class", "good", halves.rows[1010]],
  ["segment_naive_bayes", ".pred_good", "Class", "good", halves.rows[1010]],
  ["two_class_example", "Class1", "truth", "Class1", halves.rows[500]],
] as const;

const small = models.map(
  ([model, score, label, positive, first]): BinarySet => ({
    name: `tidymodels_small/models/${model}`,
    load: () => {
      const column = csvColumns(`tidymodels_small/${model}.csv`);
      const isFirst = new Set<number>(first);
      const outcomes = column(label).map((field) => (field === positive ? 1 : 0));
      return divide(numbers(column(score)), outcomes, (i) => (isFirst.has(i) ? 0 : 1));
    },
  }),
);

/** Halves in time of the days with an observation. */
const weather = ["pop24", "pop48"].map(
  (name): BinarySet => ({
    name: `weather_pop/series/fmi_${name}`,
    load: () => {
      const column = csvColumns("weather_pop/fmi_tampere_2003.csv");
      const scores = numbers(column(name));
      const rain = numbers(column("rain"));
      const known = scores.flatMap((p, i) => (Number.isNaN(p) || Number.isNaN(rain[i]) ? [] : [i]));
      const middle = known[Math.floor(known.length / 2)] ?? 0;
      return divide(scores, rain, (i) => (i < middle ? 0 : 1));
    },
  }),
);

/** Every set of binary scores with fitted calibrators. */
export const binarySets: readonly BinarySet[] = [
  ...games,
  ...detections,
  ...sentences,
  employment,
  ...small,
  ...weather,
];
