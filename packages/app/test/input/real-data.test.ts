import { readFileSync } from "node:fs";
import type { Predictions } from "@candor/core";
import type { InputOptions } from "@candor/input";
import { describe, expect, it } from "vitest";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { data, hasData } from "./helpers.ts";

interface Figures {
  readonly n: number;
  readonly accuracy?: number;
  readonly accuracy_at_0_5?: number;
  readonly base_rate?: number;
  readonly mean_conf?: number;
  readonly mean_p?: number;
  readonly brier: number;
  readonly nll?: number;
}

/** The figures that show whether every value met its label, by plain sums. */
function figures(predictions: Predictions): Record<string, number> {
  const n = predictions.rows;
  if (predictions.task !== "multiclass") {
    const [p, y] =
      predictions.task === "binary"
        ? [predictions.probabilities, predictions.outcomes]
        : [predictions.confidences, predictions.correct];
    const mean = (value: (i: number) => number) => p.reduce((sum, _, i) => sum + value(i), 0) / n;
    return { n, base_rate: mean((i) => y[i]!), mean_p: mean((i) => p[i]!), brier: mean((i) => (p[i]! - y[i]!) ** 2) };
  }
  const { data: p, cols } = predictions.probabilities;
  let [correct, confidence, brier, nll] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    let top = 0;
    for (let k = 0; k < cols; k++) {
      const value = p[i * cols + k]!;
      if (value > p[i * cols + top]!) top = k;
      brier += (value - (predictions.labels[i] === k ? 1 : 0)) ** 2;
    }
    if (top === predictions.labels[i]) correct++;
    confidence += p[i * cols + top]!;
    nll -= predictions.logProbabilities?.data[i * cols + predictions.labels[i]!] ?? Number.NaN;
  }
  const all = { n, accuracy: correct / n, mean_conf: confidence / n, brier: brier / n };
  return predictions.logProbabilities ? { ...all, nll: nll / n } : all;
}

function compare(predictions: Predictions, expected: Figures): void {
  const got = figures(predictions);
  for (const [name, value] of Object.entries(got)) {
    const wanted = Object.entries(expected).find(([key]) => key === name)?.[1];
    expect(wanted, name).toBeDefined();
    expect(Math.abs(value - Number(wanted)), `${name}: ${value} and ${wanted}`).toBeLessThan(
      1e-12 * Math.max(1, value),
    );
  }
}

function reference(folder: string, path: string): Figures {
  let node: unknown = JSON.parse(readFileSync(data(`${folder}/reference.json`), "utf8"));
  for (const key of path.split("/"))
    node = typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined;
  return node as Figures;
}

describe.skipIf(!hasData)("readPredictions on real files (in ../shared/data; skipped where that is absent)", () => {
  it("readPredictions(undefined, { logits, labels }) on DenseNet-40 logits meets the reference", async () => {
    for (const [split, path] of [
      ["val", "uncalibrated_cal"],
      ["test", "uncalibrated_test"],
    ]) {
      const folder = "c10_densenet40_logits";
      const logits = data(`${folder}/logits_${split}.npy`);
      const { predictions } = await readPredictions(undefined, {
        logits,
        labels: data(`${folder}/labels_${split}.npy`),
      });
      compare(predictions, reference(folder, path!));
    }
  });
  it.each([
    ["c100_probs_3models", "lenet-5-cifar-100"],
    ["c100_probs_3models", "densenet-bc-100-cifar-100"],
    ["c100_probs_3models", "wideresnet-16-4-cifar-100"],
    ["c10_probs_4models", "lenet-5-cifar-10"],
    ["c10_probs_4models", "vgg16-cifar-10"],
  ])(
    "readPredictions(npy, { labels, normalise }) on %s/%s meets the reference, which divides by the sum",
    async (folder, model) => {
      const labels = data(`${folder}/labels.npy`);
      const { predictions, source } = await readPredictions(data(`${folder}/probs_${model}.npy`), {
        labels,
        normalise: true,
      });
      expect(source.notes).toHaveLength(1);
      compare(predictions, reference(folder, `models/${model}/full_10000`));
    },
  );
  it.each(["cifar10_resnet-20", "cifar100_vgg19_bn"])(
    "readPredictions(undefined, { logits, labels }) on %s meets the reference",
    async (set) => {
      const file = (name: string) => data(`cifar_logits_6models/${set}_${name}.npy`);
      const { predictions } = await readPredictions(undefined, { logits: file("logits"), labels: file("labels") });
      compare(predictions, reference("cifar_logits_6models", `sets/${set}/full`));
    },
  );
  it.each([
    "mlb_games",
    "nba_games",
    "governors_elections",
    "president_election_night_2016",
    "march_madness_in_game_men",
  ])("readPredictions(csv.gz) on %s recognises p and y and meets the reference", async (series) => {
    const path = data(`fivethirtyeight_games/${series}.csv.gz`);
    const { predictions, source } = await readPredictions(path, { time: "date" });
    expect(source.columns).toEqual({ score: "p", label: "y", time: "date" });
    expect(predictions.time!.kind).toBe(series === "march_madness_in_game_men" ? "number" : "date");
    compare(predictions, reference("fivethirtyeight_games", `series/${series}/full`));
  });
  it("readPredictions(csv.gz, { probs }) on hpc_cv meets the reference", async () => {
    const options: InputOptions = { probs: "VF,F,M,L", label: "obs", by: ["Resample"] };
    const { predictions } = await readPredictions(data("tidymodels_small/hpc_cv.csv.gz"), options);
    expect(predictions.classNames).toEqual(["VF", "F", "M", "L"]);
    expect(predictions.segments[0]!.values).toHaveLength(10);
    compare(predictions, reference("tidymodels_small", "models/hpc_cv/full"));
  });
  it("readPredictions(csv) on species_probs recognises .pred_* and Species by flag", async () => {
    const path = data("tidymodels_small/species_probs.csv");
    const { predictions } = await readPredictions(path, { label: "Species" });
    expect(predictions.classNames).toEqual(["bobcat", "coyote", "gray_fox"]);
    compare(predictions, reference("tidymodels_small", "models/species_probs/full"));
  });
  it.each([
    ["segment_logistic", { score: ".pred_good", label: "Class", positive: "good" }],
    ["segment_naive_bayes", { score: ".pred_good", label: "Class", positive: "good" }],
    ["two_class_example", { score: "Class1", label: "truth", positive: "Class1" }],
  ])("readPredictions(csv, { positive }) on %s meets the reference", async (name, options) => {
    const { predictions } = await readPredictions(data(`tidymodels_small/${name}.csv`), options);
    compare(predictions, reference("tidymodels_small", `models/${name}/full`));
  });
  it("readPredictions(csv) on segment_logistic without flags finds two classes", async () => {
    const { predictions } = await readPredictions(data("tidymodels_small/segment_logistic.csv"), {});
    expect(predictions).toMatchObject({ task: "multiclass", classNames: ["poor", "good"], rows: 1010 });
  });
  it("readPredictions(csv.gz) on soccer forecasts reads three classes and indices", async () => {
    const { predictions } = await readPredictions(data("fivethirtyeight_soccer_3class/matches.csv.gz"), {
      by: ["league"],
    });
    expect(predictions.classNames).toEqual(["win1", "tie", "win2"]);
    const halves = ["uncalibrated_cal", "uncalibrated_test"].map((half) =>
      reference("fivethirtyeight_soccer_3class", half),
    );
    const got = figures(predictions);
    expect(got["n"]).toBe(32_390);
    expect(got["accuracy"]).toBeCloseTo((halves[0]!.accuracy! + halves[1]!.accuracy!) / 2, 12);
    // The reference divides each row by its sum, which is off by up to 1.2e-10.
    expect(got["brier"]).toBeCloseTo((halves[0]!.brier + halves[1]!.brier) / 2, 9);
  });
  it("readPredictions(npy, { label, by, time }) on the employment scores meets the reference", async () => {
    const file = (name: string) => data(`drift_employment_ma/${name}.npy`);
    const options = { label: file("y"), by: [file("sex"), file("race")], time: file("year") };
    const { predictions } = await readPredictions(file("p"), options);
    expect(predictions.segments.map(({ name }) => name)).toEqual(["sex", "race"]);
    const cal = reference("drift_employment_ma", "uncalibrated_cal");
    const test = reference("drift_employment_ma", "uncalibrated_test");
    const got = figures(predictions);
    expect(got["n"]).toBe(cal.n + test.n);
    expect(got["brier"]).toBeCloseTo((cal.brier * cal.n + test.brier * test.n) / (cal.n + test.n), 13);
  });
  it.each(["ENS", "EMOS", "EPC", "Logistic"])(
    "readPredictions(csv, { score }) on Niamey %s meets the reference",
    async (score) => {
      const { predictions } = await readPredictions(data("weather_pop/niamey_2016.csv"), { score });
      compare(predictions, reference("weather_pop", `series/niamey_${score}/full`));
    },
  );
  it("readPredictions(csv, { skipBad }) on the Tampere forecasts leaves out days without an observation", async () => {
    const path = data("weather_pop/fmi_tampere_2003.csv");
    const { predictions, source } = await readPredictions(path, { score: "pop24", label: "rain", skipBad: true });
    expect(source.rows).toBe(365);
    expect(source.rows - source.skipped.reduce((sum, { count }) => sum + count, 0)).toBe(predictions.rows);
    compare(predictions, reference("weather_pop", "series/fmi_pop24/full"));
  });
  it("readPredictions(csv, { skipBad }) on LLM confidences leaves out answers nobody could parse", async () => {
    const path = data("llm/plaut_gpt_msp_correctness.csv");
    await expect(readPredictions(path, {})).rejects.toThrow(/column correct: expected 0 or 1, got "-1"$/);
    const { predictions, source } = await readPredictions(path, { skipBad: true, by: ["dataset", "model"] });
    expect(source.columns).toMatchObject({ confidence: "msp", correct: "correct" });
    expect(source.skipped).toEqual([{ reason: "correct neither 0 nor 1", count: source.rows - predictions.rows }]);
    expect(source.rows).toBe(85_628);
  });
});
