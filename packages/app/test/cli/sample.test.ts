import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type ReportDocument } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npy } from "../input/helpers.ts";
import { candor } from "./run.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-sample-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

const ROWS = 4000;

/** A pool of confidences of an overconfident model, and whether each was right, which only the labeller knows. */
function pool(name = "pool.csv"): { path: string; right: readonly number[] } {
  const random = createRandom(9);
  const right: number[] = [];
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const f = 0.35 + 0.65 * random.uniform() ** 0.62;
    const odds = Math.log(f / (1 - f + 1e-9));
    right.push(random.uniform() < 1 / (1 + Math.exp(-(0.78 * odds + 0.12))) ? 1 : 0);
    return `x${i},${f.toFixed(6)},"team, ${i % 2}"`;
  });
  return { path: write(name, ["item,confidence,team", ...lines, ""].join("\n")), right };
}

/** The sample with a column of labels filled in, all but every so manyth. */
function label(
  sample: string,
  right: readonly number[],
  name: string,
  missingEvery = Number.POSITIVE_INFINITY,
): string {
  const [head = "", ...rows] = readFileSync(sample, "utf8").trim().split("\n");
  const lines = rows.map((row, i) => {
    const item = Number(/^x(\d+),/.exec(row)?.[1]);
    return `${row},${i % missingEvery === missingEvery - 1 ? "" : right[item]}`;
  });
  return write(name, [`${head},correct`, ...lines, ""].join("\n"));
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

describe("candor sample", () => {
  it("candor sample FILE --budget N keeps all columns and adds the propensity and the row", async () => {
    const { path } = pool();
    const { code, stdout } = await candor(["sample", path, "--budget", "200", "-o", at("200.csv")]);
    expect(code).toBe(0);
    expect(stdout).toContain("200 of 4,000 rows to label");
    expect(stdout).toContain(`candor report ${at("200.csv")} --population ${path}`);
    const [head, ...rows] = readFileSync(at("200.csv"), "utf8").trim().split("\n");
    const source = readFileSync(path, "utf8").split("\n");
    expect(head).toBe("item,confidence,team,propensity,candor_row");
    expect(rows.length).toBe(200);
    for (const row of rows) {
      const [, own = "", p, id] = /^(.*),([\d.]+),(\d+)$/.exec(row) ?? [];
      expect(source[Number(id)]).toBe(own);
      expect(Number(p)).toBeGreaterThan(0.25 * 0.05 - 1e-12);
    }
  });

  it("candor sample FILE --json says design, size, propensities and the width to be expected", async () => {
    const { path } = pool();
    const args = ["sample", path, "--below", "0.7", "--above", "2%", "--seed", "3", "-o", at("review.csv"), "--json"];
    const { stdout } = await candor(args);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "candor.sample/1",
      design: "threshold",
      population: ROWS,
      propensity: { column: "propensity", smallest: 0.02, largest: 1 },
      threshold: { below: 0.7, above: 0.02 },
      seed: 3,
      rowId: "candor_row",
    });
    expect(Math.abs(document.expected - document.selected)).toBeLessThan(40);
    expect(document.expectedWidth).toBeGreaterThan(document.expectedWidthUniform);
    const again = await candor(args);
    expect(again.stdout).toBe(stdout);
  });

  it("candor sample FILE --design poisson draws a random number of rows around the budget", async () => {
    const { path } = pool();
    const args = ["sample", path, "--budget", "300", "--design", "poisson", "-o", at("poisson.jsonl"), "--json"];
    const { selected, expected } = JSON.parse((await candor(args)).stdout);
    expect(expected).toBeCloseTo(300, 6);
    expect(Math.abs(selected - 300)).toBeLessThan(80);
    const rows = readFileSync(at("poisson.jsonl"), "utf8").trim().split("\n");
    expect(rows.length).toBe(selected);
    expect(JSON.parse(rows[0] ?? "")).toMatchObject({ candor_row: expect.any(Number), propensity: expect.any(Number) });
  });

  it("candor sample FILE --acquisition NAME writes no propensity and says that nothing is measured", async () => {
    const { path } = pool();
    const features = Array.from({ length: ROWS }, (_, i) => [i % 7, Math.sin(i)]);
    const array = write("features.npy", npy("<f8", [ROWS, 2], Float64Array.from(features.flat())));
    for (const args of [
      ["--acquisition", "least-confidence"],
      ["--acquisition", "coverage", "--features", array],
    ]) {
      const { code, stderr } = await candor([
        "sample",
        path,
        "--budget",
        "10",
        "-o",
        at("train.csv"),
        "--overwrite",
        ...args,
      ]);
      expect(code).toBe(0);
      expect(stderr).toContain("an accuracy measured on them says nothing about the other rows");
      const head = readFileSync(at("train.csv"), "utf8").split("\n")[0];
      expect(head).toBe("item,confidence,team,candor_row,candor_acquisition");
    }
    const { right } = pool();
    const { stdout } = await candor(["report", label(at("train.csv"), right, "trained.csv"), "--json"]);
    const { source, selectedLabels }: ReportDocument = JSON.parse(stdout);
    expect(selectedLabels).toBeUndefined();
    expect(source.notes.join()).toContain("rows were chosen to train on, not drawn with known probabilities");
  });

  it("candor sample FILE --members draws by what members disagree about", async () => {
    const random = createRandom(2);
    const members = Array.from({ length: 3 }, () => Array.from({ length: 60 }, () => random.uniform()));
    const flat = members.flatMap((member) => member.flatMap((p) => [1 - p, p]));
    const array = write("members.npy", npy("<f8", [3, 60, 2], Float64Array.from(flat)));
    const path = write("rows.csv", ["id", ...Array.from({ length: 60 }, (_, i) => `r${i}`), ""].join("\n"));
    for (const args of [
      ["--by-uncertainty", "bald"],
      ["--acquisition", "batch-bald"],
    ]) {
      const { code, stdout, stderr } = await candor([
        "sample",
        path,
        "--members",
        array,
        "--budget",
        "6",
        "-o",
        at("m.csv"),
        "--overwrite",
        ...args,
      ]);
      expect({ code, stderr: stderr.replace(/^note: .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("6 of 60 rows to label");
    }
  });

  it("candor sample FILE -o FILE never replaces labels that were filled in, unless told to", async () => {
    const { path, right } = pool();
    const args = ["sample", path, "--budget", "30", "-o", at("filled.csv")];
    await candor(args);
    expect((await candor(args)).code).toBe(0);
    label(at("filled.csv"), right, "filled.csv");
    const filled = readFileSync(at("filled.csv"), "utf8");
    expect(await refusal(...args)).toContain("holds something else, labels perhaps");
    expect(readFileSync(at("filled.csv"), "utf8")).toBe(filled);
    expect((await candor([...args, "--overwrite"])).code).toBe(0);
    expect(readFileSync(at("filled.csv"), "utf8")).not.toBe(filled);
  });

  it("candor sample says what is missing or does not fit", async () => {
    const { path } = pool();
    const out = ["-o", at("no.csv")];
    expect(await refusal("sample", path, ...out)).toContain("--budget is missing");
    expect(await refusal("sample", path, "--budget", "9999", ...out)).toContain(
      "--budget 9999 is larger than the file: 4000 rows can be selected",
    );
    expect(await refusal("sample", path, "--budget", "10")).toContain("--out FILE is missing");
    expect(await refusal("sample", path, "--below", "0.7", ...out)).toContain("--below and --above belong together");
    expect(await refusal("sample", path, "--budget", "5", "--acquisition", "badge", ...out)).toContain(
      "--acquisition badge needs",
    );
    expect(await refusal("sample", path, "--budget", "5", "--by-uncertainty", "nothing", ...out)).toContain("nothing");
    await candor(["sample", path, "--budget", "20", "-o", at("twice.csv")]);
    expect(await refusal("sample", at("twice.csv"), "--budget", "5", ...out)).toContain(
      "already has a column propensity",
    );
  });
});

describe("candor report on selected labels", () => {
  async function reviewed(
    name: string,
    missingEvery?: number,
  ): Promise<{ path: string; labelled: string; accuracy: number }> {
    const { path, right } = pool();
    await candor(["sample", path, "--below", "0.7", "--above", "5%", "-o", at(`${name}-open.csv`)]);
    const labelled = label(at(`${name}-open.csv`), right, `${name}.csv`, missingEvery);
    return { path, labelled, accuracy: right.reduce((a, b) => a + b, 0) / ROWS };
  }

  async function document(...args: string[]): Promise<ReportDocument> {
    const { code, stdout, stderr } = await candor(["report", ...args, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout);
  }

  it("candor report FILE weighs rows by one over a column called propensity, and says so", async () => {
    const { labelled, accuracy } = await reviewed("plain");
    const made = await document(labelled);
    const { selectedLabels: selected } = made;
    expect(made.source.columns["propensity"]).toBe("propensity");
    expect(made.source.notes).toContain("rows weigh one over their propensity");
    expect(made.weighted).toBe(true);
    expect(made.accuracy.lower).toBeLessThan(accuracy);
    expect(made.accuracy.upper).toBeGreaterThan(accuracy);
    expect(selected?.accuracy.naive.upper).toBeLessThan(accuracy);
    expect(selected?.accuracy.inversePropensity.value).toBeCloseTo(made.accuracy.value, 12);
    expect(selected).toMatchObject({ best: "inversePropensity", population: null, smallestPropensity: 0.05 });
  });

  it("candor report FILE --population FILE --width W quotes the narrower estimate, and how many labels W takes", async () => {
    const { path, labelled, accuracy } = await reviewed("narrow", 25);
    const { selectedLabels: selected, source } = await document(labelled, "--population", path, "--width", "0.04");
    const { tuned, inversePropensity } = selected?.accuracy ?? {};
    expect(tuned?.lower).toBeLessThan(accuracy);
    expect(tuned?.upper).toBeGreaterThan(accuracy);
    expect((tuned?.upper ?? 1) - (tuned?.lower ?? 0)).toBeLessThan(
      (inversePropensity?.upper ?? 0) - (inversePropensity?.lower ?? 1),
    );
    expect(selected?.population).toBe(ROWS);
    expect(selected?.unlabelled).toBeGreaterThan(10);
    expect(source.skipped).toEqual([{ reason: "selected, no label yet", count: selected?.unlabelled }]);
    expect(selected?.labelsNeeded?.designs.map(({ design }) => design)).toContain("by-uncertainty-with-predictions");
    const own = await document(labelled, "--population", path, "--row-id", "item");
    expect(own.selectedLabels?.accuracy).toEqual(selected?.accuracy);
  });

  it("candor report FILE --population FILE prints the estimators side by side, and makes a section of the page", async () => {
    const { path, labelled } = await reviewed("shown");
    const { code, stdout } = await candor([
      "report",
      labelled,
      "--population",
      path,
      "--width",
      "0.05",
      "--html",
      at("r.html"),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("Labels of selected rows");
    expect(stdout).toContain("because they were selected");
    expect(stdout).toMatch(/By uncertainty, with the population +[\d,]+/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(readFileSync(at("r.html"), "utf8")).toContain("What do the selected labels say of all rows?");
  });

  it("candor report FILE refuses propensities outside (0, 1] and names the row", async () => {
    const { labelled } = await reviewed("bad");
    const lines = readFileSync(labelled, "utf8").split("\n");
    const withPropensity = (value: string): string => {
      const changed = lines.map((line, i) => (i === 2 ? line.replace(/,[\d.]+,(\d+),(\d)$/, `,${value},$1,$2`) : line));
      return write("changed.csv", changed.join("\n"));
    };
    const expected =
      "row 2 (line 3), column propensity: expected a probability of being labelled, above 0 and at most 1";
    expect(await refusal("report", withPropensity("0"))).toContain(
      `${expected}, got 0; a row that could not be selected cannot stand for others`,
    );
    expect(await refusal("report", withPropensity("1.5"))).toContain(`${expected}, got 1.5`);
    expect(await refusal("report", withPropensity(""))).toContain(`${expected}, got nothing`);
    expect(await refusal("report", labelled, "--weight", "candor_row")).toContain("expected no --weight besides");
  });

  it("candor report FILE reads what a server exported: by propensities, or by label_weight, and as it is where all are 1", async () => {
    const { labelled } = await reviewed("exported");
    const [head = "", ...rows] = readFileSync(labelled, "utf8").trimEnd().split("\n");
    expect(head).toMatch(/,propensity,candor_row,[a-z]+$/);
    const exported = (propensity: (given: string) => string): string => {
      const lines = rows.map((line) =>
        line.replace(/,([\d.]+),(\d+),(\d)$/, (_, given: string, row: string, label: string) => {
          const p = propensity(given);
          return `,${p},${row},${label},${1 / Number(p)}`;
        }),
      );
      return write("exported.csv", [`${head},label_weight`, ...lines, ""].join("\n"));
    };
    const uneven = exported((given) => given);
    const [byPropensity, byWeight] = [await document(uneven), await document(uneven, "--weight", "label_weight")];
    expect(byPropensity.selectedLabels).toBeDefined();
    expect(byWeight.selectedLabels).toBeUndefined();
    expect(byWeight.accuracy).toEqual(byPropensity.accuracy);
    const even = await document(exported(() => "1"));
    expect([even.selectedLabels, even.effectiveN]).toEqual([undefined, rows.length]);
  });

  it("candor report FILE --population FILE refuses rows that are not those of the population", async () => {
    const { path, labelled } = await reviewed("match");
    const lines = readFileSync(path, "utf8").split("\n");
    const short = write("short.csv", lines.slice(0, 101).join("\n"));
    expect(await refusal("report", labelled, "--population", short)).toMatch(
      /candor_row \d+ is no row of .*short\.csv \(100 rows\)/,
    );
    const turned = write("turned.csv", [lines[0], ...lines.slice(1, -1).reverse(), ""].join("\n"));
    expect(await refusal("report", labelled, "--population", turned)).toMatch(
      /has a score of 0\.\d+, but that row of .*turned\.csv has/,
    );
    const other = write(
      "other.csv",
      lines.map((line, i) => (line === "" ? "" : `${line},${i === 0 ? "propensity" : "0.5"}`)).join("\n"),
    );
    expect(await refusal("report", labelled, "--population", other)).toMatch(
      /has a propensity of \S+, but that row of .*other\.csv has 0\.5/,
    );
    expect(await refusal("report", path, "--correct", "team", "--population", path)).toContain("column candor_row");
    const without = label(
      path,
      Array.from({ length: ROWS }, () => 1),
      "without.csv",
    );
    expect(await refusal("report", without, "--width", "0.1")).toContain(
      "--width needs the probability of each row of being labelled",
    );
  });

  it("candor fit takes the weights, and candor decide proves a bound by betting", async () => {
    const { labelled } = await reviewed("fit");
    const { code } = await candor(["fit", labelled, "--method", "platt", "--anyway", "-o", at("cal.json")]);
    expect(code).toBe(0);
    const plain = await candor([
      "fit",
      labelled,
      "--method",
      "platt",
      "--anyway",
      "--propensity",
      "none",
      "-o",
      at("plain.json"),
    ]);
    expect(plain.code).toBe(0);
    expect(readFileSync(at("cal.json"), "utf8")).not.toBe(readFileSync(at("plain.json"), "utf8"));
    const bound = ["--calibrator", at("cal.json"), "--max-error", "35%"];
    const decided = await candor(["decide", labelled, ...bound, "-o", at("policy.json")]);
    expect(decided.stderr).toBe("");
    const { certificate, verdict } = JSON.parse(readFileSync(at("policy.json"), "utf8"));
    expect(certificate).toMatchObject({ method: "weighted-sequence/1" });
    expect(certificate.certified).toBe(verdict.status === "certified");
    const verified = await candor(["verify", at("policy.json"), labelled]);
    expect(verified.stdout).toContain("Derived again from the");
    expect((await candor(["decide", labelled, "--cost-error", "5", "--cost-review", "1"])).code).toBe(0);
  });
});
