import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyBinaryMap, type Calibrator, createRandom, type FitDocument } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candor } from "../cli/run.ts";

let folder = "";
let file = "";
let classes = "";
let scores = new Float64Array(0);

/** Overconfident scores of customers in order of time, in two regions. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-approximate-"));
  const random = createRandom(4);
  const rows = 4000;
  scores = new Float64Array(rows);
  const lines = ["score,label,w,customer,day,region"];
  for (let i = 0; i < rows; i++) {
    const logit = 1.5 * random.normal();
    scores[i] = 1 / (1 + Math.exp(-2 * logit));
    const y = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    lines.push([scores[i], y, 1 + (i % 3), `c${i % 80}`, i, i % 2 === 0 ? "north" : "south"].join(","));
  }
  file = join(folder, "scores.csv");
  writeFileSync(file, `${lines.join("\n")}\n`);
  classes = join(folder, "classes.csv");
  const rest = Array.from(
    { length: 900 },
    (_, i) => `${i % 2 ? "0.5,0.3,0.2" : "0.2,0.2,0.6"},${"abc"[i % 5 === 0 ? i % 3 : i % 2 ? 0 : 2]}`,
  );
  writeFileSync(classes, `${["p_a,p_b,p_c,label", ...rest].join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fitted(...args: readonly string[]): Promise<FitDocument> {
  const { code, stdout, stderr } = await candor(["fit", ...args, "--anyway", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

const columns = ["--score", "score", "--label", "label"];

function calibrated({ calibrator }: FitDocument): Float64Array {
  if (calibrator.scoreKind !== "probability") throw new Error(`expected probabilities, got ${calibrator.scoreKind}`);
  return applyBinaryMap(calibrator.map, scores);
}

describe("candor fit --approximate", () => {
  it.each(["platt", "beta", "temperature", "histogram-width", "isotonic", "platt --weight w", "quadratic --weight w"])(
    "candor fit --approximate --method %s agrees with --exact within its bound",
    async (flags) => {
      const args = [file, ...columns, "--method", ...flags.split(" ")];
      const cells = await fitted(...args, "--approximate");
      const exact = await fitted(...args, "--exact");
      const bound = Number(cells.calibrator.spec["errorBound"]);
      const of = calibrated(exact);
      const far = calibrated(cells).reduce((most, p, i) => Math.max(most, Math.abs(p - (of[i] ?? 0))), 0);
      expect(far).toBeLessThanOrEqual(bound + 1e-9);
      expect(cells.source).toMatchObject({ approximate: true, rows: 4000 });
      expect(exact.source.approximate).toBe(false);
      expect(cells.calibrator.data).toEqual(exact.calibrator.data);
      expect(cells.n).toBe(4000);
      const { before, after, improvement } = exact;
      expect(cells).toMatchObject({ before, after, improvement });
    },
  );

  it("candor fit --approximate chooses, says that it is approximate, and writes what apply reads", async () => {
    const cal = join(folder, "cal.json");
    const { code, stdout } = await candor(["fit", file, ...columns, "--approximate", "-o", cal]);
    expect(code).toBe(0);
    const text = stdout.replaceAll(/\s+/g, " ");
    expect(text).toContain(
      "The method was chosen and proven on all 4,000 rows; from cells, it was fitted to all rows.",
    );
    expect(text).toContain("that of the same method fitted on all rows");
    const calibrator: Calibrator = JSON.parse(readFileSync(cal, "utf8"));
    expect(calibrator.spec["fittedFrom"]).toBe("cells");
    expect((await candor(["apply", cal, file, "--score", "score", "-o", join(folder, "out.csv")])).code).toBe(0);
  });

  it("candor fit --approximate knows groups, times and segments", async () => {
    const grouped = await fitted(file, ...columns, "--method", "platt", "--group", "customer", "--approximate");
    const exact = await fitted(file, ...columns, "--method", "platt", "--group", "customer");
    expect(grouped).toMatchObject({ validation: exact.validation, improvement: exact.improvement });
    const ordered = await fitted(file, ...columns, "--method", "platt", "--time", "day", "--approximate");
    expect(ordered.validation).toMatchObject({ scheme: "time", by: "day" });
    const segments = await fitted(file, ...columns, "--method", "platt", "--by", "region", "--approximate");
    expect(segments.segments.map(({ name }) => name)).toEqual(["north", "south"]);
    expect(segments.source.notes.join()).toContain("Corrections by segment rest on the same rows");
  });

  it("candor fit --approximate --method NAME without a bound, and of classes: all rows while they fit", async () => {
    const spline = await fitted(file, ...columns, "--method", "spline", "--approximate");
    const exact = await fitted(file, ...columns, "--method", "spline", "--exact");
    expect(spline).toEqual(exact);
    const probs = ["--probs", "p_*", "--label", "label", "--method", "temperature"];
    expect(await fitted(classes, ...probs, "--approximate")).toEqual(await fitted(classes, ...probs));
  });

  it("candor fit --approximate --exact: exit 2", async () => {
    const { code, stderr } = await candor(["fit", file, "--approximate", "--exact"]);
    expect(code).toBe(2);
    expect(stderr).toContain("cannot be used with");
  });
});
