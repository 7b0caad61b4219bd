import { gzipSync } from "node:zlib";
import type { InputOptions } from "@candor/input";
import { describe, expect, it } from "vitest";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { duck, file, inFolder, npy, refusal } from "./helpers.ts";

async function complaint(path: string | undefined, options: InputOptions = {}): Promise<string> {
  return (await refusal(readPredictions(path, options))).message;
}

const csv = (text: string) => file("x.csv", text);

describe("readPredictions refuses files", () => {
  it("readPredictions(path) says that a file is missing, a folder, empty or has no rows", async () => {
    expect(await complaint(inFolder("nothing.csv"))).toBe("no such file: nothing.csv");
    expect(await complaint(inFolder("."))).toMatch(/ is a folder, expected a file$/);
    expect(await complaint(csv(""))).toBe("x.csv: the file is empty");
    expect(await complaint(csv("\n\n"))).toBe("x.csv: the file is empty, expected a header and rows");
    expect(await complaint(csv("score,label\n"))).toBe("x.csv: no rows, expected some below the header");
    expect(await complaint(csv("score,label"))).toBe("x.csv: no rows, expected some below the header");
    expect(await complaint(file("e.jsonl", " \n"))).toBe("e.jsonl: the file is empty, expected a header and rows");
  });
  it("readPredictions(path) names kinds of file that nobody reads here", async () => {
    for (const [magic, kind] of [
      ["\x80\x04\x95", "a Python pickle"],
      ["\x89HDF\r\n", "an HDF5 file"],
      ["ab\0cd", "bytes of an unknown kind"],
    ])
      expect(await complaint(file("x.bin", Buffer.from(magic!, "latin1")))).toBe(
        `x.bin: expected CSV, TSV, JSON lines, Parquet, NPY or NPZ (text formats also as .gz or .zst), got ${kind}`,
      );
    expect(await complaint(csv("a"), { format: "xls" })).toBe(
      'unknown format "xls", expected one of csv, tsv, jsonl, json, parquet, npy, npz',
    );
  });
  it("readPredictions(path) notices a compressed file that is cut off, also where DuckDB does not", async () => {
    const rows = "0.5,1\n0.25,0\n".repeat(50_000);
    const whole = gzipSync(`score,label\n${rows}`);
    const cut = file("cut.csv.gz", whole.subarray(0, whole.length - 40));
    expect(await complaint(cut)).toBe("cut.csv.gz: not a whole gzip file, it is cut off or damaged");
    const path = inFolder("whole.csv.zst");
    await duck(`COPY (SELECT random() AS score, i % 2 AS label FROM range(200000) r(i)) TO '${path}' (HEADER)`);
    expect((await readPredictions(path, {})).predictions.rows).toBe(200_000);
    const bytes = (await import("node:fs")).readFileSync(path);
    const cutZstd = file("cut.csv.zst", bytes.subarray(0, bytes.length >> 1));
    expect(await complaint(cutZstd)).toBe("cut.csv.zst: not a whole zstd file, it is cut off or damaged");
  });
  it("readPredictions(path) notices a Parquet file that is cut off", async () => {
    const path = inFolder("whole.parquet");
    await duck(`COPY (SELECT random() AS score, i % 2 AS label FROM range(1000) r(i)) TO '${path}' (FORMAT parquet)`);
    const bytes = (await import("node:fs")).readFileSync(path);
    expect(await complaint(file("cut.parquet", bytes.subarray(0, 900)))).toBe(
      "cut.parquet: not a whole Parquet file: it is cut off or damaged",
    );
  });
  it("readPredictions(path) names the line of a CSV row with too many or too few values", async () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `0.5,${i % 2}`);
    lines[250_000] = "0.5,1,secret";
    const error = await refusal(readPredictions(csv(`score,label\n${lines.join("\n")}\n`), {}));
    expect(error.message).toBe("x.csv, line 250002: expected 2 values as in the header, got 3");
    expect(await complaint(csv("score,label\n0.5,1\n0.25\n"))).toBe(
      "x.csv, line 3: expected 2 values as in the header, got 1",
    );
    expect(await complaint(csv('score,label\n0.5,1\n0.25,"0\n0.5,1\n'))).toBe(
      "x.csv, line 3: a quoted value does not end where it should",
    );
  });
  it("readPredictions(path) names the line of broken JSON and of text that is not UTF-8", async () => {
    const good = '{"score":0.5,"label":1}\n';
    expect(await complaint(file("x.jsonl", `${good}{"score":0.5,\n${good}`))).toBe("x.jsonl, line 2: not valid JSON");
    expect(await complaint(file("x.jsonl", "[1,2]\n[3,4]\n"))).toBe(
      'x.jsonl: expected a JSON object such as {"score": 0.7, "label": 1}',
    );
    const latin = Buffer.from("score,label,name\n0.5,1,a\n0.4,0,\xe4\n", "latin1");
    expect(await complaint(file("x.csv", latin))).toMatch(
      /^x\.csv, line \d: the text is not UTF-8; save the file as UTF-8$/,
    );
  });
});

describe("readPredictions refuses columns", () => {
  it("readPredictions(path, { label }) lists the columns there are, and the nearest name", async () => {
    const error = await refusal(readPredictions(csv("score,lable,other\n0.5,1,2\n"), { label: "label" }));
    expect(error.message).toBe("x.csv: no column label (--label), did you mean lable?; columns: score, lable, other");
    expect(error.error).toMatchObject({ name: "BadInput", column: "label" });
    expect(await complaint(csv("a,b\n1,2\n"), { score: "q", label: "b" })).toBe(
      "x.csv: no column q (--score); columns: a, b",
    );
    expect(await complaint(csv("a,b\n1,2\n"), { score: "a", label: "y.npy" })).toBe("no such file: y.npy (--label)");
    expect(await complaint(csv("a,a,b\n1,2,1\n"), { score: "a", label: "b" })).toBe(
      "x.csv: 2 columns are called a (--score), expected one",
    );
  });
  it("readPredictions(path) lists the columns when it recognises none, and the flags", async () => {
    const flags =
      "name them with --score and --label, --probs 'p_*' and --label, --logits 'z_*' and --label, or --confidence and --correct; forecasts of a number with --prediction or --quantiles and --label";
    expect(await complaint(csv("a,b\n1,2\n"))).toBe(`x.csv: cannot tell which columns to use; columns: a, b; ${flags}`);
    expect(await complaint(csv("a,label\n1,2\n"))).toBe(
      `x.csv: cannot tell which columns to use, found a label but no score; columns: a, label; ${flags}`,
    );
    expect(await complaint(csv("0.5,1\n0.25,0\n"))).toContain("cannot tell which columns to use");
    expect(await complaint(undefined)).toBe(
      "no file to read, expected FILE, or --probs, --logits, --score or --confidence with a file",
    );
  });
  it("readPredictions(path) lists several candidates and the flag that decides", async () => {
    expect(await complaint(csv("score,prob,label\n0.5,0.5,1\n"))).toBe(
      "x.csv: several columns could be the score: score, prob; say which one with --score",
    );
    expect(await complaint(csv("score,label,target\n0.5,0,1\n"))).toBe(
      "x.csv: several columns could be the label: label, target; say which one with --label",
    );
    expect(await complaint(csv("score,p_a,p_b,label\n0.5,0.5,0.5,1\n"))).toBe(
      "x.csv: the file can be read in 2 ways, by score (--score), or by p_* (--probs, --logits); say which one with its flag",
    );
    expect(await complaint(csv("p_a,p_b,z_a,z_b,label\n0.5,0.5,1,1,a\n"))).toBe(
      "x.csv: several groups of columns could be the classes: p_*, z_*; say which with --probs or --logits",
    );
  });
  it("readPredictions(path, flags) refuses flags that contradict each other", async () => {
    const path = csv("score,p_a,p_b,label\n0.5,0.5,0.5,1\n");
    expect(await complaint(path, { score: "score", probs: "p_*" })).toBe("--score and --probs exclude each other");
    expect(await complaint(path, { score: "score", task: "multiclass" })).toBe(
      "the flags are those of a binary task, expected multiclass as --task says",
    );
    expect(await complaint(path, { probs: "p_*", positive: "a" })).toBe(
      "--positive belongs to --score, expected no --positive with a multiclass task",
    );
    expect(await complaint(path, { label: "label", correct: "label" })).toBe(
      "--label and --correct exclude each other",
    );
  });
  it("readPredictions(path, { probs }) refuses patterns that fit nothing or one column", async () => {
    const path = csv("p_a,q,label\n0.5,0.5,1\n");
    expect(await complaint(path, { probs: "x_*" })).toBe("x.csv: no column fits --probs x_*; columns: p_a, q, label");
    expect(await complaint(path, { probs: "p_*" })).toBe(
      "x.csv: --probs p_* fits only the column p_a, expected one per class; columns: p_a, q, label",
    );
    expect(await complaint(path, { probs: "q" })).toBe(
      "x.csv: expected at least two values per row for --probs, got one in q; for the probability of one class use --score",
    );
    expect(await complaint(path, { probs: "p_a,qq", label: "label" })).toBe(
      "x.csv: no column qq (--probs), did you mean q?; columns: p_a, q, label",
    );
  });
});

describe("readPredictions refuses rows", () => {
  it("readPredictions(csv) names row, line and column of a score that is no probability", async () => {
    const row = async (value: string) => complaint(csv(`score,label\n0.5,1\n0.25,0\n${value},1\n0.5,0\n0.1,1\n`));
    const where = "x.csv, row 3 (line 4), column score: expected a probability in [0, 1], got";
    expect(await row("abc")).toBe(`${where} "abc"`);
    expect(await row("")).toBe(`${where} nothing`);
    expect(await row("NA")).toBe(`${where} nothing`);
    expect(await row("nan")).toBe(`${where} NaN`);
    expect(await row("-inf")).toBe(`${where} -Infinity`);
    expect(await row("1.25")).toBe(`${where} 1.25`);
    expect(await row("-0.001")).toBe(`${where} -0.001`);
    expect(await row('"0,5"')).toBe(`${where} "0,5"`);
    const { error } = await refusal(readPredictions(csv("score,label\n0.5,1\n2,0\n0.5,1\n0.1,1\n0.2,0\n0.2,0\n"), {}));
    expect(error).toMatchObject({ row: 2, column: "score" });
  });
  it("readPredictions(csv) counts the lines inside quotes, above the header and between rows", async () => {
    const text = '# made today\nname,score,label\n"a\nb",0.5,1\n\n"c\n\nd",0.25,0\ne,7,1\n';
    expect(await complaint(csv(text))).toBe(
      "x.csv, row 3 (line 9), column score: expected a probability in [0, 1], got 7; the column runs from 0.25 to 7, which looks like percentages: divide by 100",
    );
    const packed = file("x.csv.gz", gzipSync(text));
    expect(await complaint(packed)).toContain("x.csv.gz, row 3 (line 9)");
  });
  it("readPredictions(csv) says what scores seem to be when most are no probabilities", async () => {
    expect(await complaint(csv("score,label\n2.5,1\n-3.25,0\n0.5,1\n"))).toBe(
      "x.csv, row 1 (line 2), column score: expected a probability in [0, 1], got 2.5; the column runs from -3.25 to 2.5, which looks like logits: turn them into probabilities first",
    );
  });
  it("readPredictions(csv) finds a bad row far into the file", async () => {
    const lines = Array.from({ length: 400_000 }, (_, i) => `0.5,${i % 2}`);
    lines[345_678] = "0.5x,1";
    expect(await complaint(csv(`score,label\n${lines.join("\n")}\n`))).toBe(
      'x.csv, row 345679 (line 345680), column score: expected a probability in [0, 1], got "0.5x"',
    );
  });
  it("readPredictions(csv) shows no more of a value than 40 characters, escaped", async () => {
    const long = `\u001b[31m${"x".repeat(100)}`;
    expect(await complaint(csv(`score,label\n${long},1\n`))).toBe(
      `x.csv, row 1 (line 2), column score: expected a probability in [0, 1], got "\\u{1b}[31m${"x".repeat(35)}…"`,
    );
  });
  it("readPredictions(csv) refuses labels of no known pair and names --positive", async () => {
    expect(await complaint(csv("score,label\n0.5,cat\n0.25,dog\n"))).toBe(
      'x.csv, row 1 (line 2), column label: expected 0 or 1 (or true or false, yes or no and the like), got "cat"; the labels are cat and dog: say which one is positive, e.g. --positive dog',
    );
    expect(await complaint(csv("score,label\n0.5,cat\n0.25,dog\n0.1,bird\n"))).toMatch(
      /got "cat"; a binary label has two values, the positive one named with --positive; this column has 3 so far$/,
    );
    expect(await complaint(csv("score,label\n0.5,0\n0.25,1\n0.3,2\n"))).toBe(
      'x.csv, row 3 (line 4), column label: expected 0 or 1, got "2"',
    );
    expect(await complaint(csv("score,label\n0.5,0\n0.25,\n0.3,1\n"))).toBe(
      "x.csv, row 2 (line 3), column label: expected 0 or 1, got nothing",
    );
    expect(await complaint(csv("score,label\n0.5,a\n0.25,b\n0.3,c\n"), { positive: "b" })).toBe(
      'x.csv, row 3 (line 4), column label: expected a or b, got "c"',
    );
    expect(await complaint(csv("confidence,correct\n0.5,1\n0.25,-1\n0.3,0\n"))).toBe(
      'x.csv, row 2 (line 3), column correct: expected 0 or 1, got "-1"',
    );
  });
  it("readPredictions(csv) refuses a single class", async () => {
    expect(await complaint(csv("score,label\n0.5,1\n0.25,1\n"))).toBe(
      'x.csv: expected both classes, but every label is "1"',
    );
    expect(await complaint(csv("score,label\n0.5,a\n0.25,a\n"), { positive: "b" })).toBe(
      'x.csv: expected both classes, but no row has the label "b"',
    );
    expect(await complaint(csv("p_a,p_b,label\n0.5,0.5,b\n0.25,0.75,b\n"))).toBe(
      'x.csv: expected at least two classes, but every label is "b"',
    );
  });
  it("readPredictions(csv) refuses probabilities that do not sum to 1 and offers --normalise", async () => {
    const text = "p_a,p_b,label\n0.5,0.5,a\n0.5,0.75,b\n";
    expect(await complaint(csv(text))).toBe(
      "x.csv, row 2 (line 3): expected probabilities (p_*) that sum to 1 within 0.001, got a sum of 1.25, off by 0.25; --normalise divides every row by its sum",
    );
    expect(await complaint(csv("p_a,p_b,label\n0.5,0.5,a\n0,0,b\n"), { normalise: true })).toBe(
      "x.csv, row 2 (line 3): expected probabilities (p_*) that sum to 1 within 0.001, got a sum of 0, off by 1",
    );
    expect((await readPredictions(csv("p_a,p_b,label\n0.5,0.5009,a\n0.5,0.4991,b\n"), {})).predictions.rows).toBe(2);
  });
  it("readPredictions(csv) refuses logits and weights too large to be squared", async () => {
    const logits = csv("z_a,z_b,label\n-1e100,1e100,a\n0,-1e300,b\n");
    expect(await complaint(logits, { logits: "z_*", label: "label" })).toBe(
      "x.csv, row 2 (line 3), column z_b: expected a finite logit, got -1e+300; its size may be 1e+100 at most",
    );
    expect(await complaint(csv("score,label,w\n0.5,1,1e100\n0.5,0,2e100\n"), { weight: "w" })).toBe(
      "x.csv, row 2 (line 3), column w: expected a weight of 0 or more, got 2e+100; its size may be 1e+100 at most",
    );
  });
  it("readPredictions(csv) recognises logits given as probabilities", async () => {
    expect(await complaint(csv("p_a,p_b,label\n2.5,-1,a\n0.5,3,b\n"))).toBe(
      "x.csv, row 1 (line 2), column p_a: expected a probability in [0, 1], got 2.5; the columns run from -1 to 3, which looks like logits: use --logits 'p_*'",
    );
    expect(await complaint(csv("p_a,p_b,label\n0.2,0.1,a\n-5,3,b\n-2,2,a\n"))).toContain(
      "which looks like logits: use --logits 'p_*'",
    );
    const path = file("z.npy", npy("<f4", [2, 2], Float32Array.of(2, -1, 0.5, 3)));
    expect(await complaint(path, { labels: file("y.npy", npy("|u1", [2], Uint8Array.of(0, 1))) })).toContain(
      "z.npy, row 1: expected a probability in [0, 1] for class 0, got 2; the values run from -1 to 3, which looks like logits: use --logits",
    );
  });
  it("readPredictions(csv) names the cell of a class that is missing or no number", async () => {
    const row = (cell: string) => complaint(csv(`p_a,p_b,p_c,label\n0.5,0.25,0.25,a\n0.5,${cell},0.25,b\n`));
    const where = "x.csv, row 2 (line 3), column p_b: expected a probability in [0, 1], got";
    expect(await row("")).toBe(`${where} nothing`);
    expect(await row("?")).toBe(`${where} "?"`);
    expect(await row("inf")).toBe(`${where} Infinity`);
  });
  it("readPredictions(csv) refuses labels of unknown classes", async () => {
    const row = (label: string) => complaint(csv(`p_cat,p_dog,label\n0.5,0.5,cat\n0.5,0.5,${label}\n`));
    const where = "x.csv, row 2 (line 3), column label: expected one of the classes cat, dog, got";
    expect(await row("bird")).toBe(`${where} "bird"`);
    expect(await row("2")).toBe(`${where} "2"`);
    expect(await row("-1")).toBe(`${where} "-1"`);
    expect(await row("")).toBe(`${where} nothing`);
    expect(await complaint(csv("p_cat,p_dog,label\n0.5,0.5,1\n0.5,0.5,2\n"))).toContain(
      "the labels seem to count from 1",
    );
  });
  it("readPredictions(npy) refuses labels out of range", async () => {
    const probs = file("p.npy", npy("<f8", [2, 2], Float64Array.of(0.5, 0.5, 0.25, 0.75)));
    const labels = file("y.npy", npy("<i8", [2], BigInt64Array.of(0n, 5n)));
    expect(await complaint(probs, { labels })).toBe('y.npy, row 2: expected a class index from 0 to 1, got "5"');
  });
  it("readPredictions(jsonl) refuses a list of another length", async () => {
    const path = file("l.jsonl", '{"probs":[0.5,0.5],"label":0}\n{"probs":[0.5,0.25,0.25],"label":1}\n');
    expect(await complaint(path)).toBe(
      "l.jsonl, row 2, column probs: expected 2 values as in the first row, got another number",
    );
  });
  it("readPredictions(csv, { weight }) refuses weights below 0 and all zero", async () => {
    const path = csv("score,label,w\n0.5,1,1\n0.25,0,-2\n");
    expect(await complaint(path, { weight: "w" })).toBe(
      "x.csv, row 2 (line 3), column w: expected a weight of 0 or more, got -2",
    );
    expect(await complaint(csv("score,label,w\n0.5,1,0\n0.25,0,0\n"), { weight: "w" })).toBe(
      "x.csv: all weights are 0, expected a weight above 0 in some row",
    );
  });
  it("readPredictions(csv, { time }) refuses what is neither a date nor a number", async () => {
    const path = csv("score,label,when\n0.5,1,2024-01-01\n0.25,0,tomorrow\n");
    expect(await complaint(path, { time: "when" })).toBe(
      'x.csv, row 2 (line 3), column when: expected an ISO 8601 date (or a number in every row), got "tomorrow"',
    );
    const more = csv("score,label,when\n0.5,1,2024-01-01\n0.25,0,2024-01-02\n0.25,0,tomorrow\n");
    const { source } = await readPredictions(more, { time: "when", skipBad: true });
    expect(source.skipped).toEqual([{ reason: "time not a date or number", count: 1 }]);
  });
  it("readPredictions(csv, { by }) refuses a column with more than 10 000 values", async () => {
    const lines = Array.from({ length: 10_001 }, (_, i) => `0.5,${i % 2},id${i}`);
    expect(await complaint(csv(`score,label,id\n${lines.join("\n")}\n`), { by: ["id"] })).toBe(
      "x.csv, column id: more than 10000 different values, too many groups for --by",
    );
  });
  it("readPredictions(files) says which file has how many rows when they differ", async () => {
    const probs = file("p.npy", npy("<f8", [3, 2], Float64Array.of(0.5, 0.5, 0.25, 0.75, 0.5, 0.5)));
    const labels = file("y.npy", npy("<i4", [2], Int32Array.of(0, 1)));
    expect(await complaint(probs, { labels })).toBe("p.npy has 3 rows but y.npy has 2, expected the same rows in both");
    const text = csv(`y\n${"0\n1\n".repeat(100_000)}`);
    const scores = file("s.npy", npy("<f8", [199_999], new Float64Array(199_999)));
    expect(await complaint(scores, { label: text })).toBe(
      "s.npy has 199999 rows but x.csv has 200000, expected the same rows in both",
    );
  });
});
