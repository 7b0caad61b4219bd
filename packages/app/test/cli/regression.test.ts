import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRandom,
  type RegressionCalibrator,
  type RegressionFitDocument,
  type RegressionReport,
  sealRegressionCalibrator,
} from "@candor/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { binaryCalibrator } from "./calibrators.ts";
import { type CliResult, candor } from "./run.ts";

let folder = "";
let work = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-regression-"));
});
beforeEach(() => {
  work = mkdtempSync(join(folder, "t-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  writeFileSync(join(work, name), content);
  return join(work, name);
}
const at = (name: string): string => join(work, name);
const text = (path: string): string => readFileSync(path, "utf8");

/** Forecasts whose standard deviation is stated at half its size. */
function forecasts(rows = 400, name = "forecasts.csv"): string {
  const random = createRandom(7);
  const lines = ["id,mean,sd,y,region"];
  for (let i = 0; i < rows; i++) {
    const [mean, sd] = [100 * random.uniform(), 1 + random.uniform()];
    const normal = Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    lines.push(`${i},${mean},${sd},${mean + 2 * sd * normal},${i % 3 === 0 ? "north" : "south"}`);
  }
  return write(name, `${lines.join("\n")}\n`);
}

async function done(...args: string[]): Promise<CliResult> {
  const result = await candor(args);
  expect(result.stderr.replace(/^note: .*\n/gm, "")).toBe("");
  expect(result.code).toBe(0);
  return result;
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(args);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  return stderr.replaceAll(`${work}/`, "").trim();
}

function calibrator(changes: Partial<RegressionCalibrator> = {}): RegressionCalibrator {
  const { fingerprint: _, ...draft } = {
    fingerprint: "",
    schema: "candor.regression-calibrator/1" as const,
    version: "0.1.0",
    created: null,
    forecast: "point-and-sigma" as const,
    levels: [],
    method: "shift-and-scale",
    map: { kind: "shift-and-scale" as const, shift: 1, scale: 2 },
    n: 100,
    effectiveN: 100,
    spec: { metric: "regression-recalibration" },
    data: { name: "old.csv", fingerprint: `sha256:${"0".repeat(64)}` },
    ...changes,
  };
  return sealRegressionCalibrator(draft);
}
const saved = (made: object, name = "cal.json"): string => write(name, JSON.stringify(made));

async function rowsOf(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe("candor report of forecasts", () => {
  it("candor report FILE recognises forecasts, and says in words, pictures and JSON that they are too narrow", async () => {
    const file = forecasts();
    const { stdout } = await done("report", file, "--by", "region", "--html", at("r.html"), "--json", at("r.json"));
    expect(stdout).toContain("too narrow");
    expect(stdout).toContain("400 rows · forecasts with standard deviation");
    expect(Math.max(...stdout.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(80 + work.length);
    const report: RegressionReport = JSON.parse(text(at("r.json")));
    expect(report).toMatchObject({ schema: "candor.regression-report/1", forecast: "point-and-sigma", n: 400 });
    expect(report.verdict.status).toBe("too-narrow");
    expect(report.segments.map(({ name }) => name).sort()).toEqual(["north", "south"]);
    expect(text(at("r.html"))).toContain("Do the forecasts keep their promises?");
  });

  it("candor report - reads forecasts from standard input, recognised or named", async () => {
    const input = text(forecasts());
    const named = await candor(["report", "-", "--prediction", "mean", "--sigma", "sd", "--json"], { input });
    const recognised = await candor(["report", "-", "--json"], { input });
    expect(recognised).toEqual(named);
    expect(JSON.parse(named.stdout)).toMatchObject({ n: 400, source: { name: "standard input" } });
  });

  it("candor report - still reads scores of classes from standard input", async () => {
    const input = `p,y\n${"0.2,0\n0.7,1\n0.6,0\n0.9,1\n".repeat(20)}`;
    const { code, stdout } = await candor(["report", "-", "--json"], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "candor.report/1", task: "binary", n: 80 });
  });

  it("candor report FILE does not take classes for forecasts", async () => {
    const file = write("c.csv", `p_cat,p_dog,label,q0.1,q0.9\n${"0.2,0.8,dog,1,2\n0.7,0.3,cat,1,2\n".repeat(20)}`);
    const { stdout } = await done("report", file, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ task: "multiclass" });
  });

  it("candor report FILE reads every format alike", async () => {
    const csv = forecasts(300);
    for (const [name, options] of [
      ["f.parquet", "FORMAT parquet"],
      ["f.jsonl", "FORMAT json"],
      ["f.tsv.gz", "FORMAT csv, DELIMITER '\t', COMPRESSION gzip"],
    ] as const)
      await rowsOf(`COPY (FROM '${csv}') TO '${at(name)}' (${options})`);
    const metrics = async (path: string) => JSON.parse((await done("report", path, "--json")).stdout).metrics;
    const expected = await metrics(csv);
    for (const name of ["f.parquet", "f.jsonl", "f.tsv.gz"]) expect(await metrics(at(name))).toEqual(expected);
  });

  it("candor report --weight counts a row of weight 2 twice, and one of weight 0 not at all", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${1 + (i % 3)},${(i * 5) % 11}`);
    const weighted = write("w.csv", `mean,sd,y,w\n${rows.map((row, i) => `${row},${i % 3}`).join("\n")}\n`);
    const repeated = write("n.csv", `mean,sd,y\n${rows.flatMap((row, i) => Array(i % 3).fill(row)).join("\n")}\n`);
    const values = async (...args: string[]) => {
      const { metrics }: RegressionReport = JSON.parse((await done("report", ...args, "--json")).stdout);
      return [metrics.bias, metrics.mae, metrics.crps, metrics.miscalibrationArea].map(
        (estimate) => estimate?.value ?? NaN,
      );
    };
    const expected = await values(repeated);
    const found = await values(weighted, "--weight", "w");
    for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i]!, 12);
  });

  it("candor report --skip-bad says what was left out", async () => {
    const file = write("bad.csv", `${text(forecasts(100))}100,5,0,5,north\n101,,1,5,north\n`);
    expect(await refusal("report", file)).toBe(
      "error: bad.csv, row 101 (line 102), column sd: expected a standard deviation above 0, got 0",
    );
    const { stdout } = await done("report", file, "--skip-bad");
    expect(stdout).toContain("100 rows (2 left out)");
    expect(stdout).toContain("1 row left out: missing forecast");
  });

  it.each([
    [["--versus", "other.csv"], "--versus compares scores of classes, not forecasts of numbers"],
    [["--approximate"], "--approximate belongs to scores of classes: forecasts of numbers are all kept in memory"],
    [["--prediction", "mean", "--normalise"], "--normalise belongs to probabilities, not to forecasts of numbers"],
    [["--prediction", "mean", "--score", "sd"], "--score belongs to scores of classes, not to forecasts of numbers"],
    [
      ["--task", "binary", "--sigma", "sd"],
      "forecasts.csv: no column is known to be the score; columns: id, mean, sd, y, region; name it with --score",
    ],
  ])("candor report FILE %j is refused", async (flags, message) => {
    expect(await refusal("report", forecasts(20), ...flags)).toContain(message);
  });

  it("candor report --interval-level refuses what is no level", async () => {
    expect(await refusal("report", forecasts(20), "--interval-level", "90")).toContain(
      "expected a share between 0 and 1 such as 0.95, or 95% (did you mean 90%?)",
    );
  });
});

describe("candor fit and apply of forecasts", () => {
  it("candor fit FILE -o cal.json proves a gain, candor apply adds it, and the report confirms it on new rows", async () => {
    const { stdout } = await done(
      "fit",
      forecasts(),
      "-o",
      at("cal.json"),
      "--html",
      at("f.html"),
      "--json",
      at("f.json"),
    );
    expect(stdout).toMatch(/^✓ /);
    expect(stdout).toContain(`next: candor apply ${at("cal.json")} FILE -o calibrated.csv`);
    const fit: RegressionFitDocument = JSON.parse(text(at("f.json")));
    expect(fit.verdict.status).toBe("improved");
    expect(fit.calibrator).toEqual(JSON.parse(text(at("cal.json"))));
    expect(fit.calibrator.created).toBe("2026-01-02T03:04:05.000Z");
    expect(text(at("f.html"))).toContain("Before and after");

    const news = forecasts(1000, "new.csv");
    const said = await done("apply", at("cal.json"), news, "-o", at("out.csv"));
    expect(said.stdout).toBe(`wrote ${at("out.csv")}: 1,000 rows, added calibrated_prediction, calibrated_sigma\n`);
    const flags = ["--prediction", "calibrated_prediction", "--sigma", "calibrated_sigma", "--label", "y"];
    const after = await done("report", at("out.csv"), ...flags, "--json");
    const direct = await done("report", news, "--calibrator", at("cal.json"), "--json");
    const [written, held]: RegressionReport[] = [after, direct].map((result) => JSON.parse(result.stdout));
    expect(written!.verdict.status).toBe("calibrated");
    expect(held!.metrics.crps?.value).toBeCloseTo(written!.metrics.crps!.value, 12);
    expect(held!.source.notes[0]).toContain(
      "forecasts calibrated by shift-and-scale (fitted on 400 rows of forecasts.csv",
    );
  });

  it("candor fit FILE gives the same bytes twice", async () => {
    const file = forecasts(150);
    const [one, two] = [await done("fit", file, "--json"), await done("fit", file, "--json")];
    expect(one.stdout).toBe(two.stdout);
  });

  it("candor fit does not write a calibrator after which forecasts are worse, unless told so", async () => {
    const random = createRandom(3);
    const rows = Array.from({ length: 500 }, (_, i) => {
      const normal = random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2;
      return `${i},0,0.6,${normal * (i < 100 ? 8 : 1)}`;
    });
    const file = write("drift.csv", `week,mean,sd,y\n${rows.join("\n")}\n`);
    const args = ["fit", file, "--time", "week", "--method", "shift-and-scale", "-o", at("worse.json")];
    const { code, stdout, stderr } = await candor(args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ /);
    expect(stderr).toContain("was not written: the forecasts are worse after this method");
    expect(readdirSync(work)).not.toContain("worse.json");
    await done(...args, "--anyway");
    expect(readdirSync(work)).toContain("worse.json");
  });

  it("candor fit --method list names the methods for forecasts, in 80 columns", async () => {
    const { stdout } = await done("fit", "--method", "list");
    expect(stdout).toContain("Forecasts with a standard deviation:\n  shift-and-scale");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [["--card", "card.md"], "--card belongs to scores of classes, expected --html for forecasts"],
    [["--keep-order"], "--keep-order belongs to scores of classes, not to forecasts of numbers"],
    [["--method", "platt"], "forecasts of kind point-and-sigma can be repaired by auto, identity, shift-and-scale"],
    [["--approximate"], "--approximate belongs to scores of classes"],
  ])("candor fit FILE %j is refused", async (flags, message) => {
    expect(await refusal("fit", forecasts(60), ...flags)).toContain(message);
  });

  it("candor apply keeps all columns, their order and text, in every format", async () => {
    const file = write("in.csv", 'id,"the name",yhat,sd,y\n001,"a, b",1.50,2,\n002,é,-3,0.25,9\n');
    const cal = saved(calibrator());
    await done("apply", cal, file, "-o", at("o.csv"));
    expect(text(at("o.csv"))).toBe(
      'id,the name,yhat,sd,y,calibrated_prediction,calibrated_sigma\n001,"a, b",1.50,2,,2.5,4.0\n002,é,-3,0.25,9,-2.0,0.5\n',
    );
    for (const name of ["o.tsv", "o.jsonl", "o.json.gz", "o.parquet"]) {
      await done("apply", cal, file, "-o", at(name));
      const [first] = await rowsOf(`SELECT calibrated_prediction, calibrated_sigma FROM '${at(name)}' LIMIT 1`);
      expect(first).toEqual([2.5, 4]);
    }
    const printed = await done("apply", cal, file);
    expect(printed.stdout).toBe(text(at("o.csv")));
  });

  it("candor apply writes decimal commas where the file has them", async () => {
    const file = write("comma.csv", "yhat;sd\n1,5;2,0\n2,5;1,5\n");
    const { stdout } = await done("apply", saved(calibrator()), file);
    expect(stdout).toBe("yhat;sd;calibrated_prediction;calibrated_sigma\n1,5;2,0;2,5;4,0\n2,5;1,5;3,5;3,0\n");
  });

  it("candor apply adds calibrated quantiles and intervals under their names", async () => {
    const levels = [0.1, 0.5, 0.9];
    const shifts = { kind: "quantile-shifts", levels, shifts: [-1, 0, 2] } as const;
    const quantiles = calibrator({ forecast: "quantiles", levels, method: "quantile-shifts", map: shifts });
    const file = write("q.csv", "q0.9,q0.1,q0.5\n9,1,5\n");
    expect((await done("apply", saved(quantiles), file)).stdout).toBe(
      "q0.9,q0.1,q0.5,calibrated_q0.1,calibrated_q0.5,calibrated_q0.9\n9,1,5,0.0,5.0,11.0\n",
    );
    const ends = calibrator({
      forecast: "interval",
      levels: [0.05, 0.95],
      map: { kind: "shift-and-scale", shift: 0, scale: 2 },
    });
    const interval = write("i.csv", "lo,hi\n4,6\n");
    expect((await done("apply", saved(ends), interval)).stdout).toBe(
      "lo,hi,calibrated_lower,calibrated_upper\n4,6,3.0,7.0\n",
    );
    expect(await refusal("apply", saved(ends), interval, "--interval-level", "0.8")).toContain(
      "fitted at the levels 0.05, 0.95",
    );
  });

  it("candor apply --skip-bad leaves what is added empty in bad rows, and counts them", async () => {
    const file = write("in.csv", "yhat,sd\n1,1\n2,0\n3,1\n");
    expect(await refusal("apply", saved(calibrator()), file)).toContain("row 2 (line 3), column sd");
    const { stdout, stderr } = await done("apply", saved(calibrator()), file, "--skip-bad");
    expect(stdout).toBe("yhat,sd,calibrated_prediction,calibrated_sigma\n1,1,2.0,2.0\n2,0,,\n3,1,4.0,2.0\n");
    expect(stderr).toBe("note: 1 row has no calibrated forecast: standard deviation not above 0\n");
  });

  it("candor apply does not write over a column of that name", async () => {
    const file = write("in.csv", "yhat,sd,calibrated_sigma\n1,1,x\n");
    const { stdout, stderr } = await done("apply", saved(calibrator()), file, "--sigma", "sd", "--prediction", "yhat");
    expect(stdout).toBe("yhat,sd,calibrated_sigma,calibrated_prediction,calibrated_sigma_1\n1,1,x,2.0,2.0\n");
    expect(stderr).toBe("note: the file already has calibrated_sigma: added under other names\n");
  });

  it("candor apply keeps the order over many rows", async () => {
    const rows = 300_000;
    await rowsOf(
      `COPY (SELECT i AS id, i * 0.5 AS yhat, 1 + i % 5 AS sd FROM range(${rows}) t(i)) TO '${at("m.parquet")}'`,
    );
    await done("apply", saved(calibrator()), at("m.parquet"), "-o", at("o.parquet"));
    const [row] = await rowsOf(
      `SELECT count(*)::INT, bool_and(calibrated_prediction = id * 0.5 + 1 AND calibrated_sigma = 2 * sd) FROM '${at("o.parquet")}'`,
    );
    expect(row).toEqual([rows, true]);
  });

  it("candor apply --json tells what was done", async () => {
    const file = write("in.csv", "yhat,sd\n1,1\n");
    const { stdout } = await done("apply", saved(calibrator()), file, "-o", at("o.csv"), "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "candor.apply/1",
      calibrator: { method: "shift-and-scale", forecast: "point-and-sigma" },
      rows: 1,
      added: ["calibrated_prediction", "calibrated_sigma"],
      source: { name: "in.csv", columns: { prediction: "yhat", sigma: "sd" } },
    });
  });

  it.each([
    [["-o", "o.npy"], "forecasts are written as columns, expected a table such as .csv or .parquet"],
    [["-o", "o.doc"], "cannot tell how to write o.doc"],
    [["--into", "x"], "--into names a confidence; forecasts are added as calibrated_…"],
    [["--by", "x"], "the calibrator has no corrections per segment, expected no --by"],
    [["--json"], "--json and the calibrated rows both go to standard output, expected --out FILE"],
    [
      ["--quantiles", "q*"],
      "expected a forecast with its standard deviation (--prediction, --sigma), got the flags of quantiles",
    ],
  ])("candor apply CALIBRATOR FILE %j is refused", async (flags, message) => {
    const file = write("in.csv", "yhat,sd\n1,1\n");
    expect(await refusal("apply", saved(calibrator()), file, ...flags)).toContain(message);
  });

  it("candor apply and report --calibrator refuse calibrators that are altered, of classes, or of another kind", async () => {
    const file = forecasts(20);
    const altered = saved({ ...calibrator(), n: 101 }, "altered.json");
    expect(await refusal("apply", altered, file)).toMatch(/^error: altered\.json: .*fingerprint/);
    const classes = saved(binaryCalibrator(), "classes.json");
    expect(await refusal("report", file, "--calibrator", classes)).toBe(
      "error: classes.json: a calibrator of scores of classes, expected one of forecasts of numbers",
    );
    const quantiles = calibrator({ forecast: "quantiles", levels: [0.1, 0.9], map: { kind: "identity" } });
    expect(await refusal("apply", saved(quantiles), file)).toContain("no columns are known to be quantiles");
  });
});
