import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  applyMulticlassMap,
  type BinaryMap,
  type CalibrationFit,
  correctness,
  expectedCalibrationError,
  type FitOptions,
  fitIsotonic,
  fitOneVsRest,
  fitPlatt,
  fitTemperature,
  fitTopLabel,
  fitVectorScaling,
  logitsFromProbabilities,
  logLoss,
  type MulticlassMap,
  matrixFromRows,
  topLabel,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { type ClassData, classData, data, figures, npy, rowsWhere } from "./class-data.ts";

/** None of the files has a probability of 0. */
const CLIP = 1e-300;

const present = existsSync(data);
if (!present) console.warn(`${data} is absent: fits on real predictions are not checked`);

it("the real predictions are there in continuous integration", () => {
  if (process.env["CI"]) expect(present).toBe(true);
});

type Reference = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a folder's reference.json has at a path. */
function reference(folder: string, path: readonly string[]): Reference | undefined {
  let node: unknown = JSON.parse(readFileSync(join(data, folder, "reference.json"), "utf8"));
  for (const key of path) node = isRecord(node) ? node[key] : undefined;
  return isRecord(node) ? node : undefined;
}

/** Relative agreement, absolute below 1. */
function agree(what: string, value: unknown, expected: unknown, tolerance: number): void {
  if (typeof value !== "number" || typeof expected !== "number") throw new Error(`${what}: ${value} and ${expected}`);
  const difference = Math.abs(value - expected) / Math.max(1, Math.abs(expected));
  expect(difference, `${what}: ${value} against ${expected}`).toBeLessThan(tolerance);
}

interface Split {
  readonly name: string;
  readonly folder: string;
  readonly path: readonly string[];
  readonly load: () => { readonly calibration: ClassData; readonly test: ClassData };
}

function splitByFile(folder: string, file: string, labels: string, split: string): ReturnType<Split["load"]> {
  const all = classData(folder, file, labels, CLIP);
  const { values } = npy(folder, split);
  return { calibration: rowsWhere(all, (row) => values[row] === 0), test: rowsWhere(all, (row) => values[row] === 1) };
}

const splits: readonly Split[] = [
  {
    name: "DenseNet-40 on CIFAR-10",
    folder: "c10_densenet40_logits",
    path: [],
    load: () => ({
      calibration: classData("c10_densenet40_logits", "logits_val.npy", "labels_val.npy"),
      test: classData("c10_densenet40_logits", "logits_test.npy", "labels_test.npy"),
    }),
  },
  ...["cifar10_resnet-20", "cifar10_vgg19_bn", "cifar10_repvgg_a2", "cifar100_resnet-20", "cifar100_vgg19_bn"].map(
    (set): Split => ({
      name: set,
      folder: "cifar_logits_6models",
      path: ["sets", set],
      load: () => splitByFile("cifar_logits_6models", `${set}_logits.npy`, `${set}_labels.npy`, `${set}_split.npy`),
    }),
  ),
  ...["lenet-5-cifar-10", "wideresnet-16-4-cifar-10", "vgg16-cifar-10"].map(
    (model): Split => ({
      name: model,
      folder: "c10_probs_4models",
      path: ["models", model],
      load: () => splitByFile("c10_probs_4models", `probs_${model}.npy`, "labels.npy", "split.npy"),
    }),
  ),
  {
    name: "densenet-bc-100-cifar-100",
    folder: "c100_probs_3models",
    path: ["models", "densenet-bc-100-cifar-100"],
    load: () => splitByFile("c100_probs_3models", "probs_densenet-bc-100-cifar-100.npy", "labels.npy", "split.npy"),
  },
  { name: "hpc_cv", folder: "tidymodels_small", path: ["models", "hpc_cv"], load: loadHpc },
];

/** Four classes; folds 1 to 5 calibrate. */
function loadHpc(): ReturnType<Split["load"]> {
  const text = gunzipSync(readFileSync(join(data, "tidymodels_small", "hpc_cv.csv.gz"))).toString("utf8");
  const [header = "", ...lines] = text.split("\n").filter((line) => line !== "");
  const columns = header.split(",").map((name) => name.replaceAll('"', ""));
  const rows = lines.map((line) => line.split(",").map((field) => field.replaceAll('"', "")));
  const classes = ["VF", "F", "M", "L"];
  const at = (name: string): number => columns.indexOf(name);
  const all: ClassData = {
    logits: logitsFromProbabilities(
      matrixFromRows(rows.map((row) => classes.map((name) => Number(row[at(name)])))),
      CLIP,
    ),
    labels: Int32Array.from(rows, (row) => classes.indexOf(row[at("obs")] ?? "")),
  };
  const early = rows.map((row) => Number((row[at("Resample")] ?? "").replace("Fold", "")) <= 5);
  return { calibration: rowsWhere(all, (row) => early[row] === true), test: rowsWhere(all, (row) => !early[row]) };
}

const platt = (scores: Float64Array, outcomes: Uint8Array, options: FitOptions): CalibrationFit<BinaryMap> =>
  fitPlatt(scores, outcomes, { ...options, clip: 1e-6 });
const isotonic = (scores: Float64Array, outcomes: Uint8Array, options: FitOptions): CalibrationFit<BinaryMap> =>
  fitIsotonic(scores, outcomes, options);

function compareFigures(
  what: string,
  map: MulticlassMap,
  test: ClassData,
  expected: unknown,
  tolerance: number,
  clip: number,
): void {
  if (!isRecord(expected)) throw new Error(`${what} has no figures`);
  const found = figures(applyMulticlassMap(map, test.logits), test.labels, clip);
  agree(`${what} nll`, found.nll, expected["nll"], tolerance);
  agree(`${what} brier`, found.brier, expected["brier"], tolerance);
  agree(`${what} ece15`, found.ece15, expected["ece15"], tolerance);
  agree(`${what} accuracy`, found.accuracy, expected["accuracy"], 1e-12);
}

/** Of the calibrated probability of the class that was on top before. */
function compareTopLabel(what: string, map: MulticlassMap, test: ClassData, expected: unknown): void {
  if (!isRecord(expected)) throw new Error(`${what} has no figures`);
  const { data: q, cols } = applyMulticlassMap(map, test.logits);
  const { predicted } = topLabel(applyMulticlassMap({ kind: "identity" }, test.logits));
  const confidence = Float64Array.from(predicted, (k, i) => q[i * cols + k] ?? Number.NaN);
  const correct = correctness(predicted, test.labels);
  agree(`${what} nll`, logLoss(confidence, correct, { clip: 1e-15 }).value, expected["nll"], 1e-8);
  agree(`${what} ece15`, expectedCalibrationError(confidence, correct).value, expected["ece15"], 1e-8);
}

describe.skipIf(!present)("fits agree with reference.json on", () => {
  it.each(splits)("$name", ({ folder, path, load }) => {
    const { calibration, test } = load();
    const { logits, labels } = calibration;
    const at = (method: string): Reference | undefined => reference(folder, [...path, "methods", method]);
    const parameters = (method: string): Reference => reference(folder, [...path, "methods", method, "params"]) ?? {};

    const temperature = fitTemperature(logits, labels);
    agree("T", temperature.parameters["temperature"], parameters("temperature")["T"], 1e-11);
    compareFigures("temperature", temperature.map, test, at("temperature")?.["test"], 1e-9, CLIP);

    const topPlatt = fitTopLabel(logits, labels, platt);
    agree("slope", topPlatt.parameters["slope"], parameters("toplabel_platt")["newton_a"], 1e-9);
    agree("intercept", topPlatt.parameters["intercept"], parameters("toplabel_platt")["newton_b"], 1e-9);
    compareTopLabel("platt", topPlatt.map, test, at("toplabel_platt")?.["test"]);

    const topIsotonic = fitTopLabel(logits, labels, isotonic);
    compareTopLabel("isotonic", topIsotonic.map, test, at("toplabel_isotonic")?.["test"]);

    const oneVsRest = fitOneVsRest(logits, labels, isotonic);
    compareFigures("one-vs-rest", oneVsRest.map, test, at("isotonic_ovr_normalised")?.["test"], 1e-8, 1e-15);

    const vector = at("vector_scaling");
    if (vector === undefined) return;
    const fit = fitVectorScaling(logits, labels);
    const scale = parameters("vector_scaling")["w"];
    const bias = parameters("vector_scaling")["b_centred"];
    if (!Array.isArray(scale) || !Array.isArray(bias)) throw new Error("vector_scaling has no parameters");
    const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
    const found = { scale: listOf(fit.parameters["scale"]), bias: listOf(fit.parameters["bias"]) };
    // The reference stopped at a gradient of 3e-10 to 2e-9; the smallest curvatures are near 1e-3.
    const tolerance = 1e3 * Number(parameters("vector_scaling")["max_grad"]);
    expect(fit.certificate?.gradientNorm).toBeLessThan(1e-12);
    scale.forEach((value, k) => {
      agree(`w ${k}`, found.scale[k], value, tolerance);
      agree(`b ${k}`, found.bias[k], bias[k], tolerance);
    });
    agree("nll_cal", fit.certificate?.objective, parameters("vector_scaling")["nll_cal"], 1e-12);
    compareFigures("vector", fit.map, test, vector["test"], 1e-6, CLIP);
  });
});
