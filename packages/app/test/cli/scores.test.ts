import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  auroc,
  type Calibrator,
  energyScore,
  generalisedEntropy,
  type Matrix,
  marginScore,
  maximumLogit,
  maximumProbability,
  negativeEntropy,
  type ReportDocument,
  softmax,
} from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { data, npy } from "../calibrate/class-data.ts";
import { agree, isRecord } from "../calibrate/reference-json.ts";
import { candor } from "./run.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-scores-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** What `candor` prints; it has to end well. */
async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(args);
  expect({ code, stderr: stderr.replace(/^note: .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function report(...args: string[]): Promise<ReportDocument> {
  return JSON.parse(await printed("report", ...args, "--json"));
}

/** What `candor` complains about; it has to be the user's fault. */
async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

const classNames = ["cat", "dog", "owl"];

/** Rows of three classes whose larger outputs are right more often, always the same. */
const outputs = Array.from({ length: 300 }, (_, i) => {
  const wave = (k: number): number => Math.sin(12.9898 * (i + 1) + 78.233 * k) * 43758.5453;
  const noise = (k: number): number => wave(k) - Math.floor(wave(k));
  const z = classNames.map((_, k) => 4 * noise(k + 1) ** 2);
  const top = z.indexOf(Math.max(...z));
  const sum = z.reduce((total, value) => total + Math.exp(value), 0);
  const p = z.map((value) => Math.exp(value) / sum);
  const label = noise(9) < (p[top] ?? 0) * 0.9 ? top : (top + 1) % 3;
  return { z, p, label: classNames[label] ?? "", region: i % 3 === 0 ? "eu" : "us", weight: 1 + (i % 2) };
});

function table(kind: "z" | "p"): string {
  const head = `${classNames.map((name) => `${kind}_${name}`).join(",")},label,region,weight`;
  return `${[head, ...outputs.map((row) => [...row[kind], row.label, row.region, row.weight].join(","))].join("\n")}\n`;
}

const logits = (): string => write("logits.csv", table("z"));
const probabilities = (): string => write("probs.csv", table("p"));

describe("candor report --confidence-from", () => {
  it("candor report --confidence-from energy says first that it is no probability, and ranks by it", async () => {
    const document = await report(logits(), "--confidence-from", "energy", "--by", "region", "--weight", "weight");
    expect(document.verdict.status).toBe("not-a-probability");
    expect(document.verdict.sentence).toMatch(/^Energy is a score, not a probability: fit a calibrator/);
    expect(document.task).toBe("confidence");
    expect(document.source.columns).toMatchObject({ logits: "z_*", label: "label", "confidence-from": "energy" });
    expect(document.score).toMatchObject({ name: "energy", isProbability: false, classes: 3 });
    expect(document.weighted).toBe(true);
    expect(document.segments.map(({ name }) => name).sort()).toEqual(["eu", "us"]);
    const rows: Matrix = { data: Float64Array.from(outputs.flatMap(({ z }) => z)), rows: outputs.length, cols: 3 };
    const correct = Uint8Array.from(outputs, ({ z, label }) =>
      classNames[z.indexOf(Math.max(...z))] === label ? 1 : 0,
    );
    const weights = Float64Array.from(outputs, ({ weight }) => weight);
    const own = auroc(energyScore(rows), correct, { weights });
    expect(document.metrics.auroc?.value).toBeCloseTo(own.value, 12);
  });

  it("candor report --confidence-from energy prints its ranking, and no calibration of it", async () => {
    const text = await printed("report", logits(), "--confidence-from", "energy", "--by", "region");
    expect(text).toMatch(/^\? Energy is a score, not a probability/);
    expect(text).toMatch(/AUROC +0\./);
    expect(text).toMatch(/how often the prediction is right/);
    expect(text).not.toMatch(/ECE|Brier|Mean confidence/);
  });

  it("candor report --confidence-from energy --html shows its ranking, and no calibration of it", async () => {
    const html = join(folder, "energy.html");
    await printed("report", logits(), "--confidence-from", "energy", "--compare-scores", "--html", html);
    const page = readFileSync(html, "utf8");
    expect(page).toContain("A score, not a probability");
    expect(page).toContain("Which score of the outputs to use?");
    expect(page).not.toMatch(/>ECE</);
  });

  it("candor report --confidence-from msp is the report on the largest probability, from logits as from probabilities", async () => {
    const [given, ofLogits, whole] = await Promise.all([
      report(probabilities(), "--confidence-from", "msp"),
      report(logits(), "--confidence-from", "msp"),
      report(probabilities()),
    ]);
    expect(given.verdict.status).not.toBe("not-a-probability");
    expect(given.metrics.ece.value).toBeCloseTo(whole.metrics.ece.value, 12);
    expect(ofLogits.metrics.ece.value).toBeCloseTo(whole.metrics.ece.value, 12);
  });

  it("candor report --confidence-from reads binary probabilities, binary logits and forecasts", async () => {
    const z = outputs.map((row) => (row.z[0] ?? 0) - (row.z[1] ?? 0));
    const y = outputs.map(({ label }) => (label === "cat" ? 1 : 0));
    const file = write("z.csv", `z,y\n${z.map((value, i) => `${value},${y[i]}`).join("\n")}\n`);
    const p = write("p.csv", `p,y\n${z.map((value, i) => `${1 / (1 + Math.exp(-value))},${y[i]}`).join("\n")}\n`);
    const sigmoid = await report(file, "--confidence-from", "sigmoid");
    const msp = await report(p, "--confidence-from", "msp");
    expect(sigmoid.metrics.logLoss.value).toBeCloseTo(msp.metrics.logLoss.value, 12);
    const forecasts = write("f.csv", "mean,sd,sold\n10,1,10.5\n10,4,18\n20,2,21\n20,2,19\n30,8,21\n30,1,30\n");
    const within = await report(
      forecasts,
      "--confidence-from",
      "within:2",
      "--prediction",
      "mean",
      "--sigma",
      "sd",
      "--label",
      "sold",
    );
    expect(within.score).toMatchObject({ name: "within:2", isProbability: true, classes: null });
    expect(within.accuracy.value).toBeCloseTo(4 / 6, 14);
    const squared = write("v.csv", "mean,v,sold\n10,1,10.5\n10,16,18\n20,4,21\n20,4,19\n30,64,21\n30,1,30\n");
    const columns = ["--prediction", "mean", "--variance", "v", "--label", "sold"];
    const ofVariance = await report(squared, "--confidence-from", "within:2", ...columns);
    expect(ofVariance.metrics).toEqual(within.metrics);
    expect(await refused("report", squared, ...columns, "--sigma", "v")).toMatch(
      /--sigma and --variance exclude each other/,
    );
    const negative = write("n.csv", "mean,v,sold\n10,-1,10.5\n");
    expect(await refused("report", negative, ...columns)).toMatch(/column v: expected a variance above 0, got -1/);
  });

  it("candor report --confidence-from names what is missing, or in the way", async () => {
    const withProbabilities = probabilities();
    expect(await refused("report", withProbabilities, "--confidence-from", "energy")).toMatch(
      /energy needs one logit per class, got probabilities \(p_\*\), which cannot be turned back into them/,
    );
    expect(await refused("report", withProbabilities, "--probs", "p_*", "--confidence-from", "energy")).toMatch(
      /energy needs logits, which probabilities cannot be turned back into: expected --logits, got --probs/,
    );
    expect(await refused("report", logits(), "--confidence-from", "engery")).toMatch(
      /no score is called "engery", expected one of msp, margin.*did you mean energy\?/,
    );
    expect(await refused("report", logits(), "--confidence-from", "msp", "--confidence", "z_cat")).toMatch(
      /makes the confidence of a model's outputs, expected no --confidence/,
    );
    const binary = write("b.csv", "p,y\n0.2,0\n0.8,1\n");
    expect(await refused("report", binary, "--confidence-from", "max-logit")).toMatch(
      /max-logit needs one logit per class, got columns p, y/,
    );
    const confidences = write("c.csv", "confidence,correct\n0.2,0\n0.8,1\n");
    expect(await refused("report", confidences, "--confidence-from", "msp")).toMatch(
      /msp is computed from the outputs of a model and its label, got a confidence \(confidence\)/,
    );
    const forecasts = write("f.csv", "mean,sd,sold\n10,1,10.5\n10,4,18\n");
    const named = [forecasts, "--prediction", "mean", "--sigma", "sd", "--label", "sold"];
    expect(await refused("report", ...named, "--confidence-from", "sd")).toMatch(/sd needs a tolerance above 0/);
    expect(await refused("report", ...named, "--confidence-from", "width:2")).toMatch(/width needs an interval/);
    expect(await refused("report", logits(), "--versus", withProbabilities, "--confidence-from", "gen")).toMatch(
      /--versus compares probabilities, and gen is none/,
    );
  });
});

describe("candor report --compare-scores", () => {
  it("candor report --compare-scores ranks what the file allows and says which to use", async () => {
    const { scoreComparison, verdict, metrics } = await report(logits(), "--compare-scores");
    expect(verdict.status).not.toBe("not-a-probability");
    expect(scoreComparison?.scores.map(({ name }) => name).sort()).toEqual([
      "energy",
      "entropy",
      "gen",
      "margin",
      "max-logit",
      "msp",
    ]);
    expect(scoreComparison?.sentence).toMatch(/^Use /);
    const msp = scoreComparison?.scores.find(({ name }) => name === "msp");
    expect(msp?.auroc.value).toBeCloseTo(metrics.auroc?.value ?? Number.NaN, 12);
    expect(msp?.calibrated?.logLoss.spec).toMatchObject({ calibrated: "venn-abers", folds: 5 });
    const ofProbabilities = await report(probabilities(), "--compare-scores");
    expect(ofProbabilities.scoreComparison?.scores).toHaveLength(4);
  });

  it("candor report --compare-scores prints the table", async () => {
    const text = await printed("report", logits(), "--compare-scores");
    expect(text).toMatch(/Scores of the outputs {2}right above wrong: which ranks best\?\n {2}Use /);
    for (const name of ["msp", "margin", "entropy", "max-logit", "energy", "gen"])
      expect(text).toMatch(new RegExp(`^ {2}${name} +0\\.\\d{4} `, "m"));
  });

  it("candor report --compare-scores refuses what it cannot compare", async () => {
    expect(await refused("report", logits(), "--compare-scores", "--approximate")).toMatch(/exclude each other/);
    expect(await refused("report", logits(), "--compare-scores", "--calibrator", "cal.json")).toMatch(
      /expected no --calibrator/,
    );
    const confidences = write("c.csv", "confidence,correct\n0.2,0\n0.8,1\n");
    expect(await refused("report", confidences, "--compare-scores")).toMatch(/got a confidence/);
    const right = write("right.csv", "p_a,p_b,label\n0.9,0.1,a\n0.2,0.8,b\n0.7,0.3,a\n");
    expect(await refused("report", right, "--compare-scores")).toMatch(/every prediction is right/);
    const forecasts = write("f.csv", "mean,sd,sold\n10,1,10.5\n10,4,18\n");
    const named = ["--prediction", "mean", "--sigma", "sd", "--label", "sold", "--compare-scores"];
    expect(await refused("report", forecasts, ...named)).toMatch(/--confidence-from within:5 says off by 5 at most/);
  });
});

describe("a calibrator of a score", () => {
  it("candor fit records the score, and candor apply computes it from the outputs by itself", async () => {
    const cal = join(folder, "cal.json");
    const first = await printed("fit", logits(), "--confidence-from", "energy", "-o", cal);
    expect(first).toMatch(/makes a probability of energy: log loss/);
    const calibrator: Calibrator = JSON.parse(readFileSync(cal, "utf8"));
    expect(calibrator.spec).toMatchObject({
      confidenceFrom: "energy",
      confidenceOutputs: "classes",
      confidenceClasses: 3,
    });
    const rows = (await printed("apply", cal, logits())).trim().split("\n");
    expect(rows[0]).toMatch(/,confidence$/);
    const values = rows.slice(1).map((row) => Number(row.split(",").at(-1)));
    const energies = energyScore({
      data: Float64Array.from(outputs.flatMap(({ z }) => z)),
      rows: outputs.length,
      cols: 3,
    });
    const order = [...energies.keys()].sort((a, b) => (energies[a] ?? 0) - (energies[b] ?? 0));
    for (let k = 1; k < order.length; k++)
      expect(values[order[k] ?? 0]).toBeGreaterThanOrEqual(values[order[k - 1] ?? 0] ?? 0);
    const { verdict, score, metrics } = await report(logits(), "--calibrator", cal);
    expect(verdict.status).not.toBe("not-a-probability");
    expect(score).toBeUndefined();
    expect(metrics.ece.value).toBeLessThan(0.1);
  });

  it("candor apply refuses other outputs than those of the calibrator", async () => {
    const cal = join(folder, "cal.json");
    await printed("fit", logits(), "--confidence-from", "energy", "-o", cal);
    expect(await refused("apply", cal, probabilities())).toMatch(/energy needs one logit per class, got probabilities/);
    expect(await refused("apply", cal, logits(), "--confidence", "z_cat")).toMatch(
      /the calibrator is of energy, which is computed from the outputs of the model: expected no --confidence/,
    );
    expect(await refused("apply", cal, logits(), "--confidence-from", "msp")).toMatch(
      /the calibrator is of energy, got --confidence-from msp/,
    );
    const two = write("two.csv", "z_a,z_b\n1,2\n");
    expect(await refused("apply", cal, two)).toMatch(/the calibrator is of energy of 3 classes, got 2/);
    const labelled = write("labelled.csv", "z_a,z_b,label\n1,2,b\n2,1,b\n");
    expect(await refused("report", labelled, "--calibrator", cal)).toMatch(/is of energy of 3 classes, got 2/);
    expect(await printed("export", cal, "--to", "ts")).toContain("That is x = energy of the outputs for 3 classes");
  });

  it("candor decide keeps the score in its policy; costs need a calibrator of it", async () => {
    const policy = join(folder, "policy.json");
    await printed("decide", logits(), "--confidence-from", "energy", "--max-error", "45%", "-o", policy);
    expect(await printed("apply", policy, logits())).toMatch(/,decision\n/);
    expect(await printed("verify", policy, logits())).toMatch(/comes out the same to/);
    expect(
      await refused("decide", logits(), "--confidence-from", "energy", "--cost-error", "5", "--cost-review", "1"),
    ).toMatch(/costs need probabilities, and energy is a score/);
    const cal = join(folder, "cal.json");
    await printed("fit", logits(), "--confidence-from", "energy", "-o", cal);
    await printed("decide", logits(), "--calibrator", cal, "--cost-error", "5", "--cost-review", "1", "-o", policy);
    expect(await printed("apply", policy, logits())).toMatch(/,confidence,decision\n/);
  });

  it("candor decide makes decisions of forecasts by the probability to be near enough", async () => {
    const rows = outputs.map(({ z }, i) => {
      const [sd, error] = [1 + (z[0] ?? 0), ((z[1] ?? 0) - 1.3) * (1 + (z[0] ?? 0))];
      return `${i},${sd},${i + error}`;
    });
    const file = write("forecasts.csv", `mean,sd,sold\n${rows.join("\n")}\n`);
    const named = ["--prediction", "mean", "--sigma", "sd"];
    const policy = join(folder, "policy.json");
    const of = [file, ...named, "--label", "sold", "--max-error", "60%", "-o", policy];
    await printed("decide", ...of, "--confidence-from", "within:3");
    expect(await printed("apply", policy, file, ...named)).toMatch(/,decision\n/);
    expect(await refused("decide", ...of)).toMatch(/decisions need a confidence, got --prediction/);
  });
});

const present = existsSync(join(data, "conformal"));
const scores: readonly (readonly [key: string, score: (logits: Matrix) => Float64Array])[] = [
  ["msp", (z) => maximumProbability(softmax(z))],
  ["mls", maximumLogit],
  ["energy", (z) => energyScore(z)],
  ["neg_entropy", (z) => negativeEntropy(softmax(z))],
  ["gen", (z) => generalisedEntropy(softmax(z))],
  ["margin", (z) => marginScore(softmax(z))],
];

/** What golden.json has at a path of keys. */
function golden(...path: readonly string[]): unknown {
  let node: unknown = JSON.parse(readFileSync(join(data, "conformal", "golden.json"), "utf8"));
  for (const key of path) node = isRecord(node) ? node[key] : undefined;
  return node;
}

/** Logits of a linear head on features; the weights of the digits stand column by column in their file. */
function headLogits(features: string, head: string): Matrix {
  const x = npy("conformal", features);
  const w = npy("conformal", `${head}_W.npy`);
  const b = npy("conformal", `${head}_b.npy`);
  const [rows = 0, width = 0] = x.shape;
  const cols = b.values.length;
  const byColumn = head === "digits_head";
  const z = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < cols; k++) {
      let sum = b.values[k] ?? 0;
      for (let j = 0; j < width; j++)
        sum += (x.values[i * width + j] ?? 0) * (w.values[byColumn ? j * cols + k : k * width + j] ?? 0);
      z[i * cols + k] = sum;
    }
  return { data: z, rows, cols };
}

describe.skipIf(!present && process.env["CI"] !== "true")(
  "scores of real outputs (skipped without ../shared/data)",
  () => {
    for (const [set, head, inside, outside, name] of [
      [
        "ood_resnet18_cifar3_vs_svhn",
        "ood_resnet18_head",
        "ood_resnet18_id_test_feat.npy",
        "ood_resnet18_far_svhn_feat.npy",
        "svhn",
      ],
      ["ood_digits_0to7_vs_8_9", "digits_head", "digits_test_feat.npy", "digits_ood_feat.npy", "digits_8_9"],
    ] as const)
      it(`six scores of ${set} are those of the reference, and so is their AUROC`, () => {
        const [id, ood] = [headLogits(inside, head), headLogits(outside, head)];
        const labels = new Uint8Array(id.rows + ood.rows).fill(1, id.rows);
        for (const [key, score] of scores) {
          const values = score(id);
          const first = golden(set, "id_first3", key);
          expect(first).toHaveLength(3);
          for (const [i, figure] of (Array.isArray(first) ? first : []).entries())
            agree(`${key} ${i}`, values[i], figure, 1e-9);
          const both = Float64Array.from([...values, ...score(ood)], (value) => -value);
          agree(`${key} auroc`, auroc(both, labels).value, golden(set, name, key, "auroc"), 1e-9);
        }
      });

    it("candor report --compare-scores of DenseNet-40 on CIFAR-10 finds that entropy and msp rank better than energy", async () => {
      const of = ["logits_test.npy", "labels_test.npy"].map((file) => join(data, "c10_densenet40_logits", file));
      const { scoreComparison } = await report("--logits", of[0] ?? "", "--labels", of[1] ?? "", "--compare-scores");
      const by = new Map(scoreComparison?.scores.map((score) => [score.name, score]));
      agree("msp", by.get("msp")?.auroc.value, 0.9291, 5e-5);
      agree("energy", by.get("energy")?.auroc.value, 0.8822, 5e-5);
      expect(by.get("energy")?.isShownWorse).toBe(true);
      expect(scoreComparison?.recommended).toBe("msp");
    });
  },
);
