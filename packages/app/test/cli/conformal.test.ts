import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConformalDocument, openConformal } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npy } from "../input/helpers.ts";
import { simulatedClasses, simulatedForecasts } from "../sample-conformal.ts";
import { binaryCalibrator } from "./calibrators.ts";
import { type CliResult, candor } from "./run.ts";

let folder = "";
const path = (name: string): string => join(folder, name);

function classesCsv(rows: number, seed: number): string {
  const { probabilities, labels, classNames, segments } = simulatedClasses(rows, seed);
  const region = segments[0];
  const lines = Array.from({ length: rows }, (_, i) => {
    const p = Array.from(probabilities.data.subarray(5 * i, 5 * i + 5));
    const where = region?.values[region.codes[i] ?? 0];
    return [...p, classNames[labels[i] ?? 0], where, 1 + (i % 3), `2026-01-${String(1 + (i % 28)).padStart(2, "0")}`];
  });
  return `${[[...classNames.map((name) => `p_${name}`), "label", "region", "w", "day"], ...lines].join("\n")}\n`;
}

function binaryCsv(rows: number, seed: number): string {
  const { probabilities, labels } = simulatedClasses(rows, seed);
  const lines = Array.from({ length: rows }, (_, i) => [probabilities.data[5 * i], labels[i] === 0 ? "yes" : "no"]);
  return `${[["score", "label"], ...lines].join("\n")}\n`;
}

function forecastsCsv(rows: number, seed: number): string {
  const { forecast, outcomes, segments } = simulatedForecasts(rows, seed);
  if (forecast.kind !== "point-and-sigma") throw new Error("another kind");
  const { point, sigma } = forecast;
  const lines = Array.from({ length: rows }, (_, i) => {
    const [m = 0, s = 0] = [point[i], sigma[i]];
    return [outcomes[i], m, s, m - 1.6 * s, m, m + 1.6 * s, segments[0]?.codes[i]];
  });
  return `${[["y", "mean", "sd", "q0.05", "q0.5", "q0.95", "region"], ...lines].join("\n")}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-conformal-"));
  writeFileSync(path("cal.csv"), classesCsv(600, 1));
  writeFileSync(path("test.csv"), classesCsv(400, 2));
  writeFileSync(path("few.csv"), classesCsv(5, 3));
  writeFileSync(path("binary.csv"), binaryCsv(600, 4));
  writeFileSync(path("binary-test.csv"), binaryCsv(300, 5));
  writeFileSync(path("demand.csv"), forecastsCsv(400, 6));
  writeFileSync(path("demand-test.csv"), forecastsCsv(300, 7));
  writeFileSync(path("confidences.csv"), "confidence,correct\n0.9,1\n0.4,0\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const conformal = (...args: string[]): Promise<CliResult> =>
  candor(["conformal", ...args.map((arg) => (/\.(csv|json|html|npy)$/.test(arg) ? path(arg) : arg))]);

async function document(...args: string[]): Promise<ConformalDocument> {
  const { code, stdout, stderr } = await conformal(...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return openConformal(JSON.parse(stdout));
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await conformal(...args);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  return stderr.replaceAll(`${folder}/`, "");
}

const classes = ["cal.csv", "--probs", "p_*", "--label", "label"];

describe("candor conformal FILE, of scores", () => {
  it("candor conformal FILE makes sets by lac at level 0.9", async () => {
    const sets = await document(...classes);
    expect(sets).toMatchObject({ schema: "candor.conformal/1", method: "lac", level: 0.9, n: 600, rank: 541 });
    expect(sets.quantile).toBeGreaterThan(0.5);
    expect(sets).not.toHaveProperty("coverage");
    expect(sets.created).toBe("2026-01-02T03:04:05.000Z");
  });

  it("candor conformal FILE --test FILE has coverage, meanSize and classCoverage of the test rows", async () => {
    const sets = await document(...classes, "--test", "test.csv");
    expect(sets.n).toBe(600);
    expect(sets.evaluation?.n).toBe(400);
    expect(Math.abs((sets.coverage ?? 0) - 0.9)).toBeLessThan(0.06);
    expect(sets.meanSize).toBeGreaterThan(1);
    expect(sets.classCoverage).toHaveLength(5);
    expect(sets.source.notes[0]).toBe("tested on 400 rows of test.csv");
  });

  it("candor conformal FILE --test FILE matches classes by name, whatever the order of the columns", async () => {
    const [header = "", ...lines] = readFileSync(path("test.csv"), "utf8").trim().split("\n");
    const swap = (line: string) => {
      const [a, b, ...rest] = line.split(",");
      return [b, a, ...rest].join(",");
    };
    writeFileSync(path("swapped.csv"), `${[header, ...lines].map(swap).join("\n")}\n`);
    const one = await document(...classes, "--test", "test.csv");
    const other = await document(...classes, "--test", "swapped.csv");
    expect(other.evaluation).toEqual(one.evaluation);
  });

  it("candor conformal FILE --test-share 0.25 --seed holds rows out at random, the same for the same seed", async () => {
    const one = await document(...classes, "--test-share", "25%", "--seed", "3");
    expect([one.n, one.evaluation?.n]).toEqual([450, 150]);
    expect(await document(...classes, "--test-share", "0.25", "--seed", "3")).toEqual(one);
    expect((await document(...classes, "--test-share", "0.25", "--seed", "4")).quantile).not.toBe(one.quantile);
  });

  it("candor conformal FILE --test-share 0.5 --time COLUMN tests on the latest rows", async () => {
    const sets = await document(...classes, "--test-share", "0.5", "--time", "day");
    expect(sets.source.notes[0]).toBe("tested on 300 of 600 rows, the latest by day; the others calibrate");
    expect(await refusal(...classes, "--time", "day")).toContain("--time is for --test-share");
  });

  it.each([
    [["--method", "raps"], { kind: "raps", penalty: 0.01, freeRanks: 5 }, true],
    [
      ["--method", "raps", "--penalty", "0.2", "--free-ranks", "1", "--no-randomised"],
      { penalty: 0.2, freeRanks: 1 },
      false,
    ],
    [["--method", "saps", "--rank-weight", "0.3"], { kind: "saps", weight: 0.3 }, true],
    [["--method", "aps"], { kind: "aps" }, true],
    [["--method", "top-k"], { kind: "top-k" }, false],
    [["--method", "margin"], { kind: "margin" }, false],
  ])("candor conformal FILE %j", async (flags, score, randomised) => {
    const sets = await document(...classes, "--test", "test.csv", ...flags);
    expect(sets).toMatchObject({ score, randomised, emptySets: "keep" });
    expect(sets.evaluation?.pValue ?? 1).toBeGreaterThan(0.001);
  });

  it("candor conformal FILE --method raps --penalty auto chooses the constants on rows of their own", async () => {
    const sets = await document(...classes, "--method", "raps", "--penalty", "auto");
    expect(sets.n).toBe(480);
    expect(sets.assumptions.join(" ")).toContain("were chosen on 120 rows");
  });

  it("candor conformal FILE --condition class, clusters, groups makes a threshold for each", async () => {
    const byClass = await document(...classes, "--condition", "class", "--test", "test.csv");
    expect(byClass.parts.map(({ values }) => values[0])).toEqual(["cat", "dog", "fish", "bird", "horse"]);
    expect([byClass.rank, byClass.quantile]).toEqual([null, null]);
    const clusters = await document(...classes, "--condition", "clusters");
    expect(clusters.condition.kind).toBe("clusters");
    const groups = await document(...classes, "--condition", "groups", "--by", "region", "--test", "test.csv");
    expect(groups.condition).toEqual({ kind: "groups", columns: ["region"] });
    expect(groups.parts).toHaveLength(3);
    expect(groups.evaluation?.groupCoverage).toHaveLength(3);
    const borrowed = await document(...classes, "--condition", "class", "--borrow", "20");
    expect(borrowed.condition).toEqual({ kind: "class", borrowed: 20 });
  });

  it("candor conformal FILE --empty-sets top-class leaves no empty set", async () => {
    const flags = [...classes, "--method", "aps", "--level", "0.5", "--test", "test.csv"];
    expect((await document(...flags)).evaluation?.empty).toBeGreaterThan(0);
    expect((await document(...flags, "--empty-sets", "top-class")).evaluation?.empty).toBe(0);
  });

  it("candor conformal FILE --weight COLUMN weighs rows: those held out count the same, those of a file each as one", async () => {
    const shared = await document(...classes, "--weight", "w", "--test-share", "0.5");
    expect(shared).toMatchObject({ weighted: true, rank: null });
    expect(shared.evaluation?.coverage.effectiveN).toBeLessThan(290);
    const other = await document(...classes, "--weight", "w", "--test", "test.csv");
    expect(other.evaluation?.coverage.effectiveN).toBe(400);
  });

  it("candor conformal FILE --score COLUMN makes sets of two classes", async () => {
    const sets = await document("binary.csv", "--score", "score", "--label", "label", "--test", "binary-test.csv");
    expect(sets).toMatchObject({ scoreKind: "probability", classNames: ["no", "yes"] });
    expect(Math.abs((sets.coverage ?? 0) - 0.9)).toBeLessThan(0.06);
  });

  it("candor conformal FILE --calibrator FILE calibrates the scores first, and says what to apply later", async () => {
    writeFileSync(path("calibrator.json"), JSON.stringify(binaryCalibrator({ classNames: ["no", "yes"] })));
    const flags = ["binary.csv", "--score", "score", "--label", "label", "--calibrator", "calibrator.json"];
    const { code, stdout } = await conformal(...flags, "-o", "calibrated-sets.json");
    expect(code).toBe(0);
    expect(stdout).toContain("scores calibrated by");
    expect(stdout).toMatch(/next: candor apply \S+ FILE --calibrator \S+calibrator\.json -o with-sets\.csv/);
  });

  it("candor conformal --probs FILE.npy --labels FILE.npy reads arrays, - reads standard input", async () => {
    const { probabilities, labels } = simulatedClasses(300, 8);
    writeFileSync(path("p.npy"), npy("<f8", [300, 5], probabilities.data));
    writeFileSync(path("y.npy"), npy("<i4", [300], labels));
    const sets = await document("--probs", "p.npy", "--labels", "y.npy", "--test-share", "0.5");
    expect(sets).toMatchObject({ n: 150, classNames: ["0", "1", "2", "3", "4"] });
    expect(await refusal("--probs", "p.npy", "--labels", "y.npy", "--test", "test.csv")).toContain(
      "p.npy would be read again: expected --test-share",
    );
    const piped = await candor(["conformal", "-", "--probs", "p_*", "--label", "label", "--json"], {
      input: readFileSync(path("cal.csv"), "utf8"),
    });
    expect(JSON.parse(piped.stdout)).toMatchObject({ n: 600, source: { name: "standard input" } });
  });
});

describe("candor conformal FILE, too few rows", () => {
  it("candor conformal FILE prints the document and exits with 1 where nothing was learnt", async () => {
    const flags = ["few.csv", "--probs", "p_*", "--label", "label"];
    const { code, stdout, stderr } = await conformal(...flags, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ quantile: null, rank: 6, n: 5 });
    expect(stderr).toContain("nothing was learnt, the rows are too few for level 0.9");
    const shown = await conformal(...flags, "-o", "none.json");
    expect(shown.code).toBe(1);
    expect(existsSync(path("none.json"))).toBe(false);
    expect(shown.stdout).toContain("4 more are needed");
    expect(shown.stderr).toContain("none.json was not written");
  });

  it("candor conformal FILE --condition class warns of classes with too few rows and exits with 0", async () => {
    writeFileSync(path("rare.csv"), `${readFileSync(path("cal.csv"), "utf8").replaceAll(",horse,", ",cat,")}`);
    const text = readFileSync(path("rare.csv"), "utf8").replace(",cat,", ",horse,");
    writeFileSync(path("rare.csv"), text);
    const sets = await document("rare.csv", "--probs", "p_*", "--label", "label", "--condition", "class");
    expect(sets.warnings.join(" ")).toContain("horse lacks 8");
    expect(sets.parts[4]?.quantile).toBeNull();
  });
});

describe("candor conformal FILE, of forecasts", () => {
  it.each([
    [[], "normalised"],
    [["--prediction", "mean"], "split"],
    [["--quantiles", "q*"], "cqr"],
    [["--method", "split-signed"], "split-signed"],
    [["--method", "gamma", "--prediction", "mean"], "gamma"],
    [["--method", "cqr-r", "--quantiles", "q*"], "cqr-r"],
    [["--method", "cqr-m", "--quantiles", "q*"], "cqr-m"],
    [["--method", "cqr-asymmetric", "--quantiles", "q*"], "cqr-asymmetric"],
    [["--method", "predictive-system"], "predictive-system"],
    [["--lower", "q0.05", "--upper", "q0.95", "--interval-level", "0.9"], "cqr"],
  ])("candor conformal FILE %j makes intervals by %s", async (flags, method) => {
    const own = flags.includes("--prediction") || flags.includes("--quantiles") || flags.includes("--lower");
    const forecast = own ? [] : ["--prediction", "mean", "--sigma", "sd"];
    const intervals = await document(
      "demand.csv",
      "--label",
      "y",
      ...forecast,
      ...flags,
      "--level",
      "0.8",
      "--test",
      "demand-test.csv",
    );
    expect(intervals).toMatchObject({ task: "regression", method, level: 0.8, n: 400 });
    expect(intervals.evaluation?.pValue ?? 1).toBeGreaterThan(0.001);
    expect(intervals.meanSize).toBeGreaterThan(0);
  });

  it("candor conformal FILE --condition groups --by COLUMN makes an amount for each group", async () => {
    const flags = ["demand.csv", "--label", "y", "--prediction", "mean", "--sigma", "sd", "--by", "region"];
    const intervals = await document(...flags, "--condition", "groups", "--test-share", "0.4");
    expect(intervals.parts.map(({ values }) => values)).toEqual([["0"], ["1"], ["2"]]);
    expect(intervals.evaluation?.groupCoverage).toHaveLength(3);
  });
});

describe("candor conformal FILE, what it writes and refuses", () => {
  it("candor conformal FILE -o --json FILE --html FILE writes all three", async () => {
    const { code, stdout } = await conformal(
      ...classes,
      "--test-share",
      "0.5",
      "-o",
      "sets.json",
      "--json",
      "all.json",
      "--html",
      "page.html",
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ Sets of \d\.\d\d classes on average hold the true class in \d\d\.\d % of rows/);
    expect(JSON.parse(readFileSync(path("all.json"), "utf8"))).toEqual(
      JSON.parse(readFileSync(path("sets.json"), "utf8")),
    );
    expect(readFileSync(path("page.html"), "utf8")).toContain("Coverage of each class");
    expect(stdout).toContain(`next: candor apply ${path("sets.json")} FILE -o with-sets.csv`);
  });

  it("candor conformal --method list names all methods in 80 columns", async () => {
    const { code, stdout } = await conformal("--method", "list");
    expect(code).toBe(0);
    for (const name of ["lac", "raps", "saps", "top-k", "cqr-m", "predictive-system"])
      expect(stdout).toContain(`  ${name} `);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    ["a method of intervals for scores", [...classes, "--method", "cqr"], "scores of classes take lac, margin"],
    [
      "a method of sets for forecasts",
      ["demand.csv", "--quantiles", "q*", "--label", "y", "--method", "raps"],
      "forecasts of numbers take split",
    ],
    ["a method that is none", [...classes, "--method", "rasp"], "no method is called rasp (did you mean raps?)"],
    ["a level in percent without the sign", [...classes, "--level", "90"], "did you mean 90%?"],
    ["a level of 1", [...classes, "--level", "1"], "expected a share between 0 and 1"],
    ["constants of another method", [...classes, "--penalty", "1"], "penalty is an option of raps, the method is lac"],
    [
      "penalty auto with free ranks",
      [...classes, "--method", "raps", "--penalty", "auto", "--free-ranks", "2"],
      "give both numbers or neither",
    ],
    ["nothing to randomise", [...classes, "--randomised"], "there is nothing to randomise"],
    ["groups without columns", [...classes, "--condition", "groups"], "--condition groups needs --by"],
    ["borrowing without classes", [...classes, "--borrow", "3"], "borrow"],
    ["two ways to test", [...classes, "--test", "test.csv", "--test-share", "0.5"], "--test and --test-share exclude"],
    [
      "a share that leaves nothing",
      ["few.csv", "--probs", "p_*", "--label", "label", "--test-share", "0.01"],
      "leaves none to test on",
    ],
    ["confidences", ["confidences.csv", "--confidence", "confidence", "--correct", "correct"], "got confidences"],
    ["confidences without flags", ["confidences.csv"], "got confidences"],
    [
      "classes of numbers",
      ["demand.csv", "--quantiles", "q*", "--label", "y", "--condition", "class"],
      "numbers have no classes",
    ],
    [
      "flags of sets for numbers",
      ["demand.csv", "--quantiles", "q*", "--label", "y", "--penalty", "1"],
      "--penalty belongs to sets",
    ],
    [
      "a calibrator for numbers",
      ["demand.csv", "--quantiles", "q*", "--label", "y", "--calibrator", "calibrator.json"],
      "--calibrator calibrates scores",
    ],
    [
      "sigma that is missing",
      ["demand.csv", "--prediction", "mean", "--label", "y", "--method", "normalised"],
      "normalised residuals need a sigma",
    ],
    ["writing to the test file", [...classes, "--test", "test.csv", "-o", "test.csv"], "test.csv is an input"],
    ["no file", [], "no file to calibrate on"],
    ["a test file of other classes", [...classes, "--test", "binary.csv"], "binary.csv"],
  ])("candor conformal refuses %s", async (_, args, message) => {
    expect(await refusal(...args)).toContain(message);
  });

  it("candor conformal FILE ends with 130 when interrupted, and --help keeps within 80 columns", async () => {
    const args = ["conformal", path("cal.csv"), ...classes.slice(1), "-o", path("interrupted.json")];
    expect((await candor(args, { signal: AbortSignal.abort() })).code).toBe(130);
    expect(existsSync(path("interrupted.json"))).toBe(false);
    const { code, stdout } = await candor(["conformal", "--help"]);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("candor conformal names the row and column of a bad value", async () => {
    const lines = readFileSync(path("cal.csv"), "utf8").split("\n");
    lines[7] = (lines[7] ?? "").replace(/^[^,]*/, "x");
    writeFileSync(path("bad.csv"), lines.join("\n"));
    const message = await refusal("bad.csv", "--probs", "p_*", "--label", "label");
    expect(message).toContain("bad.csv");
    expect(message).toContain("row 7");
    expect(message).toContain("p_cat");
    const { code, stdout } = await conformal("bad.csv", "--probs", "p_*", "--label", "label", "--skip-bad");
    expect(code).toBe(0);
    expect(stdout).toContain("1 row left out");
  });
});
