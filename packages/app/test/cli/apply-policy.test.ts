import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPolicy, type PolicyDocument } from "@candor/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { npy } from "../input/helpers.ts";
import { binaryCalibrator, classCalibrator, logistic, logisticValue } from "./calibrators.ts";
import { classesCsv, confidencesCsv, scoresCsv } from "./policy-files.ts";
import { type CliResult, candor } from "./run.ts";

let folder = "";
let work = "";
let scores = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-apply-policy-"));
  scores = join(folder, "scores.csv");
  writeFileSync(scores, scoresCsv(1000, 21));
});
beforeEach(() => {
  work = mkdtempSync(join(folder, "t-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(work, name);
function write(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

async function made(...args: string[]): Promise<{ file: string; policy: PolicyDocument }> {
  const file = at("policy.json");
  const { code, stderr } = await candor(["decide", ...args, "-o", file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return { file, policy: openPolicy(JSON.parse(readFileSync(file, "utf8"))) };
}

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
  return stderr.replaceAll(`${work}/`, "");
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

/** Cells of a CSV without quotes. */
function cells(text: string): string[][] {
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(","));
}

const costs = ["--cost-error", "20", "--cost-review", "1.5"];

describe("candor apply POLICY FILE", () => {
  it("adds the decision alone where the policy has no calibrator, and keeps every column", async () => {
    const { file, policy } = await made(scores, ...costs);
    const { stdout } = await apply(file, scores);
    const [header, ...rows] = cells(stdout);
    expect(header).toEqual(["id", "score", "label", "region", "decision"]);
    const act = policy.thresholds.act ?? Number.NaN;
    for (const [, score, , , decision] of rows) {
      const p = Number(score);
      expect(decision).toBe((p >= 0.5 ? p : 1 - p) >= act ? "act" : "review");
    }
    expect(rows.length).toBe(1000);
  });

  it("adds the calibrated confidence beside it, under the name asked for", async () => {
    const calibrator = write("cal.json", JSON.stringify(binaryCalibrator()));
    const { file } = await made(scores, ...costs, "--calibrator", calibrator);
    const { stdout } = await apply(file, write("in.csv", "score\n0.9999\n0.5\n0.0001\n"));
    const [header, sure, unsure, low] = cells(stdout);
    expect(header).toEqual(["score", "confidence", "decision"]);
    expect(Number(sure?.[1])).toBeCloseTo(logisticValue(0.9999, 0.5), 12);
    expect([sure?.[2], unsure?.[2], low?.[2]]).toEqual(["act", "review", "act"]);
    const named = await apply(file, write("in.csv", "score\n0.9\n"), "--into", "calibrated");
    expect(cells(named.stdout)[0]).toEqual(["score", "calibrated", "decision"]);
  });

  it("says what it wrote and how many rows got each decision, or --json says it to a program", async () => {
    const { file, policy } = await made(scores, "--precision", "90%");
    const { stdout } = await apply(file, scores, "-o", at("out.csv"));
    const counts = new Map<string, number>();
    for (const [, , , , decision = ""] of cells(readFileSync(at("out.csv"), "utf8")).slice(1))
      counts.set(decision, (counts.get(decision) ?? 0) + 1);
    const act = counts.get("act") ?? 0;
    expect(act + (counts.get("abstain") ?? 0)).toBe(1000);
    expect(stdout).toBe(
      `wrote ${at("out.csv")}: 1,000 rows, added decision\nact ${act} (${(act / 10).toFixed(1)} %), abstain ${1000 - act} (${(100 - act / 10).toFixed(1)} %)\n`,
    );
    const json = JSON.parse((await apply(file, scores, "-o", at("out.csv"), "--json")).stdout);
    expect(json).toMatchObject({
      schema: "candor.apply/1",
      calibrator: null,
      rows: 1000,
      added: ["decision"],
      policy: { fingerprint: policy.fingerprint, objective: "precision", status: "ready" },
      decisions: { act, review: 0, abstain: 1000 - act },
    });
  });

  it("writes Parquet and JSON lines, and leaves rows with bad scores without a decision", async () => {
    const { file } = await made(scores, ...costs);
    const bad = write("bad.csv", "id,score\na,0.999\nb,\nc,0.5\n");
    const { stderr } = await apply(file, bad, "--skip-bad", "-o", at("out.parquet"));
    expect(stderr).toContain("note: 1 row has no calibrated score");
    expect(await rowsOf(`SELECT id, decision FROM '${at("out.parquet")}'`)).toEqual([
      ["a", "act"],
      ["b", null],
      ["c", "review"],
    ]);
    await apply(file, bad, "--skip-bad", "-o", at("out.jsonl"));
    expect(readFileSync(at("out.jsonl"), "utf8").split("\n")[0]).toBe('{"id":"a","score":0.999,"decision":"act"}');
  });

  it("reads standard input and keeps the order of many rows", async () => {
    const { file, policy } = await made(scores, ...costs);
    const act = policy.thresholds.act ?? Number.NaN;
    const many = Array.from({ length: 250_000 }, (_, i) => ((i * 7919) % 250_000) / 250_000);
    const { code, stdout } = await candor(["apply", file, "-"], { input: `score\n${many.join("\n")}\n` });
    expect(code).toBe(0);
    const rows = cells(stdout).slice(1);
    expect(rows.length).toBe(many.length);
    const isWrong = rows.some(([score, decision], i) => {
      const p = many[i] ?? Number.NaN;
      return Number(score) !== p || decision !== ((p >= 0.5 ? p : 1 - p) >= act ? "act" : "review");
    });
    expect(isWrong).toBe(false);
  });

  it("adds the prediction and its confidence of classes, from logits as from probabilities", async () => {
    const classes = write("classes.csv", classesCsv(400, 22));
    const { file } = await made(classes, "--coverage", "50%");
    const { stdout } = await apply(file, write("in.csv", "p_bird,p_cat,p_dog\n0.01,0.98,0.01\n0.3,0.4,0.3\n"));
    expect(cells(stdout)).toEqual([
      ["p_bird", "p_cat", "p_dog", "prediction", "confidence", "decision"],
      ["0.01", "0.98", "0.01", "cat", "0.98", "act"],
      ["0.3", "0.4", "0.3", "cat", "0.4", "review"],
    ]);
    const values = Array.from({ length: 600 }, (_, i) => ((i * 37) % 60) / 10);
    const labels = Array.from({ length: 200 }, (_, i) => (i * 7) % 3);
    write("logits.npy", npy("<f8", [200, 3], Float64Array.from(values)));
    write("labels.npy", npy("<i8", [200], BigInt64Array.from(labels.map(BigInt))));
    const logits = ["--logits", at("logits.npy")];
    const wide = await made(...logits, "--labels", at("labels.npy"), "--coverage", "50%");
    expect(wide.policy.scoreKind).toBe("logits");
    const [header, first] = cells((await apply(wide.file, ...logits)).stdout);
    expect(header).toEqual(["prediction", "confidence", "decision"]);
    const [a = 0, b = 0, c = 0] = values.slice(0, 3).map(Math.exp);
    expect(Number(first?.[1])).toBeCloseTo(Math.max(a, b, c) / (a + b + c), 12);
    expect(first?.[2]).toBe(Number(first?.[1]) >= (wide.policy.thresholds.act ?? 2) ? "act" : "review");
  });

  it("says as which class each row is treated, by a cost matrix", async () => {
    const classes = write("classes.csv", classesCsv(400, 22));
    const matrix = "[[0, 1, 1], [1, 0, 1], [30, 30, 0]]";
    const { file } = await made(classes, "--costs", matrix, "--cost-review", "0.5");
    const { stdout } = await apply(
      file,
      write("in.csv", "p_cat,p_dog,p_bird\n0.99,0.005,0.005\n0.5,0.2,0.3\n0.4,0.6,0\n"),
    );
    expect(cells(stdout).map((row) => row.slice(3))).toEqual([
      ["prediction", "confidence", "decision", "treat_as"],
      ["cat", "0.99", "act", "cat"],
      ["cat", "0.5", "review", ""],
      ["dog", "0.6", "act", "dog"],
    ]);
  });

  it("decides by segment, under other column names where they are given", async () => {
    const file0 = write("rows.csv", confidencesCsv(3000, 23));
    const { file, policy } = await made(file0, "--max-error", "10%", "--by", "region", "--thresholds-per-segment");
    if (policy.rule.kind !== "threshold-per-segment") throw new Error("no segments");
    const north = policy.rule.segments.find(({ values }) => values[0] === "north")?.thresholds.act ?? Number.NaN;
    const input = `confidence,area\n${north},north\n${north - 1e-4},north\n1,elsewhere\n`;
    const { stdout } = await apply(file, write("in.csv", input), "--by", "area");
    const other = policy.rule.thresholds.act;
    expect(cells(stdout).map((row) => row.at(-1))).toEqual([
      "decision",
      "act",
      "review",
      other !== null && other <= 1 ? "act" : "review",
    ]);
    expect(await refusal(file, write("in.csv", "confidence\n0.5\n"))).toContain("the policy decides by region; ");
    expect(await refusal(file, at("in.csv"), "--by", "a,b")).toContain(
      "the policy reads the segments region, expected as many",
    );
  });

  it("reads the segments of its calibrator and of its rule, each once", async () => {
    const maps = [{ values: ["north"], map: logistic(2), n: 100 }];
    const fitted = { columns: ["Region"], maps };
    const own = binaryCalibrator({ scoreKind: "confidence", classNames: [], segments: fitted });
    const rows = write("rows.csv", confidencesCsv(3000, 23).replace("region", "Region"));
    const calibrator = write("cal.json", JSON.stringify(own));
    const flags = ["--max-error", "10%", "--by", "Region", "--thresholds-per-segment"];
    const { file, policy } = await made(rows, "--calibrator", calibrator, ...flags);
    const { stdout } = await apply(file, write("in.csv", "confidence,Region\n0.9,north\n0.9,south\n"), "--into", "c");
    const [, north, south] = cells(stdout);
    expect(Number(north?.[2])).toBeCloseTo(0.9, 12);
    expect(Number(south?.[2])).toBeCloseTo(logisticValue(0.9, 0.5), 12);
    expect(policy.calibrator?.segments?.columns).toEqual(["Region"]);
    const verified = await candor(["verify", file, rows]);
    expect(verified.stdout).toContain("✓ Derived again");
  });

  it("calls the decision otherwise where the file has such a column", async () => {
    const { file } = await made(scores, ...costs);
    const { stdout, stderr } = await apply(file, write("in.csv", "score,Decision\n0.5,mine\n"));
    expect(stdout).toBe("score,Decision,policy_decision\n0.5,mine,review\n");
    expect(stderr).toBe("note: the file already has decision (added as policy_decision)\n");
    expect(await refusal(file, write("in.csv", "score,decision,policy_decision\n0.5,a,b\n"))).toContain(
      "the file already has a column policy_decision",
    );
  });
});

describe("candor apply CALIBRATOR FILE --policy POLICY", () => {
  it("gives the same as the policy alone, with or without its calibrator", async () => {
    const calibrator = write("cal.json", JSON.stringify(binaryCalibrator()));
    const { file } = await made(scores, ...costs, "--calibrator", calibrator);
    const alone = await apply(file, scores);
    expect((await apply(calibrator, scores, "--policy", file)).stdout).toBe(alone.stdout);
    expect((await apply(scores, "--policy", file)).stdout).toBe(alone.stdout);
  });

  it("refuses another calibrator than the policy's", async () => {
    const calibrator = write("cal.json", JSON.stringify(binaryCalibrator()));
    const { file } = await made(scores, ...costs, "--calibrator", calibrator);
    const other = write("other.json", JSON.stringify(binaryCalibrator({ n: 7 })));
    expect(await refusal(other, scores, "--policy", file)).toContain(
      `the policy was made for another calibrator, expected that with the fingerprint ${binaryCalibrator().fingerprint.slice(0, 19)}`,
    );
    const bare = await made(scores, ...costs);
    expect(await refusal(calibrator, scores, "--policy", bare.file)).toContain(
      "the policy was made for scores as they are, expected no calibrator",
    );
  });
});

describe("candor apply refuses what it cannot do with a policy, in words", () => {
  it("candor apply POLICY to an array", async () => {
    const { file } = await made(scores, ...costs);
    expect(await refusal(file, scores, "-o", at("out.npy"))).toContain("an array holds numbers only");
  });

  it("candor apply POLICY that was altered, to scores of another kind, or over its inputs", async () => {
    const { file } = await made(scores, ...costs);
    const altered = readFileSync(file, "utf8").replace(/"act": [\d.]+/, '"act": 0.6');
    expect(await refusal(write("altered.json", altered), scores)).toMatch(/^error: altered\.json: /);
    expect(await refusal(file, write("in.csv", "confidence,correct\n0.5,1\n"))).toContain("in.csv");
    expect(await refusal(file, scores, "-o", file)).toContain("is an input");
    expect(await refusal(file, scores, "--by", "region")).toContain(
      "the policy has nothing by segment, expected no --by",
    );
    const wide = write("wide.json", JSON.stringify(classCalibrator()));
    expect((await candor(["decide", "--calibrator", wide, ...costs, "-o", at("wide-policy.json")])).code).toBe(0);
    expect(await refusal(at("wide-policy.json"), write("two.csv", "l_cat,l_dog\n1,2\n"), "--logits", "l_*")).toContain(
      "the calibrator has 3 classes (cat, dog, bird), got 2",
    );
  });
});
