import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConformalIntervals,
  type ConformalSets,
  type Forecast,
  fitConformalIntervals,
  fitConformalSets,
  predictIntervals,
  predictSets,
  type SetsData,
  setMembers,
} from "@candor/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulatedClasses, simulatedForecasts } from "../sample-conformal.ts";
import { classCalibrator } from "./calibrators.ts";
import { type CliResult, candor } from "./run.ts";

let folder = "";
const path = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(path(name), "utf8");

const source = { name: "cal.csv", rows: 500, skipped: [], columns: {}, approximate: false, notes: [] };
const made = { level: 0.9, version: "1", source } as const;
const scored = simulatedClasses(50, 12);

function sets(options: Partial<Parameters<typeof fitConformalSets>[1]> = {}, data?: SetsData): ConformalSets {
  return fitConformalSets(data ?? simulatedClasses(500, 11), { ...made, ...options });
}

function save(document: ConformalSets | ConformalIntervals, name = "sets.json"): string {
  writeFileSync(path(name), JSON.stringify(document));
  return path(name);
}

/** A CSV of the scored rows; what stands before and after the scores is kept. */
function scoresCsv({ probabilities, classNames, segments }: typeof scored = scored): string {
  const lines = Array.from({ length: probabilities.rows }, (_, i) => {
    const p = Array.from(probabilities.data.subarray(5 * i, 5 * i + 5));
    return [`row ${i}`, ...p, segments[0]?.values[segments[0].codes[i] ?? 0], 1 + (i % 4)];
  });
  return `${[["id", ...classNames.map((name) => `p_${name}`), "region", "w"], ...lines].join("\n")}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-conformal-apply-"));
  writeFileSync(path("new.csv"), scoresCsv());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function apply(...args: string[]): Promise<CliResult> {
  const result = await candor(["apply", ...args]);
  expect(result.stderr.replace(/^note: .*\n/gm, "")).toBe("");
  expect(result.code).toBe(0);
  return result;
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(["apply", ...args]);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  return stderr.replaceAll(`${folder}/`, "");
}

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

function expected(document: ConformalSets, options = {}): string[][] {
  const predicted = predictSets(document, scored.probabilities, { segments: scored.segments, ...options });
  return Array.from({ length: scored.rows }, (_, i) =>
    setMembers(predicted, i).map((k) => document.classNames[k] ?? ""),
  );
}

const probs = ["--probs", "p_*"];

describe("candor apply SETS FILE", () => {
  it("candor apply SETS FILE -o CSV adds the names of the classes and how many they are, and keeps all columns", async () => {
    const document = sets();
    const { stdout } = await apply(save(document), path("new.csv"), ...probs, "-o", path("out.csv"));
    const [header = "", ...lines] = text("out.csv").trim().split("\n");
    const before = text("new.csv").trim().split("\n");
    expect(header).toBe(`${before[0]},set,set_size`);
    expected(document).forEach((names, i) => {
      expect(lines[i]).toBe(`${before[i + 1]},${names.length === 0 ? '""' : names.join(" | ")},${names.length}`);
    });
    expect(stdout).toMatch(/^wrote \S+out\.csv: 50 rows, added set, set_size\nsets of \d\.\d\d classes on average/);
  });

  it("candor apply SETS FILE -o JSON and Parquet hold lists", async () => {
    const document = sets({ method: "aps", level: 0.5 });
    const names = expected(document);
    expect(names.some((set) => set.length === 0)).toBe(true);
    await apply(save(document), path("new.csv"), ...probs, "-o", path("out.jsonl"));
    const objects = text("out.jsonl")
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(objects).toMatchObject(names.map((set) => ({ set, set_size: set.length })));
    await apply(save(document), path("new.csv"), ...probs, "-o", path("out.parquet"));
    const rows = await rowsOf(`SELECT "set"::JSON::VARCHAR, set_size, typeof("set") FROM '${path("out.parquet")}'`);
    expect(rows).toEqual(names.map((set) => [JSON.stringify(set), set.length, "VARCHAR[]"]));
  });

  it("candor apply SETS - writes CSV to standard output", async () => {
    const file = save(sets());
    const { stdout } = await candor(["apply", file, "-", ...probs], { input: text("new.csv") });
    await apply(file, path("new.csv"), ...probs, "-o", path("same.csv"));
    expect(stdout).toBe(text("same.csv"));
  });

  it("candor apply SETS FILE of randomised sets follows from the seed and the number of the row", async () => {
    const document = sets({ method: "raps", seed: 5 });
    await apply(save(document), path("new.csv"), ...probs, "-o", path("raps.jsonl"));
    const found = text("raps.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).set);
    expect(found).toEqual(expected(document));
  });

  it("candor apply SETS FILE reads the groups, under another name with --by; unknown groups have all classes", async () => {
    const document = sets({ condition: { groups: ["region"] } });
    await apply(save(document), path("new.csv"), ...probs, "-o", path("groups.jsonl"));
    const found = text("groups.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).set);
    expect(found).toEqual(expected(document));
    writeFileSync(path("area.csv"), text("new.csv").replace("region", "area").replaceAll("islands", "elsewhere"));
    expect(await refusal(save(document), path("area.csv"), ...probs)).toContain("thresholds are by region");
    await apply(save(document), path("area.csv"), ...probs, "--by", "area", "-o", path("area.jsonl"));
    for (const line of text("area.jsonl").trim().split("\n")) {
      const { area, set_size } = JSON.parse(line);
      if (area === "elsewhere") expect(set_size).toBe(5);
    }
    expect(await refusal(save(sets()), path("new.csv"), ...probs, "--by", "region")).toContain("expected no --by");
  });

  it("candor apply SETS FILE --weight COLUMN gives each row the threshold of its weight", async () => {
    const data = simulatedClasses(500, 11);
    const document = sets({}, { ...data, weights: Float64Array.from({ length: 500 }, (_, i) => 1 + (i % 3)) });
    expect(await refusal(save(document), path("new.csv"), ...probs)).toContain("expected --weight COLUMN");
    await apply(save(document), path("new.csv"), ...probs, "--weight", "w", "-o", path("weighted.jsonl"));
    const testWeights = Float64Array.from({ length: 50 }, (_, i) => 1 + (i % 4));
    const found = text("weighted.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).set);
    expect(found).toEqual(expected(document, { testWeights }));
    expect(await refusal(save(sets()), path("new.csv"), ...probs, "--weight", "w")).toContain("expected no --weight");
  });

  it("candor apply SETS FILE matches classes by name and renames what the file has already", async () => {
    const lines = text("new.csv")
      .trim()
      .split("\n")
      .map((line, i) => {
        const [id, cat, dog, ...rest] = line.split(",");
        return [id, dog, cat, ...rest, i === 0 ? "Set" : "x"].join(",");
      });
    writeFileSync(path("other.csv"), `${lines.join("\n")}\n`);
    const document = sets();
    const { stderr } = await apply(save(document), path("other.csv"), ...probs, "-o", path("other-out.jsonl"));
    expect(stderr).toContain("the file already has set (added as conformal_set)");
    expect(stderr).toContain("matched to the calibration file by name");
    const found = text("other-out.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).conformal_set);
    expect(found).toEqual(expected(document));
  });

  it("candor apply SETS FILE --skip-bad leaves bad rows without a set", async () => {
    const lines = text("new.csv").split("\n");
    lines[3] = (lines[3] ?? "").replace(/^(row 2),[^,]*/, "$1,oops");
    writeFileSync(path("bad.csv"), lines.join("\n"));
    expect(await refusal(save(sets()), path("bad.csv"), ...probs)).toContain("row 3");
    const { stderr } = await apply(save(sets()), path("bad.csv"), ...probs, "--skip-bad", "-o", path("bad-out.csv"));
    expect(stderr).toContain("note: 1 row has no set");
    const out = text("bad-out.csv").trim().split("\n");
    expect(out).toHaveLength(51);
    expect(out[3]).toMatch(/,oops,.*,,$/);
  });

  it("candor apply SETS FILE says when names of classes look like several in text", async () => {
    const named = { ...simulatedClasses(500, 11), classNames: ["a | b", "dog", "fish", "bird", "horse"] };
    writeFileSync(path("barred.csv"), text("new.csv").replace("p_cat", "p_a | b"));
    const { stderr } = await apply(save(sets({}, named)), path("barred.csv"), ...probs, "-o", path("barred-out.csv"));
    expect(stderr).toContain('" | " stands between the classes of a set and inside a | b');
  });

  it("candor apply SETS FILE --calibrator FILE calibrates first: the very calibrator, and not without it", async () => {
    const calibrator = classCalibrator({ classNames: scored.classNames, scoreKind: "probabilities", clip: 1e-12 });
    writeFileSync(path("cal.json"), JSON.stringify(calibrator));
    const half = (data: Float64Array): Float64Array => data.map(Math.sqrt);
    const rows = simulatedClasses(500, 11);
    const made = sets(
      { source: { ...source, columns: { calibrator: calibrator.fingerprint } } },
      {
        ...rows,
        probabilities: { ...rows.probabilities, data: half(rows.probabilities.data) },
      },
    );
    const file = save(made);
    expect(await refusal(file, path("new.csv"), ...probs)).toContain(
      "expected --calibrator FILE, with the fingerprint sha256:",
    );
    const flags = [file, path("new.csv"), ...probs, "--calibrator", path("cal.json")];
    await apply(...flags, "-o", path("calibrated.jsonl"));
    const found = text("calibrated.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).set);
    const predicted = predictSets(made, { ...scored.probabilities, data: half(scored.probabilities.data) });
    expect(found).toEqual(
      Array.from({ length: 50 }, (_, i) => setMembers(predicted, i).map((k) => made.classNames[k] ?? "")),
    );
    const other = classCalibrator({
      classNames: scored.classNames,
      scoreKind: "probabilities",
      clip: 1e-12,
      method: "other",
    });
    writeFileSync(path("other.json"), JSON.stringify(other));
    expect(await refusal(file, path("new.csv"), ...probs, "--calibrator", path("other.json"))).toContain(
      "another calibrator",
    );
    expect(await refusal(save(sets()), path("new.csv"), ...probs, "--calibrator", path("cal.json"))).toContain(
      "expected no --calibrator",
    );
  });

  it("candor apply SETS FILE --json says what was done", async () => {
    const document = sets();
    const { stdout } = await apply(save(document), path("new.csv"), ...probs, "-o", path("out.csv"), "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "candor.apply/1",
      conformal: { method: "lac", level: 0.9, fingerprint: document.fingerprint },
      rows: 50,
      added: ["set", "set_size"],
      sizes: { count: 50, empty: 0 },
    });
  });

  it("candor apply refuses altered sets, arrays as output, --into, --policy and other classes", async () => {
    const file = save(sets());
    writeFileSync(path("altered.json"), JSON.stringify(sets()).replace('"level":0.9', '"level":0.8'));
    expect(await refusal(path("altered.json"), path("new.csv"), ...probs)).toContain("altered.json: ");
    expect(await refusal(file, path("new.csv"), ...probs, "-o", path("out.npy"))).toContain("expected a table");
    expect(await refusal(file, path("new.csv"), ...probs, "--into", "x")).toContain("--into names a confidence");
    expect(await refusal(file, path("new.csv"), ...probs, "--policy", file)).toContain("--policy");
    expect(await refusal(file)).toContain("no file");
    writeFileSync(path("plain.json"), JSON.stringify(classCalibrator()));
    expect(await refusal(path("plain.json"), path("new.csv"), "--weight", "w")).toContain(
      "--weight belongs to what `candor conformal` made",
    );
    writeFileSync(path("four.csv"), text("new.csv").replace("p_horse", "horse"));
    expect(await refusal(file, path("four.csv"), ...probs)).toContain("the calibration file has 5 classes");
  });
});

describe("candor apply INTERVALS FILE", () => {
  const rows = simulatedForecasts(40, 22);
  const intervals = (options: Partial<Parameters<typeof fitConformalIntervals>[1]> = {}, n = 300): ConformalIntervals =>
    fitConformalIntervals(simulatedForecasts(n, 21), { ...made, interval: { kind: "normalised" }, ...options });

  function write(name: string, columns: readonly string[] = ["mean", "sd"]): string {
    const { forecast, segments } = rows;
    if (forecast.kind !== "point-and-sigma") throw new Error("another kind");
    const lines = Array.from(forecast.point, (m, i) => [m, forecast.sigma[i], segments[0]?.values[i % 3]]);
    writeFileSync(path(name), `${[[...columns, "region"], ...lines].join("\n")}\n`);
    return path(name);
  }

  function same(name: string, document: ConformalIntervals, forecast: Forecast = rows.forecast): void {
    const { lower, upper } = predictIntervals(document, forecast, { segments: rows.segments });
    const found = text(name)
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(-2).map(asNumber));
    expect(found).toEqual(Array.from(lower, (low, i) => [low, upper[i]]));
  }

  const asNumber = (cell: string): number =>
    cell === "inf" ? Number.POSITIVE_INFINITY : cell === "-inf" ? Number.NEGATIVE_INFINITY : Number(cell);

  const flags = ["--prediction", "mean", "--sigma", "sd"];

  it("candor apply INTERVALS FILE -o CSV adds lower and upper", async () => {
    const document = intervals();
    const { stdout } = await apply(save(document), write("f.csv"), ...flags, "-o", path("f-out.csv"));
    expect(text("f-out.csv").split("\n")[0]).toBe("mean,sd,region,lower,upper");
    same("f-out.csv", document);
    expect(stdout).toMatch(/added lower, upper\nmean width \d/);
  });

  it("candor apply INTERVALS FILE recognises the columns that the method needs", async () => {
    const document = intervals();
    await apply(save(document), write("f.csv"), "-o", path("f-out.csv"));
    same("f-out.csv", document);
  });

  it("candor apply INTERVALS FILE of groups; unknown groups have the whole line: inf in text, null in JSON", async () => {
    const document = intervals({ by: ["region"] });
    await apply(save(document), write("f.csv"), ...flags, "-o", path("g-out.csv"));
    same("g-out.csv", document);
    writeFileSync(path("far.csv"), text("f.csv").replaceAll("islands", "elsewhere"));
    const { stdout } = await apply(save(document), path("far.csv"), ...flags, "-o", path("far-out.csv"));
    expect(text("far-out.csv").split("\n")[3]).toMatch(/,elsewhere,-inf,inf$/);
    expect(stdout).toContain("13 with an infinite end");
    await apply(save(document), path("far.csv"), ...flags, "-o", path("far-out.jsonl"));
    expect(JSON.parse(text("far-out.jsonl").split("\n")[2] ?? "")).toMatchObject({ lower: null, upper: null });
    await apply(save(document), path("far.csv"), ...flags, "-o", path("far-out.parquet"));
    const [, , third] = await rowsOf(`SELECT lower, upper FROM '${path("far-out.parquet")}'`);
    expect(third).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it("candor apply INTERVALS FILE moves quantiles, and an interval whose columns are called the same", async () => {
    const { forecast, outcomes } = simulatedForecasts(300, 21);
    if (forecast.kind !== "point-and-sigma") throw new Error("another kind");
    const ends = (side: number, of = forecast) => of.point.map((m, i) => m + side * (of.sigma[i] ?? 0));
    const interval: Forecast = { kind: "interval", lower: ends(-1), upper: ends(1), level: 0.8, point: null };
    const predictions = { task: "regression", rows: 300, forecast: interval, outcomes, segments: [] } as const;
    const document = fitConformalIntervals(predictions, {
      ...made,
      source: { ...source, columns: { lower: "lower", upper: "upper" } },
      interval: { kind: "cqr" },
    });
    const lines = Array.from({ length: 20 }, (_, i) => `${i},${i + 10}`);
    writeFileSync(path("ends.csv"), `lower,upper\n${lines.join("\n")}\n`);
    const { stderr } = await apply(save(document), path("ends.csv"), "-o", path("ends-out.csv"));
    expect(stderr).toContain("lower (added as conformal_lower), upper (added as conformal_upper)");
    const q = document.quantile ?? 0;
    const [first = ""] = text("ends-out.csv").split("\n").slice(1);
    const [low = Number.NaN, high = Number.NaN] = first.split(",").slice(-2).map(Number);
    expect(low).toBeCloseTo(-q, 12);
    expect(high).toBeCloseTo(10 + q, 12);
  });

  it("candor apply INTERVALS FILE refuses a file without sigma, and names the row of a bad one", async () => {
    writeFileSync(path("point.csv"), "mean\n3\n4\n");
    expect(await refusal(save(intervals()), path("point.csv"))).toContain("standard deviation");
    writeFileSync(path("zero.csv"), "mean,sd\n3,1\n4,0\n");
    expect(await refusal(save(intervals()), path("zero.csv"), ...flags)).toContain("zero.csv");
  });
});
