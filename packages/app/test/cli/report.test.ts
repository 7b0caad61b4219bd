import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReportDocument } from "@candor/core";
import { createRandom } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candor } from "./run.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-report-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Over-confident binary scores with a segment and a day. */
function scores(name: string, rows = 3000, sharpness = 2): string {
  const random = createRandom(4);
  const lines = Array.from({ length: rows }, (_, i) => {
    const logit = 1.5 * random.normal();
    const y = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    const p = 1 / (1 + Math.exp(-sharpness * logit));
    return `${p},${y},${i % 3 === 0 ? "north" : "south"},2026-0${1 + (i % 6)}-15`;
  });
  return write(name, ["score,label,region,day", ...lines, ""].join("\n"));
}

async function document(...args: string[]): Promise<ReportDocument> {
  const { code, stdout, stderr } = await candor(["report", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe("candor report FILE", () => {
  it("prints a verdict, numbers with intervals and a diagram in 80 columns", async () => {
    const { code, stdout, stderr } = await candor(["report", scores("a.csv"), "--by", "region", "--time", "day"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("Do not read these scores as probabilities");
    expect(stdout).toContain("a perfect model would show");
    expect(stdout).toContain("north");
    for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it("--json prints the document and nothing else", async () => {
    const report = await document(scores("b.csv"), "--by", "region", "--time", "day");
    expect(report.schema).toBe("candor.report/1");
    expect(report.task).toBe("binary");
    expect(report.n).toBe(3000);
    expect(report.classes).toBe(2);
    const promised = ["ece", "eceLeft", "eceEqualMass", "eceDebiased", "smoothEce", "classwiseEce", "mce", "brier"];
    promised.push("logLoss", "auroc", "aurc", "eAurc", "augrc", "spiegelhalter", "ks");
    for (const name of promised) {
      const estimate = report.metrics[name];
      expect(estimate, name).toMatchObject({
        level: 0.95,
        n: 3000,
        effectiveN: 3000,
        spec: { metric: expect.any(String) },
      });
      expect(estimate?.lower, name).toBeLessThanOrEqual(estimate?.value ?? 0);
      expect(estimate?.upper, name).toBeGreaterThanOrEqual(estimate?.value ?? 0);
    }
    expect(report.metrics.spiegelhalter).toMatchObject({ z: expect.any(Number), pValue: expect.any(Number) });
    expect(report.metrics.ks).toMatchObject({ pValue: expect.any(Number) });
    expect(report.segments.map((group) => group.name).sort()).toEqual(["north", "south"]);
    expect(report.overTime).toHaveLength(6);
    expect(report.riskCoverage.at(-1)?.coverage).toBe(1);
    expect(report.verdict.status).toBe("miscalibrated");
    expect(report.noiseFloor.pValue).toBeLessThan(0.01);
  });

  it("never gives two metrics the same spec", async () => {
    const report = await document(scores("specs.csv"));
    const specs = Object.values(report.metrics).flatMap((estimate) =>
      estimate ? [JSON.stringify(estimate.spec)] : [],
    );
    expect(new Set(specs).size).toBe(specs.length);
  });

  it("gives the same bytes twice", async () => {
    const file = scores("c.csv");
    const [a, b] = [await candor(["report", file, "--json"]), await candor(["report", file, "--json"])];
    expect(a.stdout).toBe(b.stdout);
  });

  it("--json FILE --html FILE write both, whole, and say so", async () => {
    const json = join(folder, "out.json");
    const html = join(folder, "out.html");
    const { code, stdout } = await candor(["report", scores("d.csv"), "--json", json, "--html", html]);
    expect(code).toBe(0);
    expect(stdout).toContain(`wrote ${json}`);
    expect(stdout).toContain(`wrote ${html}`);
    expect(JSON.parse(readFileSync(json, "utf8")).schema).toBe("candor.report/1");
    expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/i);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("--json before the file takes it as the input, never as the output", async () => {
    const file = scores("e.csv");
    const before = readFileSync(file, "utf8");
    const { code, stdout } = await candor(["report", "--json", file]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).n).toBe(3000);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("refuses to write over an input", async () => {
    const file = scores("f.csv");
    const { code, stderr } = await candor(["report", file, "--html", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("is an input, expected another file to write to");
  });

  it("reads standard input", async () => {
    const text = readFileSync(scores("g.csv"), "utf8");
    const { code, stdout } = await candor(["report", "-", "--json"], { input: text });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).n).toBe(3000);
  });

  it("--approximate gives the exact counts, ECE, Brier score and log loss, and says so", async () => {
    const file = scores("h.csv");
    const exact = await document(file, "--by", "region", "--time", "day");
    const cells = await document(file, "--by", "region", "--time", "day", "--approximate");
    expect(cells.source.approximate).toBe(true);
    expect(cells.source.notes.join(" ")).toContain("cells");
    expect(cells.n).toBe(exact.n);
    for (const name of ["ece", "eceLeft", "mce", "brier", "logLoss", "classwiseEce"] as const)
      expect(cells.metrics[name]?.value, name).toBeCloseTo(exact.metrics[name]?.value ?? 0, 11);
    expect(cells.metrics.auroc?.value).toBeCloseTo(exact.metrics.auroc?.value ?? 0, 3);
    expect(cells.metrics.smoothEce.value).toBeCloseTo(exact.metrics.smoothEce.value, 3);
    expect(cells.metrics.aurc.value).toBeCloseTo(exact.metrics.aurc.value, 3);
    expect(cells.reliability.bins.map((bin) => bin.count)).toEqual(exact.reliability.bins.map((bin) => bin.count));
    expect(cells.verdict.status).toBe(exact.verdict.status);
    for (const group of exact.segments) {
      const same = cells.segments.find(({ name }) => name === group.name);
      expect(same?.n).toBe(group.n);
      expect(same?.ece.value).toBeCloseTo(group.ece.value, 11);
    }
  });

  it("--approximate on class probabilities keeps Brier score, log loss and classwise ECE", async () => {
    const random = createRandom(8);
    const lines = Array.from({ length: 2000 }, () => {
      const z = [random.normal(), random.normal(), random.normal()].map((x) => Math.exp(2 * x));
      const sum = z.reduce((a, b) => a + b, 0);
      const p = z.map((x) => x / sum);
      const u = random.uniform();
      const label = u < (p[0] ?? 0) ? "a" : u < (p[0] ?? 0) + (p[1] ?? 0) ? "b" : "c";
      return `${p.join(",")},${label}`;
    });
    const file = write("multi.csv", ["p_a,p_b,p_c,label", ...lines].join("\n"));
    const exact = await document(file);
    const cells = await document(file, "--approximate");
    expect(exact.task).toBe("multiclass");
    expect(exact.classNames).toEqual(["a", "b", "c"]);
    for (const name of ["ece", "brier", "logLoss", "classwiseEce"] as const)
      expect(cells.metrics[name]?.value, name).toBeCloseTo(exact.metrics[name]?.value ?? 0, 11);
    expect(cells.perClass.map((group) => group.n)).toEqual(exact.perClass.map((group) => group.n));
    expect(exact.verdict.status).toBe("calibrated");
  });

  it("--versus compares two models on the same rows with paired intervals", async () => {
    const sharp = scores("sharp.csv", 3000, 2);
    const honest = scores("honest.csv", 3000, 1);
    const report = await document(sharp, "--versus", honest);
    const { versus } = report;
    expect(versus?.n).toBe(3000);
    expect(versus?.metrics["logLoss"]?.difference.upper).toBeLessThan(0);
    expect(versus?.metrics["auroc"]?.difference.value).toBeCloseTo(0, 12);
    expect(versus?.sentence).toContain("honest.csv has the lower");
    const other = scores("short.csv", 2999);
    const { code, stderr } = await candor(["report", sharp, "--versus", other]);
    expect(code).toBe(2);
    expect(stderr).toContain("3000 and 2999 rows");
  });

  it("shows names from the data as text, never as markup", async () => {
    const evil = "<script>alert(1)</script>";
    const rows = Array.from({ length: 60 }, (_, i) => `0.${1 + (i % 8)},${i % 2},"${i % 2 ? evil : "ok"}"`);
    const file = write("evil.csv", ["score,label,segment", ...rows].join("\n"));
    const html = join(folder, "evil.html");
    const { code } = await candor(["report", file, "--by", "segment", "--html", html]);
    expect(code).toBe(0);
    expect(readFileSync(html, "utf8")).not.toContain("<script");
  });

  it("works on one row of each outcome and on constant scores", async () => {
    const tiny = await document(write("tiny.csv", "score,label\n0.2,0\n0.9,1\n"));
    expect(tiny.n).toBe(2);
    expect(tiny.verdict.status).toBe("too-few-labels");
    const constant = ["score,label", ...Array.from({ length: 50 }, (_, i) => `0.5,${i % 2}`)].join("\n");
    const flat = await document(write("flat.csv", constant));
    expect(flat.metrics.ece.value).toBe(0);
    expect(flat.metrics.auroc?.value).toBe(0.5);
    const sure = ["score,label", ...Array.from({ length: 50 }, (_, i) => `${i % 2},${i % 2}`)].join("\n");
    expect((await document(write("sure.csv", sure))).metrics.auroc?.value).toBe(1);
    const wrong = ["confidence,correct", ...Array.from({ length: 50 }, (_, i) => `0.9,${i === 0 ? 1 : 0}`)].join("\n");
    expect((await document(write("wrong.csv", wrong))).verdict.status).toBe("overconfident");
  });
});

describe("candor report refuses", () => {
  const cases: [string, string, string[], RegExp][] = [
    ["a file that is not there", "", ["missing.csv"], /missing\.csv/],
    ["an empty file", "", [], /empty|no rows|header/i],
    ["a header without rows", "score,label\n", [], /no rows|empty/i],
    ["a column that is not there", "score,label\n0.1,0\n", ["--score", "scor"], /scor/],
    ["text for a score", "score,label\n0.1,0\nabc,1\n", [], /row 2.*abc|abc.*row 2/s],
    ["a missing score", "score,label\n0.1,0\n,1\n", [], /row 2/],
    ["NaN", "score,label\n0.1,0\nNaN,1\n", [], /row 2/],
    ["a probability above 1", "score,label\n0.1,0\n1.5,1\n", [], /1\.5/],
    ["rows that do not sum to 1", "p_a,p_b,label\n0.7,0.3,a\n0.7,0.4,b\n", [], /--normalise/],
    ["logits given as probabilities", "p_a,p_b,label\n3.2,-1,a\n0.7,2,b\n", [], /logits/],
    ["a label that is no class", "p_a,p_b,label\n0.7,0.3,a\n0.6,0.4,z\n", [], /"?z"?/],
    ["one class only", "score,label\n0.1,0\n0.2,0\n", [], /one|only/i],
    ["a negative weight", "score,label,w\n0.1,0,1\n0.2,1,-1\n", ["--weight", "w"], /-1/],
    ["an impossible level", "score,label\n0.1,0\n0.2,1\n", ["--level", "95"], /between 0 and 1/],
    ["an unknown flag", "score,label\n0.1,0\n0.2,1\n", ["--scroe", "x"], /--score/],
  ];
  it.each(cases)("%s: exit 2, one clear message, nothing written", async (name, text, extra, message) => {
    const missing = extra[0] === "missing.csv";
    const file = missing ? join(folder, "missing.csv") : write(`${name.replaceAll(/\W/g, "-")}.csv`, text);
    const html = join(folder, "never.html");
    const flags = missing ? [] : extra;
    const { code, stdout, stderr } = await candor(["report", file, ...flags, "--html", html]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
    expect(existsSync(html)).toBe(false);
  });

  it("a folder that is not there for the output: exit 2", async () => {
    const { code, stderr } = await candor(["report", scores("z.csv", 50), "--html", join(folder, "no/such/x.html")]);
    expect(code).toBe(2);
    expect(stderr).toContain("the folder does not exist");
  });

  it("two outputs of which one cannot be written: exit 2, nothing written, found out before the work", async () => {
    const file = scores("outputs.csv", 60);
    const json = join(folder, "first.json");
    const result = await candor(["report", file, "--json", json, "--html", join(folder, "no/such/folder.html")]);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toMatch(/^error: cannot write .*folder\.html: the folder does not exist\n$/);
    expect(existsSync(json)).toBe(false);
    const isFolder = await candor(["report", "not-there.csv", "--html", folder]);
    expect(isFolder.stderr).toBe(`error: cannot write ${folder}: it is a folder\n`);
  });

  it("--json - is standard output; --html - is refused", async () => {
    const file = scores("dash.csv", 60);
    const { code, stdout } = await candor(["report", file, "--json", "-"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "candor.report/1", n: 60 });
    expect(await candor(["report", file, "--html", "-"])).toMatchObject({ code: 2, stdout: "" });
    expect(existsSync("-")).toBe(false);
  });

  it("--approximate with --versus: exit 2 instead of an exact report", async () => {
    const file = scores("both.csv", 60);
    const { code, stderr } = await candor(["report", file, "--versus", file, "--approximate"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--approximate and --versus exclude each other");
  });

  it("no file at all: exit 2", async () => {
    const { code, stderr } = await candor(["report"]);
    expect(code).toBe(2);
    expect(stderr).toContain("candor report FILE");
  });

  it("--skip-bad goes on and reports how many rows of which kind were left out", async () => {
    const file = write("skip.csv", "score,label\n0.1,0\n0.9,1\n1.5,1\nabc,0\n0.3,\n0.7,1\n");
    const report = await document(file, "--skip-bad");
    expect(report.n).toBe(3);
    expect(report.source.rows).toBe(6);
    expect(report.source.skipped.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    const { stdout } = await candor(["report", file, "--skip-bad"]);
    expect(stdout).toMatch(/3 .*left out|left out.*3/is);
  });

  it("an interrupted run leaves no half-written file and returns 130", async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const html = join(folder, "interrupted.html");
    const { code } = await candor(["report", scores("i.csv"), "--html", html], { signal: interrupt.signal });
    expect(code).toBe(130);
    expect(existsSync(html)).toBe(false);
  });
});

describe("candor", () => {
  it("without arguments prints the help and returns 0", async () => {
    const { code, stdout } = await candor([]);
    expect(code).toBe(0);
    expect(stdout).toContain("report");
  });

  it("--version prints the version of the package", async () => {
    const { code, stdout } = await candor(["--version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("an unknown command suggests a known one: exit 2", async () => {
    const { code, stderr } = await candor(["reprot"]);
    expect(code).toBe(2);
    expect(stderr).toContain("report");
  });
});
