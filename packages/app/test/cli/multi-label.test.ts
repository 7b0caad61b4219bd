import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type MultiLabelDocument, openMultiLabel } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npy } from "../input/helpers.ts";
import { type CliResult, candor } from "./run.ts";

const names = ["cat", "dog", "owl"];
let folder = "";
const path = (name: string): string => join(folder, name);

interface Rows {
  readonly scores: readonly (readonly number[])[];
  readonly truth: readonly (readonly number[])[];
}

function simulated(rows: number, seed: number): Rows {
  const random = createRandom(seed);
  const scores = Array.from({ length: rows }, () => names.map(() => Math.round(1e4 * random.uniform()) / 1e4));
  const truth = scores.map((row) => row.map((score) => (random.uniform() < score ? 1 : 0)));
  return { scores, truth };
}

/** Columns of the truth come in the opposite order. */
function csv({ scores, truth }: Rows): string {
  const header = ["id", ...names.map((name) => `s_${name}`), ...names.map((name) => `y_${name}`).reverse()];
  const lines = scores.map((row, i) => [i, ...row, ...(truth[i] ?? []).toReversed()]);
  return `${[header, ...lines].join("\n")}\n`;
}

function replaced(text: string, ...changes: readonly [from: string | RegExp, to: string][]): string {
  return changes.reduce((all, [from, to]) => all.replace(from, to), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-labels-"));
  const rows = simulated(400, 1);
  const text = csv(rows);
  writeFileSync(path("cal.csv"), text);
  writeFileSync(path("test.csv"), csv(simulated(300, 2)));
  writeFileSync(path("few.csv"), csv(simulated(6, 3)));
  writeFileSync(path("unpaired.csv"), replaced(text, ["y_owl", "y_fox"]));
  writeFileSync(path("other.csv"), replaced(text, ["s_cat", "p_cat"], ["s_dog", "p_dog"], ["s_owl", "p_owl"]));
  writeFileSync(path("more.csv"), replaced(text, ["id", "s_fox"]).replaceAll(/^\d+/gm, "0.5"));
  writeFileSync(path("labels.csv"), replaced(text, ["id", "labels"]));
  writeFileSync(path("bad.csv"), replaced(text, [/^1,[\d.]+/m, "1,7.5"], [/^3,[\d.]+/m, "3,"], [/^5(.*)\d$/m, "5$12"]));
  writeFileSync(path("words.csv"), replaced(text, [/^0(.*),\d$/m, "0$1,True"]));
  writeFileSync(path("scores.npy"), npy("<f8", [400, 3], Float64Array.from(rows.scores.flat())));
  writeFileSync(path("truth.npy"), npy("|u1", [400, 3], Uint8Array.from(rows.truth.flat())));
  writeFileSync(path("booleans.npy"), npy("|b1", [400, 3], Uint8Array.from(rows.truth.flat())));
  writeFileSync(path("two.npy"), npy("|u1", [400, 2], new Uint8Array(800)));
  writeFileSync(path("flat.npy"), npy("|u1", [400], new Uint8Array(400)));
  const logits = rows.scores.flat().map((p) => Math.log((p + 1e-4) / (1.0002 - p)));
  writeFileSync(path("logits.npy"), npy("<f8", [400, 3], Float64Array.from(logits)));
  const lists = rows.scores.map((s, i) => JSON.stringify({ id: i, scores: s, truth: rows.truth[i] }));
  writeFileSync(path("lists.jsonl"), `${lists.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const located = (args: readonly string[]): string[] =>
  args.map((arg) => (/\.(csv|json|jsonl|npy|html)$/.test(arg) ? path(arg) : arg));

const run = (...args: string[]): Promise<CliResult> => candor(located(args));

const columns = ["--multi-label", "s_*", "--truth", "y_*"];
const usual = ["cal.csv", ...columns, "--max-risk", "0.2"];

async function control(...args: string[]): Promise<MultiLabelDocument> {
  const { code, stdout, stderr } = await run("conformal", ...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return openMultiLabel(JSON.parse(stdout));
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  return stderr.replaceAll(`${folder}/`, "");
}

async function summary(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run("conformal", ...args);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout.replaceAll(`${folder}/`, "");
}

describe("candor conformal --multi-label", () => {
  it("candor conformal --multi-label bounds the share of true labels missed on average", async () => {
    const made = await control(...usual);
    expect(made).toMatchObject({
      schema: "candor.multi-label/1",
      risk: "fnr",
      target: 0.2,
      sure: null,
      method: "crc",
      bound: null,
      attained: true,
      missingRows: 0,
      labelNames: names,
      rows: 400,
      created: "2026-01-02T03:04:05.000Z",
      evaluation: null,
      source: { name: "cal.csv", rows: 400, columns: { scores: "s_*", truth: "y_*" } },
    });
    expect(made.n).toBeLessThan(400);
    expect(made.upperBound).toBeLessThanOrEqual(0.2);
  });

  it("candor conformal --multi-label begins its summary with what it promises", async () => {
    const { threshold } = await control(...usual);
    expect(await summary(...usual)).toMatch(
      `✓ Labels with a score of ${threshold} or more: on average at most 20 % of a row's true\n  labels are missed.\n`,
    );
    expect(await summary(...usual, "--sure", "0.9")).toMatch(
      /^✓ Labels with a score of [\d.]+ or more: 90 % sure that on average at most 20 %\n {2}of a row's true labels are missed\.\n/,
    );
    expect(await summary(...usual, "--risk", "fdr")).toMatch(
      /^✓ Labels with a score of [\d.]+ or more: on average at most 20 % of the labels of\n {2}a row are false\.\n/,
    );
  });

  it("candor conformal --multi-label --test says what other rows say", async () => {
    const text = await summary(...usual, "--test", "test.csv");
    expect(text).toMatch(/\nTest {2}300 rows, \d+ with a true label, intervals at 95 %\n {2}True labels missed +1?\d/);
    expect(text).toContain("· tested on 300 rows of test.csv");
    expect(text).toContain("nothing was kept: -o labels.json writes the threshold");
    const { evaluation } = await control(...usual, "--test", "test.csv");
    expect(evaluation?.rows).toBe(300);
    expect(evaluation?.risk.upper).toBeLessThan(0.3);
  });

  it.each([
    [[], { method: "crc", bound: null, correction: null }],
    [["--method", "crc"], { method: "crc", bound: null, correction: null }],
    [["--sure", "0.9"], { method: "rcps", bound: "hoeffding-bentkus", sure: 0.9 }],
    [["--sure", "0.9", "--method", "betting"], { method: "rcps", bound: "betting" }],
    [["--sure", "0.9", "--method", "maurer-pontil"], { method: "rcps", bound: "maurer-pontil" }],
    [["--risk", "fdr"], { risk: "fdr", method: "crc" }],
    [["--risk", "fdr", "--sure", "0.9"], { risk: "fdr", method: "ltt", correction: "fixed-sequence" }],
    [["--risk", "fdr", "--sure", "90%", "--correction", "holm"], { risk: "fdr", sure: 0.9, correction: "holm" }],
  ] satisfies [string[], object][])(
    "candor conformal --multi-label %j says so in the document",
    async (flags, facts) => {
      expect(await control("cal.csv", ...columns, "--max-risk", "0.3", ...flags)).toMatchObject(facts);
    },
  );

  it("candor conformal --multi-label --method list names all methods", async () => {
    const { code, stdout } = await run("conformal", "--multi-label", "s_*", "--method", "list");
    expect(code).toBe(0);
    expect(stdout).toContain("crc                conformal risk control");
    expect(stdout).toContain("betting            usually the tightest");
  });

  it("candor conformal reads labels from columns, names, arrays and lists alike", async () => {
    const made = await control(...usual);
    const plain = ({ threshold, calibrationRisk, dataHash }: MultiLabelDocument) => [
      threshold,
      calibrationRisk,
      dataHash,
    ];
    const flags = ["--max-risk", "0.2"];
    const named = ["cal.csv", "--multi-label", "s_cat,s_dog,s_owl", "--truth", "y_dog, y_owl, y_cat"];
    const byName = await control(...named, ...flags);
    expect(byName.labelNames).toEqual(names);
    expect(plain(byName)).toEqual(plain(made));
    const arrays = await control("--multi-label", "scores.npy", "--truth", "truth.npy", ...flags);
    expect(arrays.labelNames).toEqual(["0", "1", "2"]);
    expect(plain(arrays)).toEqual(plain(made));
    expect(plain(await control("lists.jsonl", "--multi-label", "scores", "--truth", "truth", ...flags))).toEqual(
      plain(made),
    );
  });

  it("candor conformal --score-range takes scores on another scale", async () => {
    const flags = ["--multi-label", "logits.npy", "--truth", "truth.npy", "--max-risk", "0.2"];
    expect(await refusal("conformal", ...flags)).toMatch(
      /^error: logits\.npy, row \d+: expected a score in \[0, 1\] for label \d, got -?[\d.]+; scores on another scale need --score-range LOWEST,HIGHEST\n$/,
    );
    const made = await control(...flags, "--score-range", "-10,10");
    expect(made.candidates).toEqual({ from: -10, to: 10, count: 1001 });
    const { threshold } = await control(...usual);
    expect(1 / (1 + Math.exp(-made.threshold))).toBeGreaterThan(threshold - 0.02);
    expect(1 / (1 + Math.exp(-made.threshold))).toBeLessThan(threshold + 0.02);
  });

  it("candor conformal --test-share tests on a share of the rows", async () => {
    const made = await control(...usual, "--test-share", "0.25", "--seed", "3");
    expect([made.rows, made.evaluation?.rows]).toEqual([300, 100]);
    expect(made.source.notes[0]).toBe("tested on 100 of 400 rows, drawn at random (seed 3); the others calibrate");
    expect((await control(...usual, "--test-share", "0.25", "--seed", "4")).dataHash).not.toBe(made.dataHash);
  });

  it("candor conformal writes the document to files, and all of it as JSON", async () => {
    const { code, stdout } = await run("conformal", ...usual, "-o", "written.json", "--json", "whole.json");
    expect(code).toBe(0);
    expect(stdout.replaceAll(`${folder}/`, "")).toContain(
      "\nwrote written.json\nwrote whole.json\nhow it does on other rows: --test FILE or --test-share 0.5\nnext: candor apply written.json FILE -o with-labels.csv\n",
    );
    const made = await control(...usual);
    const page = await run("conformal", ...usual, "--test", "test.csv", "--html", "page.html");
    expect(page.code).toBe(0);
    const text = readFileSync(path("page.html"), "utf8").replace(/<[^>]*>/g, "");
    expect(text).toContain("more: on average at most 20 % of a row");
    for (const name of ["written.json", "whole.json"])
      expect(openMultiLabel(JSON.parse(readFileSync(path(name), "utf8")))).toEqual(made);
  });

  it("candor conformal exits 1 and writes no -o where no threshold qualifies, and says how many rows are missing", async () => {
    const flags = ["few.csv", ...columns, "--max-risk", "0.05", "-o", "few.json"];
    const { code, stdout, stderr } = await run("conformal", ...flags);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "✗ With 5 rows that have a true label no threshold can keep the share of true\n  labels missed within 5 % on average: about 14 more rows that have a true label\n  are needed.\n",
    );
    expect(stderr.replaceAll(`${folder}/`, "")).toBe(
      "few.json was not written: no threshold qualifies, about 14 more rows that have a true label are needed\n",
    );
    expect(existsSync(path("few.json"))).toBe(false);
    const printed = await run("conformal", ...flags, "--json");
    expect(printed.code).toBe(1);
    expect(openMultiLabel(JSON.parse(printed.stdout))).toMatchObject({
      attained: false,
      missingRows: 14,
      threshold: 0,
    });
  });

  it("candor conformal --skip-bad leaves bad rows out and says so", async () => {
    const made = await control("bad.csv", ...columns, "--max-risk", "0.2", "--skip-bad");
    expect(made.rows).toBe(397);
    expect(made.source.skipped).toEqual(
      expect.arrayContaining([
        { reason: "score outside [0, 1]", count: 1 },
        { reason: "missing score", count: 1 },
        { reason: "truth neither 0 nor 1", count: 1 },
      ]),
    );
  });
});

describe("candor conformal --multi-label refuses", () => {
  it.each([
    [
      ["unpaired.csv", ...columns, "--max-risk", "0.2"],
      "unpaired.csv: every label needs a score and a truth: no truth for owl (expected y_owl); no score for fox (expected s_fox)",
    ],
    [
      ["cal.csv", "--multi-label", "z_*", "--truth", "y_*", "--max-risk", "0.2"],
      "cal.csv: no column fits --multi-label z_*; columns: id, s_cat, s_dog, s_owl, y_owl, y_dog, y_cat",
    ],
    [
      ["cal.csv", "--multi-label", "s_*", "--truth", "y_cat", "--max-risk", "0.2"],
      "cal.csv: --truth y_cat is one value per row, expected one per label; a pattern such as 'y_*', names separated by commas, or an array",
    ],
    [
      ["cal.csv", "--multi-label", "s_*", "--truth", "y_cat,y_fox", "--max-risk", "0.2"],
      "cal.csv: no column y_fox (--truth); columns: id, s_cat, s_dog, s_owl, y_owl, y_dog, y_cat",
    ],
    [
      ["cal.csv", "--multi-label", "s_*", "--truth", "truth.npy", "--max-risk", "0.2"],
      "expected scores and truth both as columns, which are matched by name, or both as arrays (or lists), which are matched by position",
    ],
    [
      ["--multi-label", "scores.npy", "--truth", "two.npy", "--max-risk", "0.2"],
      "scores.npy has 3 labels per row but two.npy has 2, expected as many",
    ],
    [
      ["--multi-label", "scores.npy", "--truth", "booleans.npy", "--max-risk", "0.2"],
      "booleans.npy: expected numbers in booleans (--truth), one per label; an array of true and false is saved as 0 and 1 by .astype('uint8')",
    ],
    [
      ["--multi-label", "scores.npy", "--truth", "flat.npy", "--max-risk", "0.2"],
      "is one value per row, expected one per label",
    ],
    [
      ["--multi-label", "s_*", "--truth", "y_*", "--max-risk", "0.2"],
      "no file to calibrate on, expected `candor conformal FILE` (- reads standard input)",
    ],
    [
      ["bad.csv", ...columns, "--max-risk", "0.2"],
      "bad.csv, row 2 (line 3), column s_cat: expected a score in [0, 1], got 7.5; scores on another scale need --score-range LOWEST,HIGHEST",
    ],
    [
      ["words.csv", ...columns, "--max-risk", "0.2"],
      'words.csv, row 1 (line 2), column y_cat: expected 0 or 1, got "True"',
    ],
    [
      ["cal.csv", "--multi-label", "s_*", "--max-risk", "0.2"],
      "--multi-label needs --truth: which labels are true, such as 'y_*'",
    ],
    [["cal.csv", ...columns], "--multi-label needs --max-risk: the largest share of true labels missed, such as 0.1"],
    [["cal.csv", "--max-risk", "0.2"], "--max-risk belongs to labels with a score each: expected --multi-label too"],
    [[...usual, "--level", "0.9"], "--level does not go with --multi-label: --max-risk says what is promised"],
    [[...usual, "--by", "id"], "--by does not go with --multi-label"],
    [[...usual, "--html", "-"], "--html needs the name of a file, got -"],
    [
      ["cal.csv", ...columns, "--max-risk", "10"],
      "expected a share between 0 and 1 such as 0.1, or 10% (did you mean 10%?)",
    ],
    [[...usual, "--score-range", "1,0"], "expected the lowest and the highest score there can be, such as -20,20"],
    [
      [...usual, "--method", "bettin", "--sure", "0.9"],
      "no method for labels is called bettin (did you mean betting?); expected crc, hoeffding-bentkus, betting, maurer-pontil, hoeffding",
    ],
    [
      [...usual, "--method", "crc", "--sure", "0.9"],
      "crc keeps the risk on average and takes no --sure; with it expected hoeffding-bentkus, betting, maurer-pontil, hoeffding",
    ],
    [[...usual, "--method", "betting"], "betting makes sure of the risk: expected --sure, such as --sure 0.9"],
    [[...usual, "--correction", "holm"], "--correction belongs to --risk fdr with --sure"],
    [
      [...usual, "--test", "test.csv", "--test-share", "0.5"],
      "--test and --test-share exclude each other: either a file tests, or a share of the rows",
    ],
    [
      ["--multi-label", "scores.npy", "--truth", "truth.npy", "--max-risk", "0.2", "--test", "test.csv"],
      "scores.npy would be read again: expected --test-share, or files with all columns such as .npz",
    ],
    [[...usual, "--test", "other.csv"], "other.csv: no column fits --multi-label s_*"],
    [[...usual, "-o", "cal.csv"], "cal.csv is an input, expected another file to write to"],
    [
      ["few.csv", ...columns, "--max-risk", "0.2", "--test", "unpaired.csv"],
      "unpaired.csv: the calibration file has labels that are missing here: owl (expected y_owl) (--truth)",
    ],
  ] satisfies [string[], string][])("candor conformal %j refuses in words", async (args, message) => {
    expect(await refusal("conformal", ...args)).toContain(message);
  });
});

describe("candor apply with a threshold of labels", () => {
  beforeAll(async () => {
    await run("conformal", ...usual, "-o", "threshold.json");
  });

  it("candor apply adds the labels and their count beside everything else", async () => {
    const { code, stdout, stderr } = await run("apply", "threshold.json", "test.csv", "-o", "out.csv");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.replaceAll(`${folder}/`, "")).toMatch(
      /^wrote out\.csv: 300 rows, added labels, label_count\n1\.\d\d labels per row on average, \d+ rows without any\n$/,
    );
    const { threshold } = await control(...usual);
    const [header, ...lines] = readFileSync(path("out.csv"), "utf8").trim().split("\n");
    expect(header).toBe("id,s_cat,s_dog,s_owl,y_owl,y_dog,y_cat,labels,label_count");
    expect(lines).toHaveLength(300);
    for (const line of lines) {
      const [, cat, dog, owl, , , , labels, count] = line.split(",");
      const given = [cat, dog, owl].flatMap((score, k) => (Number(score) >= threshold ? [names[k]] : []));
      expect([labels?.replaceAll('"', ""), count]).toEqual([given.join(" | "), String(given.length)]);
    }
  });

  it("candor apply prints CSV, reads standard input, and writes lists where the format has them", async () => {
    const text = readFileSync(path("test.csv"), "utf8");
    const piped = await candor(located(["apply", "threshold.json", "-"]), { input: text });
    expect(piped.code).toBe(0);
    const written = await run("apply", "threshold.json", "test.csv", "-o", "out.jsonl", "--json");
    expect(JSON.parse(written.stdout)).toMatchObject({
      schema: "candor.apply/1",
      multiLabel: { risk: "fnr", target: 0.2, sure: null },
      rows: 300,
      added: ["labels", "label_count"],
      counts: { count: 300 },
    });
    const first = JSON.parse(readFileSync(path("out.jsonl"), "utf8").split("\n")[0] ?? "");
    expect(Array.isArray(first.labels)).toBe(true);
    expect(first.labels).toHaveLength(first.label_count);
    expect(piped.stdout.split("\n")[1]).toContain(first.labels.join(" | "));
  });

  it("candor apply matches labels by name, and arrays by position", async () => {
    const swapped = readFileSync(path("test.csv"), "utf8")
      .split("\n")
      .map((line) => {
        const [id, cat, dog, owl, ...rest] = line.split(",");
        return line === "" ? line : [id, owl, cat, dog, ...rest].join(",");
      });
    writeFileSync(path("swapped.csv"), swapped.join("\n"));
    const [own, other] = [
      await run("apply", "threshold.json", "test.csv"),
      await run("apply", "threshold.json", "swapped.csv"),
    ];
    const last = (text: string) => text.split("\n").map((line) => line.split(",").slice(-2));
    expect(last(other.stdout)).toEqual(last(own.stdout));
    const array = await run("apply", "threshold.json", "scores.npy");
    expect(array.stderr.replaceAll(`${folder}/`, "")).toBe(
      "note: scores.npy does not name its labels: taken in the order cat, dog, owl\n",
    );
    expect(last(array.stdout)).toEqual(last((await run("apply", "threshold.json", "cal.csv")).stdout));
    const beside = await run("apply", "threshold.json", "other.csv", "--multi-label", "scores.npy");
    expect(last(beside.stdout)).toEqual(last(array.stdout));
  });

  it("candor apply passes over further labels and columns that are called labels", async () => {
    const more = await run("apply", "threshold.json", "more.csv");
    expect(more.stderr).toBe("note: not used: fox, which the calibration file does not have\n");
    const taken = await run("apply", "threshold.json", "labels.csv");
    expect(taken.stderr).toBe("note: the file already has labels (added as conformal_labels)\n");
    expect(taken.stdout.split("\n")[0]).toMatch(/,conformal_labels,label_count$/);
  });

  it("candor apply --skip-bad keeps bad rows with nothing added", async () => {
    expect(await refusal("apply", "threshold.json", "bad.csv")).toContain(
      "bad.csv, row 2 (line 3), column s_cat: expected a score",
    );
    const { stdout, stderr } = await run("apply", "threshold.json", "bad.csv", "--skip-bad");
    expect(stderr).toBe("note: 1 row has no labels: missing score\nnote: 1 row has no labels: score outside [0, 1]\n");
    expect(stdout.trim().split("\n")).toHaveLength(401);
    expect(stdout.split("\n")[2]).toMatch(/,,$/);
  });

  it("candor apply refuses other columns, flags and documents in words", async () => {
    const apply = (...args: string[]) => refusal("apply", ...args);
    expect(await apply("threshold.json", "other.csv")).toBe(
      "error: other.csv: no column fits --multi-label s_*; columns: id, p_cat, p_dog, p_owl, y_owl, y_dog, y_cat; the calibration file calls them so; --multi-label names those of this file\n",
    );
    expect((await run("apply", "threshold.json", "other.csv", "--multi-label", "p_*")).code).toBe(0);
    expect(await apply("threshold.json", "other.csv", "--multi-label", "p_cat,p_dog")).toContain(
      "the calibration file has labels that are missing here: owl (--multi-label)",
    );
    expect(await apply("threshold.json", "two.npy")).toContain(
      "two.npy: the calibration file has 3 labels (cat, dog, owl), got 2 (--multi-label)",
    );
    expect(await apply("threshold.json", "test.csv", "--probs", "s_*")).toContain(
      "--probs does not go with a threshold of labels, whose scores --multi-label names",
    );
    expect(await apply("threshold.json", "test.csv", "-o", "out.npy")).toContain(
      "labels are written as columns, expected a table such as .csv or .parquet",
    );
    expect(await apply("threshold.json")).toContain("no file to apply it to, expected `candor apply LABELS FILE`");
    const altered = readFileSync(path("threshold.json"), "utf8").replace(/"threshold": [\d.]+/, '"threshold": 0.123');
    writeFileSync(path("altered.json"), altered);
    expect(await apply("altered.json", "test.csv")).toContain("the document was altered after it was made");
    const { stdout } = await run("conformal", "few.csv", ...columns, "--max-risk", "0.05", "--json");
    writeFileSync(path("nothing.json"), stdout);
    expect(await apply("nothing.json", "test.csv")).toContain(
      "nothing.json: no threshold qualified, so there is none to apply",
    );
    writeFileSync(path("policy.json"), '{"schema":"candor.policy/1"}');
    expect(await apply("policy.json", "test.csv", "--multi-label", "s_*")).toContain(
      "--multi-label is for a threshold of labels, as `candor conformal --multi-label` makes it",
    );
  });
});
