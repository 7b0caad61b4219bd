import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  corpDecomposition,
  debiasedCalibrationError,
  type Estimate,
  expectedCalibrationError,
  type ReportDocument,
  smoothEceRelplot,
  spiegelhalterTest,
  type TestEstimate,
  topLabel,
} from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPredictions } from "../../src/input/index.ts";
import { data } from "../calibrate/class-data.ts";
import { isRecord, type Reference, reference } from "../calibrate/reference-json.ts";
import { candor } from "./run.ts";

const present = existsSync(data);

function number(record: Reference, key: string): number | undefined {
  const value = record[key];
  return typeof value === "number" ? value : undefined;
}

let temporary = "";
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "candor-reference-"));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

async function report(...args: string[]): Promise<ReportDocument> {
  const { code, stdout, stderr } = await candor(["report", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

/** Agreement to 1e-9, absolute for figures below 1 and relative above. */
function agree(what: string, value: number | null | undefined, expected: number | undefined): void {
  if (expected === undefined) return;
  const difference = Math.abs((value ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));
  expect(difference, `${what}: ${value} against ${expected}`).toBeLessThan(1e-9);
}

const value = (estimate: Estimate | TestEstimate | null | undefined): number | undefined => estimate?.value;

function agreeOnCalibration(document: ReportDocument, figures: Reference): void {
  const { metrics } = document;
  agree("n", document.n, number(figures, "n"));
  agree("ece15", metrics.ece.value, number(figures, "ece15"));
  agree("ece15_left", metrics.eceLeft.value, number(figures, "ece15_left"));
  agree("ece10", value(metrics["ece10"]), number(figures, "ece10"));
  agree("mce15", metrics.mce.value, number(figures, "mce15"));
  agree("ece15_equal_mass", metrics.eceEqualMass.value, number(figures, "ece15_equal_mass"));
  agree("nll", metrics.logLoss.value, number(figures, "nll"));
  agree("brier", metrics.brier.value, number(figures, "brier"));
  const counts = figures["bin_counts"];
  if (Array.isArray(counts))
    expect(document.reliability.bins.map((bin) => bin.count)).toEqual(counts.filter((count) => count > 0));
}

function agreeOnClasses(document: ReportDocument, figures: Reference): void {
  agreeOnCalibration(document, figures);
  const { metrics } = document;
  expect(document.task).toBe("multiclass");
  expect(document.classes).toBe(figures["classes"]);
  agree("accuracy", document.accuracy.value, number(figures, "accuracy"));
  agree("mean_conf", document.meanConfidence.value, number(figures, "mean_conf"));
  agree("cwece15", value(metrics.classwiseEce), number(figures, "cwece15"));
  agree("auroc_conf_correct", value(metrics.auroc), number(figures, "auroc_conf_correct"));
  agree("aurc", metrics.aurc.value, number(figures, "aurc"));
}

function agreeOnTopLabel(document: ReportDocument, figures: Reference): void {
  agreeOnCalibration(document, figures);
  expect(document.task).toBe("confidence");
  agree("accuracy", document.accuracy.value, number(figures, "accuracy"));
  agree("mean_conf", document.meanConfidence.value, number(figures, "mean_conf"));
  agree("auroc_conf_correct", value(document.metrics.auroc), number(figures, "auroc_conf_correct"));
  agree("aurc", document.metrics.aurc.value, number(figures, "aurc"));
}

function agreeOnBinary(document: ReportDocument, figures: Reference): void {
  agreeOnCalibration(document, figures);
  const { metrics, decompositions } = document;
  expect(document.task).toBe("binary");
  agree("base_rate", document.baseRate?.value, number(figures, "base_rate"));
  agree("mean_p", document.meanProbability?.value, number(figures, "mean_p"));
  agree("accuracy_at_0_5", document.accuracy.value, number(figures, "accuracy_at_0_5"));
  agree("auroc", value(metrics.auroc), number(figures, "auroc"));
  agree("toplabel_ece15", value(metrics["eceTopLabel"]), number(figures, "toplabel_ece15"));
  agree("spiegelhalter_z", metrics.spiegelhalter?.z, number(figures, "spiegelhalter_z"));
  const { corp, cox } = figures;
  if (isRecord(corp)) {
    agree("MCB", decompositions.brierCorp?.miscalibration.value, number(corp, "MCB"));
    agree("DSC", decompositions.brierCorp?.discrimination.value, number(corp, "DSC"));
    agree("UNC", decompositions.brierCorp?.uncertainty.value, number(corp, "UNC"));
  }
  if (isRecord(cox)) {
    agree("slope", value(metrics["coxSlope"]), number(cox, "slope"));
    agree("intercept", value(metrics["coxIntercept"]), number(cox, "intercept"));
    agree("citl", value(metrics["calibrationInTheLarge"]), number(cox, "citl"));
  }
}

/** A copy of a CSV with only the rows that a column says; fields here hold no quoted commas in that column. */
function filteredCsv(file: string, column: string, keep: (field: string) => boolean): string {
  const bytes = readFileSync(join(data, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const [header = "", ...lines] = text.split("\n").filter((line) => line !== "");
  const position = header.split(",").length - header.split(",").indexOf(column);
  const rows = lines.filter((line) => {
    const fields = line.split(",");
    return keep(fields[fields.length - position] ?? "");
  });
  const path = join(temporary, `${file.replaceAll("/", "-")}-${rows.length}.csv`);
  writeFileSync(path, [header, ...rows, ""].join("\n"));
  return path;
}

/** A copy of a little-endian NPY file with some of its rows. */
function filteredNpy(file: string, keep: readonly number[]): string {
  const bytes = readFileSync(join(data, file));
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString("latin1");
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? "").split(",").filter((part) => part.trim() !== "");
  const body = bytes.subarray(10 + bytes.readUInt16LE(8));
  const rowBytes = body.length / Number(shape[0]);
  const rows = Buffer.concat(keep.map((i) => body.subarray(i * rowBytes, (i + 1) * rowBytes)));
  const changed = `${header
    .replace(/\(\d+,/, `(${keep.length},`)
    .trimEnd()
    .padEnd(header.length - 1)}\n`;
  const prefix = Buffer.from(bytes.subarray(0, 10));
  const path = join(temporary, `${file.replaceAll("/", "-")}-${keep.length}.npy`);
  writeFileSync(path, Buffer.concat([prefix, Buffer.from(changed, "latin1"), rows]));
  return path;
}

/** The natural logarithms of a float32 NPY file, in double precision: what the split figures of the sets were made from. */
function logNpy(path: string): string {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.subarray(0, start).toString("latin1").replace("<f4", "<f8");
  const body = Buffer.alloc(2 * (bytes.length - start));
  for (let i = 0; 4 * i < bytes.length - start; i++)
    body.writeDoubleLE(Math.log(bytes.readFloatLE(start + 4 * i)), 8 * i);
  const out = path.replace(".npy", "-log.npy");
  writeFileSync(out, Buffer.concat([Buffer.from(header, "latin1"), body]));
  return out;
}

function splitRows(file: string, part: number): number[] {
  const bytes = readFileSync(join(data, file));
  const body = bytes.subarray(10 + bytes.readUInt16LE(8));
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString("latin1");
  const width = Number(/'descr': '[<|][a-z](\d)'/.exec(header)?.[1]);
  const rows: number[] = [];
  for (let i = 0; i < body.length / width; i++) if (body.readIntLE(i * width, width) === part) rows.push(i);
  return rows;
}

it("the real data sets are there in continuous integration", () => {
  if (process.env["CI"]) expect(present).toBe(true);
});

describe.skipIf(!present)("candor report agrees with reference.json to 1e-9 on", () => {
  it("DenseNet-40 on CIFAR-10, logits: the published ECE 0.0550027", async () => {
    const folder = "c10_densenet40_logits";
    for (const [part, key] of [
      ["test", "uncalibrated_test"],
      ["val", "uncalibrated_cal"],
    ] as const) {
      const document = await report(
        "--logits",
        join(data, folder, `logits_${part}.npy`),
        "--labels",
        join(data, folder, `labels_${part}.npy`),
      );
      agreeOnClasses(document, reference(folder, key));
      if (part === "test") expect(document.metrics.ece.value.toFixed(7)).toBe("0.0550027");
    }
  });

  it.each([
    ["c10_probs_4models", "lenet-5-cifar-10"],
    ["c10_probs_4models", "wideresnet-16-4-cifar-10"],
    ["c10_probs_4models", "vgg16-cifar-10"],
    ["c10_probs_4models", "densenet40-cifar-10"],
    ["c100_probs_3models", "lenet-5-cifar-100"],
    ["c100_probs_3models", "densenet-bc-100-cifar-100"],
    ["c100_probs_3models", "wideresnet-16-4-cifar-100"],
  ])("%s %s: probabilities in NPY, whole and by split", async (folder, model) => {
    const probs = `${folder}/probs_${model}.npy`;
    const whole = await report(join(data, probs), "--labels", join(data, folder, "labels.npy"), "--normalise");
    agreeOnClasses(whole, reference(folder, "models", model, "full_10000"));
    for (const [part, key] of [
      [0, "uncalibrated_cal"],
      [1, "uncalibrated_test"],
    ] as const) {
      const rows = splitRows(`${folder}/split.npy`, part);
      const document = await report(
        "--logits",
        logNpy(filteredNpy(probs, rows)),
        "--labels",
        filteredNpy(`${folder}/labels.npy`, rows),
      );
      agreeOnClasses(document, reference(folder, "models", model, key));
    }
  });

  it.each([
    "cifar10_resnet-20",
    "cifar10_vgg19_bn",
    "cifar10_repvgg_a2",
    "cifar100_resnet-20",
    "cifar100_vgg19_bn",
    "cifar100_repvgg_a2",
  ])("cifar_logits_6models %s: logits in NPY", async (set) => {
    const folder = "cifar_logits_6models";
    const file = (name: string): string => join(data, folder, `${set}_${name}.npy`);
    const document = await report("--logits", file("logits"), "--labels", file("labels"));
    agreeOnClasses(document, reference(folder, "sets", set, "full"));
  });

  it.each(["val", "test"])("ood_digits_mlp: logits of %s", async (part) => {
    const folder = "ood_digits_mlp";
    const file = (name: string): string => join(data, folder, `${name}_${part}.npy`);
    const document = await report("--logits", file("logits"), "--labels", file("labels"));
    agreeOnClasses(document, reference(folder, part === "val" ? "uncalibrated_cal" : "uncalibrated_test"));
  });

  const series = present
    ? readdirSync(join(data, "fivethirtyeight_games")).filter((file) => file.endsWith(".csv.gz"))
    : [];
  it.each(series)("fivethirtyeight_games/%s: binary scores, whole and by split", async (file) => {
    const name = file.replace(".csv.gz", "");
    const columns = ["--score", "p", "--label", "y"];
    const figures = (key: string): Reference => reference("fivethirtyeight_games", "series", name, key);
    agreeOnBinary(await report(join(data, "fivethirtyeight_games", file), ...columns), figures("full"));
    for (const [part, key] of [
      ["0", "uncalibrated_cal"],
      ["1", "uncalibrated_test"],
    ] as const) {
      const path = filteredCsv(`fivethirtyeight_games/${file}`, "split", (split) => split === part);
      agreeOnBinary(await report(path, ...columns), figures(key));
    }
  });

  it("drift_employment_ma: 277 677 binary scores in NPY, by part", async () => {
    const folder = "drift_employment_ma";
    const parts = [
      ["uncalibrated_cal", 0, 68_785],
      ["uncalibrated_test", 68_785, 277_677],
    ] as const;
    for (const [key, from, to] of parts) {
      const rows = Array.from({ length: to - from }, (_, i) => from + i);
      const score = filteredNpy(`${folder}/p.npy`, rows);
      const document = await report("--score", score, "--label", filteredNpy(`${folder}/y.npy`, rows));
      agreeOnBinary(document, reference(folder, key));
    }
  });

  it("weather_pop: precipitation probabilities with ties, exact 0 and 1, and days without an observation", async () => {
    const figures = (key: string): Reference => reference("weather_pop", "series", key, "full");
    const niamey = join(data, "weather_pop/niamey_2016.csv");
    for (const name of ["ENS", "EMOS", "EPC", "Logistic"])
      agreeOnBinary(await report(niamey, "--score", name, "--label", "obs"), figures(`niamey_${name}`));
    for (const name of ["pop24", "pop48"]) {
      const document = await report(
        join(data, "weather_pop/fmi_tampere_2003.csv"),
        "--score",
        name,
        "--label",
        "rain",
        "--skip-bad",
      );
      agreeOnBinary(document, figures(`fmi_${name}`));
      expect(document.source.skipped.length).toBeGreaterThan(0);
    }
  });

  it("tidymodels_small: class names as labels, two to four classes", async () => {
    const folder = join(data, "tidymodels_small");
    const figures = (model: string): Reference => reference("tidymodels_small", "models", model, "full");
    agreeOnClasses(
      await report(join(folder, "hpc_cv.csv.gz"), "--probs", "VF,F,M,L", "--label", "obs"),
      figures("hpc_cv"),
    );
    agreeOnClasses(await report(join(folder, "species_probs.csv"), "--label", "Species"), figures("species_probs"));
    const binary = [
      ["segment_logistic", ".pred_good", "Class", "good"],
      ["segment_naive_bayes", ".pred_good", "Class", "good"],
      ["two_class_example", "Class1", "truth", "Class1"],
    ] as const;
    for (const [model, score, label, positive] of binary) {
      const flags = ["--score", score, "--label", label, "--positive", positive];
      agreeOnBinary(await report(join(folder, `${model}.csv`), ...flags), figures(model));
    }
  });

  it("coco_detection_4models: detections as binary scores", async () => {
    for (const model of ["faster_rcnn_resnet50", "rfcn_resnet101", "ssd_inception_v2", "ssd_resnet50_v1"])
      for (const iou of ["60", "75"]) {
        const file = join(data, "coco_detection_4models", `detections_${model}.csv.gz`);
        const document = await report(file, "--score", "score", "--label", `matched${iou}`);
        agreeOnBinary(document, reference("coco_detection_4models", "models", model, `iou${iou}`, "full"));
      }
  });

  it("fivethirtyeight_soccer_3class: three outcomes, normalised, by split, and their top label", async () => {
    const folder = "fivethirtyeight_soccer_3class";
    for (const [part, key] of [
      ["0", "uncalibrated_cal"],
      ["1", "uncalibrated_test"],
    ] as const) {
      const path = filteredCsv(`${folder}/matches.csv.gz`, "split", (split) => split === part);
      const flags = ["--probs", "p_win1,p_tie,p_win2", "--label", "y", "--normalise"];
      agreeOnClasses(await report(path, ...flags), reference(folder, key));
    }
  });

  /** Without the log loss: a unit in the last place of one wrong confidence near 1 moves it by 2e-9. */
  it("DenseNet-40 as confidence and correctness: the figures of its top label", async () => {
    const folder = "c10_densenet40_logits";
    const { predictions } = await readPredictions(undefined, {
      logits: join(data, folder, "logits_test.npy"),
      labels: join(data, folder, "labels_test.npy"),
    });
    if (predictions.task !== "multiclass") throw new Error(`expected a multiclass task, got ${predictions.task}`);
    const { confidence, predicted } = topLabel(predictions.probabilities);
    const lines = Array.from(confidence, (c, i) => `${c},${predicted[i] === predictions.labels[i] ? 1 : 0}`);
    const path = join(temporary, "top.csv");
    writeFileSync(path, ["confidence,correct", ...lines, ""].join("\n"));
    const { nll: _, ...figures } = reference(folder, "toplabel_uncalibrated_test");
    agreeOnTopLabel(await report(path), figures);
  });

  it("tidymodels segment_logistic and naive Bayes: the figures of calibration.md 3.6, items 63 and 64", async () => {
    const read = async (file: string) => {
      const path = join(data, "tidymodels_small", file);
      const { predictions } = await readPredictions(path, { score: ".pred_good", label: "Class", positive: "good" });
      if (predictions.task !== "binary") throw new Error(`expected a binary task, got ${predictions.task}`);
      return { p: predictions.probabilities, y: predictions.outcomes };
    };
    const { p, y } = await read("segment_logistic.csv");
    const mass = { binning: "equal-mass", bins: 15 } as const;
    const digits = (value: number, expected: number, decimals: number): void =>
      expect(Math.abs(value - expected)).toBeLessThan(0.51 * 10 ** -decimals);
    digits(expectedCalibrationError(p, y, { bins: 10 }).value, 0.0566174216195, 13);
    digits(expectedCalibrationError(p, y, mass).value, 0.0535646153543, 13);
    digits(expectedCalibrationError(p, y, { ...mass, norm: "l2" }).value, 0.0696858756357, 13);
    digits(debiasedCalibrationError(p, y, { ...mass, norm: "l2" }).value, 0.0529992789295, 13);
    digits(smoothEceRelplot(p, y).value, 0.0479889233413, 12);
    digits(spiegelhalterTest(p, y).z ?? 0, 3.58665479395, 11);
    digits(spiegelhalterTest(p, y).pValue, 0.000334947, 9);
    const corp = corpDecomposition(p, y);
    digits(corp.miscalibration.value, 0.007955264704, 12);
    digits(corp.discrimination.value, 0.093405651469, 12);
    const naive = await read("segment_naive_bayes.csv");
    digits(corpDecomposition(naive.p, naive.y).miscalibration.value, 0.074267096393, 12);
  });

  it("--versus compares two NPY files of scores under the same flags", async () => {
    const folder = "c10_probs_4models";
    const file = (name: string): string => join(data, folder, `${name}.npy`);
    const labels = ["--labels", file("labels"), "--normalise"];
    const other = ["--versus", file("probs_wideresnet-16-4-cifar-10")];
    for (const first of [["--probs", file("probs_vgg16-cifar-10")], [file("probs_vgg16-cifar-10")]]) {
      const { versus } = await report(...first, ...labels, ...other);
      const figures = (model: string): Reference => reference(folder, "models", model, "full_10000");
      agree("brier of self", versus?.metrics["brier"]?.self, number(figures("vgg16-cifar-10"), "brier"));
      agree(
        "brier of the other",
        versus?.metrics["brier"]?.other,
        number(figures("wideresnet-16-4-cifar-10"), "brier"),
      );
      agree("nll of the other", versus?.metrics["logLoss"]?.other, number(figures("wideresnet-16-4-cifar-10"), "nll"));
      agree("ece of the other", versus?.metrics["ece"]?.other, number(figures("wideresnet-16-4-cifar-10"), "ece15"));
      expect(versus?.metrics["brier"]?.difference.lower).toBeGreaterThan(0);
      expect(versus?.sentence).toContain("probs_vgg16-cifar-10.npy");
    }
  });
});
