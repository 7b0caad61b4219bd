import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { RegressionFitDocument, RegressionReport } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { data } from "../calibrate/class-data.ts";
import { agree, isRecord, reference } from "../calibrate/reference-json.ts";
import { candor } from "./run.ts";

const present = existsSync(data);
if (!present && process.env["CI"] === "true") throw new Error(`no real forecasts at ${data}`);
if (!present) console.warn(`skipped: no real forecasts at ${data}`);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-forecasts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function json<Document>(...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await candor([...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

/** Forecasts of one model of one target, in a file of their own. */
function covidOf(model: string, target: string): string {
  const text = gunzipSync(readFileSync(join(data, "covid_eu_quantiles/quantile_forecasts.csv.gz"))).toString("utf8");
  const [header, ...lines] = text.trimEnd().split("\n");
  const own = lines.filter((line) => line.startsWith(`${model},${target},`));
  const path = join(folder, `${model}-${target}.csv`);
  writeFileSync(path, `${[header, ...own].join("\n")}\n`);
  return path;
}

const covid = present ? Object.keys(reference("covid_eu_quantiles", "models")) : ["none|none"];

describe.skipIf(!present)("candor report on European COVID forecasts", () => {
  it.each(covid)("agrees with every figure of the reference on %s", async (key) => {
    const [model = "", target = ""] = key.split("|");
    const figures = reference("covid_eu_quantiles", "models", key);
    const report = await json<RegressionReport>("report", covidOf(model, target));
    const { metrics, intervals, quantileCurve } = report;
    expect(report.n).toBe(figures["n"]);
    agree("wis", metrics.weightedIntervalScore?.value, figures["wis"], 1e-9);
    agree("dispersion", metrics.wisDispersion?.value, figures["dispersion"], 1e-9);
    agree("overprediction", metrics.wisOverprediction?.value, figures["overprediction"], 1e-9);
    agree("underprediction", metrics.wisUnderprediction?.value, figures["underprediction"], 1e-9);
    agree("ae_median", metrics.mae?.value, figures["ae_median"], 1e-9);
    const { coverage, quantile_coverage: below } = figures;
    if (!isRecord(coverage) || !isRecord(below)) throw new Error("the reference has no coverage");
    for (const [level, share] of Object.entries(coverage))
      agree(`coverage ${level}`, intervals.find((one) => one.level === Number(level))?.coverage.value, share, 1e-12);
    for (const [level, share] of Object.entries(below))
      agree(`below ${level}`, quantileCurve.find((one) => one.level === Number(level))?.observed.value, share, 1e-12);
  });

  it("--by model,target_type gives a group for each of four models and two targets", async () => {
    const file = join(data, "covid_eu_quantiles/quantile_forecasts.csv.gz");
    const report = await json<RegressionReport>("report", file, "--by", "model,target_type", "--time", "forecast_date");
    expect(report).toMatchObject({ n: 887, forecast: "quantiles", verdict: { status: expect.any(String) } });
    expect(report.levels).toHaveLength(23);
    const names = report.segments.map(({ by, name, n }) => `${by}=${name} ${n}`);
    expect(names.sort()).toEqual([
      "model=EuroCOVIDhub-baseline 256",
      "model=EuroCOVIDhub-ensemble 256",
      "model=UMass-MechBayes 128",
      "model=epiforecasts-EpiNow2 247",
      "target_type=Cases 384",
      "target_type=Deaths 503",
    ]);
    expect(report.overTime.length).toBeGreaterThan(5);
  });
});

describe.skipIf(!present)("candor report on small regression sets", () => {
  it.each([
    ["solubility_test", ["--label", "solubility", "--prediction", "prediction"]],
    ["boosting_oob", ["--label", "outcome", "--prediction", ".pred"]],
    ["boosting_test", ["--label", "outcome", "--prediction", ".pred"]],
  ] as const)("agrees with the reference on %s", async (name, flags) => {
    const figures = reference("regression_small", "sets", name);
    const { metrics, n, verdict } = await json<RegressionReport>(
      "report",
      join(data, "regression_small", `${name}.csv`),
      ...flags,
    );
    expect(n).toBe(figures["n"]);
    agree("rmse", metrics.rmse?.value, figures["rmse"], 1e-9);
    agree("mae", metrics.mae?.value, figures["mae"], 1e-9);
    agree("rsq_trad", metrics.r2?.value, figures["rsq_trad"], 1e-9);
    agree("rsq", metrics["r2Correlation"]?.value, figures["r2"], 1e-9);
    expect(verdict.status).toBe("no-uncertainty");
  });

  it("candor fit gives forecasts alone an uncertainty that holds on the test rows", async () => {
    const folderOf = join(data, "regression_small");
    const cal = join(folder, "boosting.json");
    const fit = await json<RegressionFitDocument>(
      "fit",
      join(folderOf, "boosting_oob.csv"),
      "--label",
      "outcome",
      "--prediction",
      ".pred",
      "--group",
      "id",
      "-o",
      cal,
    );
    expect(fit.verdict.status).toBe("improved");
    const report = await json<RegressionReport>(
      "report",
      join(folderOf, "boosting_test.csv"),
      "--label",
      "outcome",
      "--calibrator",
      cal,
    );
    const interval = report.intervals.find(({ level }) => level === 0.9);
    expect(interval?.coverage.lower).toBeLessThanOrEqual(0.9);
    expect(interval?.coverage.upper).toBeGreaterThanOrEqual(0.9);
  });
});

describe.skipIf(!present)("candor on forecasts of diabetes", () => {
  const file = join(data, "conformal/diabetes_predictions.csv");

  it("candor report asks which of two forecasts is meant, and reads either", async () => {
    const { code, stderr } = await candor(["report", file]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "the file can be read in 2 ways, by the quantiles q05, q50, q95 (--quantiles), or by mean with sigma",
    );
    const sigma = await json<RegressionReport>("report", file, "--sigma", "sigma");
    const quantiles = await json<RegressionReport>("report", file, "--quantiles", "q*");
    expect(sigma).toMatchObject({ forecast: "point-and-sigma", n: 242 });
    expect(quantiles).toMatchObject({ forecast: "quantiles", levels: [0.05, 0.5, 0.95] });
    const interval = await json<RegressionReport>(
      "report",
      file,
      "--lower",
      "q05",
      "--upper",
      "q95",
      "--interval-level",
      "0.9",
    );
    expect(interval.intervals[0]?.coverage.value).toBe(quantiles.intervals[0]?.coverage.value);
  });

  it("candor fit repairs a standard deviation that is too small", async () => {
    const fit = await json<RegressionFitDocument>("fit", file, "--sigma", "sigma", "--by", "split");
    expect(fit.before.verdict.status).toBe("too-narrow");
    expect(fit.verdict.status).toBe("improved");
    expect(fit.calibrator.map).toMatchObject({ kind: "shift-and-scale" });
  });
});
