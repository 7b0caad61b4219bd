import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, fitOodDetector } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDetector, writeDetector } from "../../src/cli/ood-detector-file.ts";
import { candor } from "./run.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
const run = async (...args: string[]) => candor(args);

/** An array of float64, as NumPy saves it. */
function saveNpy(name: string, values: readonly number[], cols?: number): void {
  const shape = cols === undefined ? `(${values.length},)` : `(${values.length / cols}, ${cols})`;
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = Buffer.alloc(128, " ");
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(118, 8);
  header.write(text, 10, "latin1");
  header.write("\n", 127);
  writeFileSync(at(name), Buffer.concat([header, Buffer.from(Float64Array.from(values).buffer)]));
}

const WIDTH = 6;

/** Two classes around different centres; outside rows lie elsewhere. */
function rowsOf(seed: number, rows: number, outside = false): { values: number[]; labels: number[] } {
  const random = createRandom(seed);
  const labels = Array.from({ length: rows }, () => (random.uniform() < 0.5 ? 0 : 1));
  const values = labels.flatMap((label) =>
    Array.from({ length: WIDTH }, (_, j) => random.normal() + (outside ? (j > 3 ? 6 : 0) : j === label ? 5 : 0)),
  );
  return { values, labels };
}

function saveTable(name: string, seed: number, rows: number, outside = false): void {
  const { values, labels } = rowsOf(seed, rows, outside);
  const header = ["id", ...Array.from({ length: WIDTH }, (_, j) => `f_${j}`), "label"].join(",");
  const lines = labels.map((label, i) =>
    [`row${i}`, ...values.slice(i * WIDTH, (i + 1) * WIDTH).map((value) => value.toFixed(6)), label].join(","),
  );
  writeFileSync(at(name), `${[header, ...lines].join("\n")}\n`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "candor-ood-"));
  for (const [name, seed, rows, outside] of [
    ["train", 1, 1200, false],
    ["cal", 2, 300, false],
    ["test", 3, 200, false],
    ["other", 4, 100, true],
  ] as const) {
    const { values, labels } = rowsOf(seed, rows, outside);
    saveNpy(`${name}.npy`, values, WIDTH);
    saveNpy(`${name}_y.npy`, labels);
    saveTable(`${name}.csv`, seed, rows, outside);
  }
  const weights = [4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0];
  saveNpy("W.npy", weights, WIDTH);
  saveNpy("b.npy", [0, 0]);
  const { code, stderr } = await run(
    ...["ood", "fit", "--features", at("train.npy"), "--labels", at("train_y.npy")],
    ...["--calibration-features", at("cal.npy"), "--head-weights", at("W.npy"), "--head-bias", at("b.npy")],
    ...["-o", at("det.json")],
  );
  expect(stderr).toBe("");
  expect(code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const complaint = async (...args: string[]): Promise<string> => {
  const { code, stderr } = await run(...args);
  expect(code, stderr).toBe(2);
  return stderr;
};

describe("candor ood fit", () => {
  it("candor ood fit writes the detector and its large arrays, which cannot be exchanged or lost", async () => {
    const document = JSON.parse(readFileSync(at("det.json"), "utf8"));
    expect(document).toMatchObject({ schema: "candor.ood-detector/1", method: "auto", n: 1200 });
    const arrays = readdirSync(folder).filter((name) => /^det\.knn\.bank\.[0-9a-f]{12}\.npy$/.test(name));
    expect(arrays).toHaveLength(1);
    const [bank = ""] = arrays;
    const content = readFileSync(at(bank));
    writeFileSync(at("copy.json"), readFileSync(at("det.json")));
    const renamed = await run("ood", "score", at("test.npy"), "--detector", at("copy.json"), "-o", at("x.csv"));
    expect(renamed.code, renamed.stderr).toBe(0);
    const changed = Buffer.from(content);
    changed.writeDoubleLE(0.5, 128);
    writeFileSync(at(bank), changed);
    expect(await complaint("ood", "score", at("test.npy"), "--detector", at("det.json"))).toMatch(
      /det\.json: the array knn\.bank is not that of the detector: expected sha256/,
    );
    rmSync(at(bank));
    expect(await complaint("ood", "score", at("test.npy"), "--detector", at("det.json"))).toMatch(
      /the array knn\.bank of the detector is missing, expected det\.knn\.bank\./,
    );
    writeFileSync(at(bank), content);
  });

  it("candor ood fit that is stopped leaves the detector that was there, and nothing else", async () => {
    const args = ["ood", "fit", at("train.csv"), "-o", at("kept.json")];
    expect((await run(...args)).code).toBe(0);
    const files = () => readdirSync(folder).filter((name) => name.startsWith("kept."));
    const before = files();
    const detector = JSON.parse(readFileSync(at("kept.json"), "utf8"));
    const other = fitOodDetector(
      { features: { data: Float64Array.from({ length: 9000 }, (_, i) => Math.sin(i * i)), rows: 1500, cols: 6 } },
      { method: "knn" },
    );
    const stopped = new AbortController();
    stopped.abort();
    await expect(writeDetector(at("kept.json"), other, stopped.signal)).rejects.toThrow(/abort/i);
    expect(files()).toEqual(before);
    expect((await readDetector(at("kept.json"))).fingerprint).toBe(detector.fingerprint);
    await writeDetector(at("kept.json"), other, new AbortController().signal);
    expect((await readDetector(at("kept.json"))).fingerprint).toBe(other.fingerprint);
    expect(files()).toHaveLength(2);
  });

  it("candor ood fit FILE reads columns, draws calibration rows and says so; --json tells what was fitted", async () => {
    const { code, stdout } = await run("ood", "fit", at("train.csv"), "-o", at("table.json"), "--json");
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "candor.ood-fit/1",
      detector: { method: "auto", n: 960 },
      source: { name: "train.csv", rows: 1200, columns: { features: "f_*", labels: "label" } },
      calibrationFrom: "240 of the 1,200 rows, drawn at random (seed 0)",
      output: at("table.json"),
    });
    expect(document.notes.join(" ")).toMatch(/some of those given: p-values hold/);
    expect(document.arrays).toHaveLength(1);
    const again = await run(
      "ood",
      "fit",
      at("train.csv"),
      "--calibration-share",
      "0",
      "-o",
      at("table.json"),
      "--json",
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ detector: { calibrationRows: 0 }, calibrationFrom: null });
    expect(readdirSync(folder).filter((name) => name.startsWith("table."))).toHaveLength(2);
  });

  it("candor ood fit learns from outliers, lists methods, and prints text of 80 columns", async () => {
    const exposed = await run(
      "ood",
      "fit",
      at("train.csv"),
      "--calibration",
      at("cal.csv"),
      "--outliers",
      at("other.csv"),
    );
    expect(exposed.code, exposed.stderr).toBe(0);
    expect(exposed.stdout).toMatch(/outlier-exposure/);
    expect(exposed.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect((await run("ood", "fit", "--method", "list")).stdout).toMatch(/^auto .*\nmsp /);
  });

  it("candor ood fit refuses what cannot be fitted", async () => {
    expect(await complaint("ood", "fit")).toMatch(/nothing to learn from/);
    expect(await complaint("ood", "fit", at("nothing.csv"))).toMatch(/no such file/);
    expect(await complaint("ood", "fit", at("train.csv"), "--method", "magic")).toMatch(/--method magic is not known/);
    expect(await complaint("ood", "fit", at("train.csv"), "--method", "energy")).toMatch(/logits/);
    expect(await complaint("ood", "fit", at("train.csv"), "-o", at("train.csv"))).toMatch(/is an input/);
    expect(await complaint("ood", "fit", at("train.csv"), "--features", "g_*")).toMatch(
      /no column fits --features g_\*/,
    );
    expect(await complaint("ood", "fit", at("train.csv"), "--features", "id,f_1")).toMatch(
      /row 1.*expected a finite feature, got "row0"/,
    );
    expect(await complaint("ood", "fit", at("train.csv"), "--head-weights", at("W.npy"))).toMatch(/belong together/);
    expect(await complaint("ood", "fit", "--features", at("train.npy"), "--labels", at("test_y.npy"))).toMatch(
      /1200 rows.*200|200.*1200/,
    );
    expect(
      await complaint(
        "ood",
        "fit",
        "--features",
        at("train.npy"),
        "--calibration-features",
        at("W.npy"),
        "--head-weights",
        at("b.npy"),
        "--head-bias",
        at("b.npy"),
      ),
    ).toMatch(/head/);
    expect(
      await complaint("ood", "fit", at("train.csv"), "--calibration", at("cal.csv"), "--calibration-share", "0.2"),
    ).toMatch(/parts the given rows/);
    writeFileSync(at("bad.csv"), "f_0,f_1\n1,2\n3,nan\n5,6\n");
    expect(await complaint("ood", "fit", at("bad.csv"))).toMatch(
      /bad\.csv, row 2.*column f_1: expected a finite feature/,
    );
  });
});

describe("candor ood score", () => {
  it("candor ood score FILE keeps every column and adds the score, the p-value and what was found", async () => {
    const { code, stdout, stderr } = await run(
      ...[
        "ood",
        "score",
        at("other.csv"),
        "--detector",
        at("det.json"),
        "--fdr",
        "0.1",
        "-o",
        at("scored.csv"),
        "--json",
      ],
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "candor.ood-score/1",
      rows: 100,
      added: ["ood_score", "ood_p", "ood_found"],
      discoveries: { count: 100, target: 0.1, method: "benjamini-hochberg" },
    });
    const [header = "", first = ""] = readFileSync(at("scored.csv"), "utf8").split("\n");
    expect(header).toBe("id,f_0,f_1,f_2,f_3,f_4,f_5,label,ood_score,ood_p,ood_found");
    expect(first).toMatch(/^row0,.*,1$/);
  });

  it("candor ood score reads arrays and standard input, writes Parquet, JSON lines and arrays", async () => {
    const parquet = await run("ood", "score", at("test.csv"), "--detector", at("det.json"), "-o", at("s.parquet"));
    expect(parquet.stdout).toMatch(/200 rows, added ood_score, ood_p/);
    const again = await run("ood", "score", at("s.parquet"), "--detector", at("det.json"), "-o", at("s.jsonl"));
    expect(again.stderr).toMatch(/already has ood_score/);
    expect(again.stdout).toMatch(/added new_ood_score, new_ood_p/);
    const array = await run(
      "ood",
      "score",
      "--features",
      at("test.npy"),
      "--detector",
      at("det.json"),
      "-o",
      at("p.npy"),
    );
    expect(array.stdout).toMatch(/200 rows, the p-values/);
    const piped = await candor(["ood", "score", "-", "--detector", at("det.json")], {
      input: readFileSync(at("test.csv")),
    });
    expect(piped.stdout.split("\n")).toHaveLength(202);
  });

  it("candor ood score merges the p-values of several detectors", async () => {
    const fitted = await run(
      ...["ood", "fit", "--features", at("train.npy"), "--calibration-features", at("cal.npy"), "--method", "knn"],
      ...["-o", at("near.json")],
    );
    expect(fitted.code, fitted.stderr).toBe(0);
    const { code, stdout } = await run(
      ...["ood", "score", at("other.csv"), "--detector", at("det.json"), "--detector", at("near.json")],
      ...["--merge", "bonferroni", "--fdr", "0.2", "-o", at("merged.csv"), "--json"],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      merge: "bonferroni",
      added: ["ood_score_det", "ood_score_near", "ood_p_det", "ood_p_near", "ood_p", "ood_found"],
      discoveries: { method: "benjamini-yekutieli" },
    });
  });

  it("candor ood score leaves bad rows without a score with --skip-bad, and refuses what it cannot score", async () => {
    const lines = readFileSync(at("test.csv"), "utf8").split("\n");
    writeFileSync(
      at("holes.csv"),
      [...lines.slice(0, 3), lines[3]?.replace(/,[^,]*,/, ",,"), ...lines.slice(4)].join("\n"),
    );
    expect(await complaint("ood", "score", at("holes.csv"), "--detector", at("det.json"))).toMatch(
      /row 3.*got nothing/,
    );
    const { stderr } = await run(
      "ood",
      "score",
      at("holes.csv"),
      "--detector",
      at("det.json"),
      "--skip-bad",
      "-o",
      at("h.csv"),
    );
    expect(stderr).toMatch(/1 rows? left out: missing feature/);
    expect(readFileSync(at("h.csv"), "utf8").split("\n")[3]).toMatch(/,,$/);
    expect(await complaint("ood", "score", at("W.npy"), "--detector", at("train.csv"))).toMatch(
      /not JSON, expected a detector/,
    );
    writeFileSync(at("narrow.csv"), "f_0,f_1\n1,2\n");
    expect(await complaint("ood", "score", at("narrow.csv"), "--detector", at("det.json"))).toMatch(
      /narrow\.csv: rows: expected 6 features per row as in the training rows, got 2/,
    );
    expect(
      await complaint("ood", "score", at("test.csv"), "--detector", at("det.json"), "--merge", "harmonic"),
    ).toMatch(/several detectors/);
    expect(await complaint("ood", "score", at("test.csv"), "--detector", at("det.json"), "-o", at("det.json"))).toMatch(
      /is an input/,
    );
    await run("ood", "fit", at("train.csv"), "--calibration-share", "0", "-o", at("none.json"));
    expect(await complaint("ood", "score", at("test.csv"), "--detector", at("none.json"), "--fdr", "0.1")).toMatch(
      /none has no calibration rows/,
    );
  });
});

describe("candor ood report", () => {
  it("candor ood report tells inside from outside rows, in text, JSON and HTML", async () => {
    const args = [
      ...["ood", "report", "--detector", at("det.json"), "--in-features", at("test.npy"), "--labels", at("test_y.npy")],
      ...["--out-features", at("other.npy"), "--train-features", at("train.npy"), "--train-labels", at("train_y.npy")],
    ];
    const { code, stdout, stderr } = await run(...args, "--json");
    expect(code, stderr).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: "candor.ood/1", rows: { inside: 200, outside: 100 } });
    expect(document.auroc.value).toBeGreaterThan(0.99);
    expect(document.falseDiscovery).toMatchObject({ target: 0.1, rows: 300 });
    expect(document.ranking.length).toBeGreaterThan(9);
    expect(document.selective).toHaveLength(4);
    expect(document.pValues.areValid).toBe(true);
    const text = await run(...args, "--html", at("r.html"), "--json", at("r.json"));
    expect(text.stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith("wrote "))).toEqual([]);
    expect(text.stdout).toMatch(/AUROC +0\.99|AUROC +1/);
    expect(text.stdout).toMatch(
      /\n {2}Outside +all +surest +surest half, +inside +share\n +rows +half +inside first +only +acted on\n/,
    );
    expect(JSON.parse(readFileSync(at("r.json"), "utf8"))).toEqual(document);
    const html = readFileSync(at("r.html"), "utf8");
    expect(html).toMatch(/Where the p-values lie/);
    expect(html).not.toMatch(/NaN|undefined|\[object/);
  });

  it("candor ood report FILE of inside rows alone says whether the p-values hold", async () => {
    const good = await run("ood", "report", at("test.csv"), "--detector", at("det.json"), "--json");
    expect(JSON.parse(good.stdout)).toMatchObject({ auroc: null, verdict: { status: "valid" } });
    const bad = await run("ood", "report", at("other.csv"), "--detector", at("det.json"));
    expect(bad.stdout).toMatch(/The p-values do not hold on these rows/);
    const both = await run(
      "ood",
      "report",
      at("test.csv"),
      "--outside",
      at("other.csv"),
      "--outside",
      at("cal.csv"),
      "--detector",
      at("det.json"),
    );
    expect(both.stdout).toMatch(/Kinds of outside rows/);
    expect(both.stderr).toBe("");
  });

  it("candor ood report refuses what it cannot test", async () => {
    const detector = ["--detector", at("det.json")];
    expect(await complaint("ood", "report", ...detector)).toMatch(/no inside rows to test on/);
    expect(await complaint("ood", "report", at("test.csv"))).toMatch(/required option '--detector/);
    expect(
      await complaint(
        "ood",
        "report",
        ...detector,
        "--in-features",
        at("test.npy"),
        "--out-features",
        at("W.npy"),
        "--out-logits",
        at("b.npy"),
        "--out-logits",
        at("b.npy"),
      ),
    ).toMatch(/go together/);
    expect(await complaint("ood", "report", at("test.csv"), ...detector, "--html", at("test.csv"))).toMatch(
      /is an input/,
    );
    expect(
      await complaint("ood", "report", at("test.csv"), ...detector, "--labels", "id", "--outside", at("other.csv")),
    ).toMatch(/the label row0 is no class/);
    expect(existsSync(at("never.html"))).toBe(false);
  });
});

describe("candor decide --in-distribution", () => {
  it("candor decide, apply and verify send rows from outside to review, and refuse rows without p-values", async () => {
    const random = createRandom(5);
    const lines = Array.from({ length: 600 }, (_, i) => {
      const isOutside = i % 10 === 0;
      const confidence = 0.6 + 0.4 * random.uniform();
      const correct = random.uniform() < (isOutside ? 0.1 : confidence) ? 1 : 0;
      return [confidence.toFixed(3), correct, (isOutside ? 0.01 : 0.05 + 0.95 * random.uniform()).toFixed(3)].join(",");
    });
    writeFileSync(at("decide.csv"), `confidence,correct,ood_p\n${lines.join("\n")}\n`);
    const flags = ["--confidence", "confidence", "--correct", "correct"];
    const made = await run(
      ...[
        "decide",
        at("decide.csv"),
        ...flags,
        "--max-error",
        "0.25",
        "--in-distribution",
        "ood_p",
        "--ood-level",
        "0.04",
      ],
      ...["-o", at("policy.json"), "--html", at("policy.html")],
    );
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout.replace(/\s+/g, " ")).toMatch(
      /Reviewed first: rows unlike the training data \(ood_p of 4 % or less, 10\.0 % of rows\)/,
    );
    expect(readFileSync(at("policy.html"), "utf8")).toMatch(/Reviewed first: rows unlike the training data/);
    expect(JSON.parse(readFileSync(at("policy.json"), "utf8"))).toMatchObject({
      inDistribution: { column: "ood_p", level: 0.04 },
    });
    const applied = await run("apply", at("policy.json"), at("decide.csv"), "-o", at("decided.csv"));
    expect(applied.code, applied.stderr).toBe(0);
    const rows = readFileSync(at("decided.csv"), "utf8").trim().split("\n").slice(1);
    rows.forEach((row, i) => {
      if (i % 10 === 0) expect(row).toMatch(/,review$/);
    });
    expect(rows.some((row) => row.endsWith(",act"))).toBe(true);
    expect((await run("verify", at("policy.json"), at("decide.csv"))).stdout).toMatch(/the same to\s+the last digit/);
    writeFileSync(at("plain.csv"), `confidence,correct,q\n${lines.join("\n")}\n`);
    for (const command of ["apply", "verify"])
      expect(await complaint(command, at("policy.json"), at("plain.csv"))).toMatch(
        /the policy demands that a row is in distribution and reads its p-value; .*no column .*ood_p/,
      );
    const named = await run(
      "apply",
      at("policy.json"),
      at("plain.csv"),
      "--in-distribution",
      "q",
      "-o",
      at("named.csv"),
    );
    expect(named.code, named.stderr).toBe(0);
    writeFileSync(at("wrong.csv"), "confidence,correct,ood_p\n0.9,1,1.5\n0.8,0,0.5\n");
    expect(
      await complaint("decide", at("wrong.csv"), ...flags, "--coverage", "0.5", "--in-distribution", "ood_p"),
    ).toMatch(/row 1.*column ood_p: expected a p-value in \[0, 1\], got 1\.5/);
    expect(await complaint("decide", at("decide.csv"), ...flags, "--coverage", "0.5", "--ood-level", "0.1")).toMatch(
      /--ood-level is for --in-distribution/,
    );
    await run("decide", at("decide.csv"), ...flags, "--coverage", "0.5", "-o", at("other-policy.json"));
    expect(
      await complaint(
        "apply",
        at("other-policy.json"),
        at("decide.csv"),
        "--in-distribution",
        "ood_p",
        "-o",
        at("x.csv"),
      ),
    ).toMatch(/does not ask whether a row is in distribution/);
  });
});
