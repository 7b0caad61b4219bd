import { readFileSync, symlinkSync } from "node:fs";
import { createRandom, openEnsembleCalibrator, type ReportDocument, softmax } from "@candor/core";
import { beforeAll, describe, expect, it } from "vitest";
import { file, inFolder, npy } from "../input/helpers.ts";
import { type CliResult, candor } from "./run.ts";

const rows = 120;
const names = ["cat", "dog", "wolf"];
const count = 3;

/** What three members say of three animals: members × rows × classes. */
const { said, labels } = (() => {
  const random = createRandom(5);
  const truth = Float64Array.from({ length: rows * 3 }, () => 1.5 * random.normal());
  const chances = softmax({ data: truth, rows, cols: 3 }).data;
  const found = Array.from({ length: rows }, (_, i) => {
    let left = random.uniform();
    let k = 0;
    while (k < 2 && left >= (chances[3 * i + k] ?? 0)) left -= chances[3 * i + k++] ?? 0;
    return k;
  });
  const logits = Float64Array.from({ length: count * truth.length }, (_, j) => {
    const row = Math.floor((j % truth.length) / 3);
    return 2 * ((truth[j % truth.length] ?? 0) + (row % 2 === 1 ? 1.5 : 0.2) * random.normal());
  });
  return { said: softmax({ data: logits, rows: count * rows, cols: 3 }).data, labels: found };
})();

/** One member's part of the block. */
function member(m: number): Float64Array {
  return said.slice(m * rows * 3, (m + 1) * rows * 3);
}

/** A table with columns `m0_cat`, …; the classes of member 1 the other way round. */
function table(change: (cell: string, m: number, row: number) => string = (cell) => cell): string {
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [0, 1, 2],
  ];
  const head = ["site", ...orders.flatMap((order, m) => order.map((k) => `m${m}_${names[k]}`)), "label"];
  const lines = labels.map((label, i) => {
    const cells = orders.flatMap((order, m) =>
      order.map((k) => change(String(said[(m * rows + i) * 3 + k]), m, i + 1)),
    );
    return [i % 2 === 1 ? "fog" : "day", ...cells, names[label]].join(",");
  });
  return [head.join(","), ...lines, ""].join("\n");
}

let csv = "";
let block = "";
let truth = "";
let files: string[] = [];
beforeAll(() => {
  csv = file("members.csv", table());
  block = file("block.npy", npy("<f8", [count, rows, 3], said));
  truth = file("labels.npy", npy("<i4", [rows], Int32Array.from(labels)));
  files = [0, 1, 2].map((m) => file(`m${m}.npy`, npy("<f8", [rows, 3], member(m))));
});

async function json(...args: string[]): Promise<ReportDocument> {
  const { code, stdout, stderr } = await candor(["report", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function complaint(...args: string[]): Promise<string> {
  const { code, stderr }: CliResult = await candor(args);
  expect(code).toBe(2);
  return stderr.replaceAll(`${inFolder("")}`, "");
}

/** What members say, apart from what they are called. */
function numbers({ ensemble, metrics }: ReportDocument): unknown {
  if (ensemble === undefined) throw new Error("no part on members");
  const { memberNames: _, noisiest, leastKnown, segments: __, ...rest } = ensemble;
  const plain = [noisiest, leastKnown].map((list) => list.map(({ row, aleatoric }) => [row, aleatoric.toFixed(12)]));
  return JSON.parse(JSON.stringify({ rest, plain, ece: metrics.ece }), (key, value: unknown) =>
    key === "identityGap" ? 0 : typeof value === "number" ? Number(value.toPrecision(10)) : value,
  );
}

describe("candor report --members", () => {
  it("reads one array, a file each, columns by patterns and by two stars as the same", async () => {
    const expected = numbers(await json("--members", block, "--labels", truth));
    const fortran = new Float64Array(said.length);
    for (let m = 0; m < count; m++)
      for (let i = 0; i < rows; i++)
        for (let k = 0; k < 3; k++) fortran[m + count * (i + rows * k)] = said[(m * rows + i) * 3 + k] ?? 0;
    const turned = file("fortran.npy", npy("<f8", [count, rows, 3], fortran, true));
    const logits = file(
      "logits.npy",
      npy(
        "<f8",
        [count, rows, 3],
        said.map((p) => Math.log(p) + 3),
      ),
    );
    expect(numbers(await json("--members", files.join(","), "--labels", truth))).toEqual(expected);
    expect(numbers(await json("--members", turned, "--labels", truth))).toEqual(expected);
    expect(numbers(await json("--members", logits, "--member-logits", "--labels", truth))).toEqual(expected);
    expect(numbers(await json(csv, "--members", "m*_*", "--label", "label"))).toEqual(expected);
    const apart = ["--members", "m0_*,m1_*", "--members", "m2_*"];
    expect(numbers(await json(csv, ...apart, "--label", "label"))).toEqual(expected);
  });

  it("tells which rows and segments are unknown, and writes every row with --rows", async () => {
    const out = inFolder("rows.csv");
    const { ensemble, classNames, source } = await json(
      csv,
      "--members",
      "m*_*",
      "--label",
      "label",
      "--by",
      "site",
      "--rows",
      out,
    );
    expect(classNames).toEqual(names);
    expect(source.notes[0]).toBe("the scores are the mean of 3 members: 0, 1, 2");
    expect(ensemble?.segments[0]).toMatchObject({ name: "fog", isLacking: true });
    const lines = readFileSync(out, "utf8").trim().split("\n");
    expect(lines[0]).toBe(
      "row,predicted,confidence,total,aleatoric,epistemic,total_variance,aleatoric_variance,epistemic_variance,variation_ratio,disagreement,pairwise_kl",
    );
    expect(lines).toHaveLength(rows + 1);
    const least = ensemble?.leastKnown[0];
    const cells = lines[least?.row ?? 0]?.split(",") ?? [];
    expect(Number(cells[0])).toBe(least?.row);
    expect(Number(cells[5])).toBeCloseTo(least?.epistemic ?? Number.NaN, 11);
    expect(Number(cells[3])).toBeCloseTo(Number(cells[4]) + Number(cells[5]), 11);
  });

  it("says it in the terminal and on the page", async () => {
    const html = inFolder("members.html");
    const { stdout } = await candor([
      "report",
      csv,
      "--members",
      "m*_*",
      "--label",
      "label",
      "--by",
      "site",
      "--html",
      html,
    ]);
    expect(stdout).toContain("Members  3 members: noise and unknown");
    expect(stdout).toMatch(/fog +60 .*knowledge is lacking/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    const page = readFileSync(html, "utf8");
    expect(page).toContain("Where does the uncertainty come from?");
    expect(page).toContain("Noise that every member expects");
  });

  it("leaves out rows in which a member is bad with --skip-bad, and keeps the numbers of the others", async () => {
    const broken = file(
      "broken.csv",
      table((cell, m, row) => (m === 1 && row === 7 ? "x" : cell)),
    );
    const skipped = await json(broken, "--members", "m*_*", "--label", "label", "--skip-bad");
    expect(skipped.n).toBe(rows - 1);
    expect(skipped.source.notes).toContain("in 1 row a member gives nothing that can be used");
    const whole = await json(csv, "--members", "m*_*", "--label", "label");
    const listed = whole.ensemble?.noisiest.filter(({ row }) => row !== 7).map(({ row }) => row) ?? [];
    expect(skipped.ensemble?.noisiest.slice(0, listed.length).map(({ row }) => row)).toEqual(listed);
  });

  it("reads one column per member of a binary ensemble, and weights of members", async () => {
    const p = (m: number, i: number) => said[(m * rows + i) * 3] ?? 0;
    const lines = labels.map((label, i) => [p(0, i), p(1, i), p(2, i), label === 0 ? 1 : 0].join(","));
    const binary = file("binary.csv", ["s0,s1,s2,y", ...lines, ""].join("\n"));
    const equal = await json(binary, "--members", "s*", "--label", "y");
    expect(equal.task).toBe("binary");
    expect(equal.ensemble?.members).toBe(3);
    expect(await json(binary, "--members", "s0,s1,s2", "--label", "y")).toMatchObject({ n: rows });
    const flat = Float64Array.from({ length: count * rows }, (_, j) => said[3 * j] ?? 0);
    const array = file("binary.npy", npy("<f8", [count, rows], flat));
    expect(numbers(await json(binary, "--members", array, "--label", "y"))).toEqual(numbers(equal));
    const heavy = await json(binary, "--members", "s*", "--label", "y", "--member-weights", "2,1,1");
    expect(heavy.ensemble?.effect).toBeNull();
    expect(heavy.meanProbability?.value).not.toBe(equal.meanProbability?.value);
  });

  it.each([
    [
      "members of other rows",
      () => [
        "--members",
        `${files[0]},${file("short.npy", npy("<f8", [90, 3], member(1).slice(0, 270)))}`,
        "--labels",
        truth,
      ],
      "has 90 rows but member",
    ],
    [
      "members of other classes",
      () => [
        "--members",
        `${files[0]},${file("narrow.npy", npy("<f8", [rows, 2], new Float64Array(2 * rows).fill(0.5)))}`,
        "--labels",
        truth,
      ],
      "has 2 values per row but member",
    ],
    [
      "a single member",
      () => ["--members", file("one.npy", npy("<f8", [1, rows, 3], member(0))), "--labels", truth],
      "expected at least 2: one cannot disagree",
    ],
    [
      "a member that is rows × classes",
      () => ["--members", files[0] ?? "", "--labels", truth],
      "is read as members × rows, got more members than rows",
    ],
    [
      "a row that does not sum to 1",
      () => [
        file(
          "sum.csv",
          table((cell, m, row) => (m === 1 && row === 4 ? "0.2" : cell)),
        ),
        "--members",
        "m*_*",
        "--label",
        "label",
      ],
      "sum.csv, row 4 (line 5), member 1: expected probabilities that sum to 1 within 0.001, got a sum of 0.6",
    ],
    [
      "a cell that is no number",
      () => [
        file(
          "text.csv",
          table((cell, m, row) => (m === 2 && row === 3 ? "x" : cell)),
        ),
        "--members",
        "m*_*",
        "--label",
        "label",
      ],
      "member 2: expected a probability in [0, 1] for class",
    ],
    [
      "logits without saying so",
      () => [
        "--members",
        file(
          "z.npy",
          npy(
            "<f8",
            [count, rows, 3],
            said.map((p) => Math.log(p)),
          ),
        ),
        "--labels",
        truth,
      ],
      "logits are read with --member-logits",
    ],
    [
      "a class that a member lacks",
      () => [file("class.csv", table().replace("m2_wolf", "m2_fox")), "--members", "m*_*", "--label", "label"],
      "member 2 has no class wolf, which member 0 has",
    ],
    [
      "patterns that fit nothing",
      () => [csv, "--members", "q*_*", "--label", "label"],
      "no column fits --members q*_*",
    ],
    [
      "files that are not there",
      () => ["--members", "no.npy,nor.npy", "--labels", truth],
      "no such file: no.npy (--members)",
    ],
    [
      "a file named twice",
      () => ["--members", `${files[0]},${files[1]},${files[0]}`, "--labels", truth],
      "m0.npy twice, expected another file for every member",
    ],
    [
      "a file under two paths",
      () => ["--members", `${files[0]},${inFolder(".")}/./m0.npy`, "--labels", truth],
      "/./m0.npy, which are the same file, expected another file for every member",
    ],
    [
      "a file and a link to it",
      () => {
        symlinkSync(files[0] ?? "", inFolder("link.npy"));
        return ["--members", `${files[0]},${inFolder("link.npy")}`, "--labels", truth];
      },
      "link.npy, which are the same file",
    ],
    [
      "scores beside members",
      () => [csv, "--members", "m*_*", "--probs", "m0_*", "--label", "label"],
      "--members and --probs exclude each other",
    ],
    [
      "--rows without members",
      () => [csv, "--probs", "m0_*", "--label", "label", "--rows", inFolder("x.csv")],
      "expected --members beside it",
    ],
    [
      "--member-logits without members",
      () => [csv, "--probs", "m0_*", "--member-logits", "--label", "label"],
      "--member-logits needs --members",
    ],
    [
      "weights of another number",
      () => [csv, "--members", "m*_*", "--member-weights", "1,1", "--label", "label"],
      "names 2 weights, expected 3",
    ],
    [
      "sigmas of classes",
      () => [csv, "--members", "m*_*", "--member-sigmas", "s*", "--task", "multiclass", "--label", "label"],
      "--member-sigmas belongs to forecasts",
    ],
    [
      "--approximate",
      () => [csv, "--members", "m*_*", "--approximate", "--label", "label"],
      "exclude each other: members are all kept in memory",
    ],
  ])("refuses %s", async (_, args, message) => {
    expect(await complaint("report", ...args())).toContain(message);
  });
});

describe("candor report --members, of forecasts", () => {
  const forecasts = () => {
    const random = createRandom(6);
    const lines = Array.from({ length: 80 }, () => {
      const mean = 20 + 5 * random.normal();
      return [mean + random.normal(), mean + random.normal(), 2, 2, mean + 2 * random.normal()].join(",");
    });
    return file("demand.csv", ["e1,e2,s1,s2,sold", ...lines, ""].join("\n"));
  };

  it("splits the variance and reads the mixture with --member-sigmas", async () => {
    const out = inFolder("demand-rows.csv");
    const args = ["report", forecasts(), "--members", "e*", "--member-sigmas", "s*", "--label", "sold", "--rows", out];
    const { stdout } = await candor([...args, "--json"]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: "candor.regression-report/1", forecast: "point-and-sigma" });
    expect(document.ensemble.aleatoric.value).toBeCloseTo(4, 12);
    expect(document.ensemble.intervals).toHaveLength(4);
    expect(readFileSync(out, "utf8").split("\n")[0]).toBe("row,mean,total,aleatoric,epistemic,lower90,upper90");
    const text = await candor(args);
    expect(text.stdout).toContain("Members  2 members: noise and unknown");
  });

  it("knows only the unknown with --task regression, and refuses numbers as probabilities", async () => {
    const path = forecasts();
    const { stdout } = await candor(["report", path, "--members", "e*", "--task", "regression", "--label", "sold"]);
    expect(stdout).toContain("state no noise");
    expect(await complaint("report", path, "--members", "e*", "--label", "sold")).toContain("with --task regression");
    const bad = file("sigma.csv", readFileSync(path, "utf8").replace(",2,2,", ",2,0,"));
    const args = ["--members", "e*", "--member-sigmas", "s*", "--label", "sold"];
    expect(await complaint("report", bad, ...args)).toContain(
      "row 1 (line 2), member 2: expected a standard deviation > 0, got 0",
    );
  });
});

describe("candor fit --members --pool", () => {
  it("makes a calibrator of members that report and apply read, and others refuse", async () => {
    const out = inFolder("ensemble.json");
    const fit = ["fit", csv, "--members", "m*_*", "--label", "label", "--pool", "calibrate-both", "-o", out];
    const { code, stdout } = await candor(fit);
    expect(code).toBe(0);
    expect(stdout).toContain("On rows held out");
    const calibrator = openEnsembleCalibrator(JSON.parse(readFileSync(out, "utf8")));
    expect(calibrator).toMatchObject({ order: "calibrate-both", created: "2026-01-02T03:04:05.000Z" });
    expect(calibrator.temperatures).toHaveLength(3);
    const before = await json(csv, "--members", "m*_*", "--label", "label");
    const after = await json(csv, "--members", "m*_*", "--label", "label", "--calibrator", out);
    expect(after.metrics.logLoss.value).toBeLessThan(before.metrics.logLoss.value);
    expect(after.ensemble?.areCalibrated).toBe(true);
    expect(after.source.notes[0]).toContain("members and their mean calibrated (calibrate-both");
    const calibrated = inFolder("calibrated.csv");
    expect(await candor(["apply", out, csv, "--members", "m*_*", "-o", calibrated])).toMatchObject({ code: 0 });
    const again = await json(calibrated, "--probs", "p_*", "--label", "label");
    expect(again.metrics.logLoss.value).toBeCloseTo(after.metrics.logLoss.value, 9);
    expect(await complaint("apply", out, "--probs", files[0] ?? "")).toContain("expected --members");
    expect(
      await complaint("report", "--members", files.slice(0, 2).join(","), "--labels", truth, "--calibrator", out),
    ).toContain("for 3 members, got 2");
    const decide = ["decide", "--members", block, "--labels", truth, "--calibrator", out, "--max-error", "5%"];
    expect(await complaint(...decide)).toContain("apply it first");
  });

  it("refuses the same members in another order, which would take each other's temperatures", async () => {
    const out = inFolder("named.json");
    const fit = ["fit", "--members", files.join(","), "--labels", truth, "--pool", "calibrate-members", "-o", out];
    expect(await candor(fit)).toMatchObject({ code: 0 });
    const turned = [...files].reverse().join(",");
    expect(await complaint("apply", out, "--members", turned)).toContain(
      "was fitted to the members m0.npy, m1.npy, m2.npy in this order, got m2.npy, m1.npy, m0.npy",
    );
    expect(await candor(["apply", out, "--members", files.join(",")])).toMatchObject({ code: 0 });
  });

  it("prints one document with --json, and calibrates the mean as any scores by default", async () => {
    const fit = ["fit", "--members", block, "--labels", truth];
    const { stdout } = await candor([...fit, "--pool", "calibrate-jointly", "--json"]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: "candor.ensemble-fit/1", members: 3, n: rows });
    expect(new Set(document.calibrator.temperatures).size).toBe(1);
    const out = inFolder("mean.json");
    expect(await candor([...fit, "--method", "temperature", "-o", out])).toMatchObject({ code: 0 });
    const applied = await candor(["apply", out, "--members", block]);
    expect(applied.stdout.split("\n")[0]).toBe("prediction,confidence,p_0,p_1,p_2");
    expect(
      await candor([
        "decide",
        "--members",
        block,
        "--labels",
        truth,
        "--calibrator",
        out,
        "--cost-error",
        "5",
        "--cost-review",
        "1",
      ]),
    ).toMatchObject({ code: 0 });
  });

  it.each([
    ["--pool without members", ["--probs", "x.npy", "--pool", "calibrate-members"], "expected --members beside it"],
    [
      "another method",
      ["--members", "x.npy", "--pool", "calibrate-members", "--method", "platt"],
      "expected --method temperature",
    ],
    ["a card", ["--members", "x.npy", "--pool", "calibrate-jointly", "--card", "c.md"], "--html and --card belong to"],
  ])("refuses %s", async (_, args, message) => {
    expect(await complaint("fit", ...args)).toContain(message);
  });
});
