import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Calibrator, createRandom, type ReportDocument } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npy } from "../input/helpers.ts";
import { binaryCalibrator, classCalibrator, logistic } from "./calibrators.ts";
import { candor } from "./run.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-report-calibrator-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const saved = (calibrator: Calibrator, name = "cal.json"): string => write(name, JSON.stringify(calibrator));

/** Scores whose logits are twice as large as they should be. */
function overconfident(name: string, names = ["score", "label"]): string {
  const random = createRandom(4);
  const lines = Array.from({ length: 4000 }, (_, i) => {
    const logit = 1.5 * random.normal();
    const y = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    return `${1 / (1 + Math.exp(-2 * logit))},${y},${i % 3 === 0 ? "north" : "south"}`;
  });
  return write(name, [`${names.join(",")},region`, ...lines, ""].join("\n"));
}

/** Logits of three classes, twice as large as they should be, and the classes drawn from the right ones. */
function overconfidentClasses(): { logits: number[][]; labels: number[] } {
  const random = createRandom(5);
  const logits: number[][] = [];
  const labels: number[] = [];
  for (let i = 0; i < 3000; i++) {
    const right = [random.normal(), random.normal(), random.normal()].map((z) => 1.2 * z);
    const exps = right.map(Math.exp);
    let u = random.uniform() * exps.reduce((total, value) => total + value, 0);
    let label = 0;
    while (label < 2 && u > (exps[label] ?? 0)) u -= exps[label++] ?? 0;
    logits.push(right.map((z) => 2 * z + 3));
    labels.push(label);
  }
  return { logits, labels };
}

async function document(...args: string[]): Promise<ReportDocument> {
  const { code, stdout, stderr } = await candor(["report", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(["report", ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr.replaceAll(`${folder}/`, "");
}

describe("candor report FILE --calibrator CALIBRATOR", () => {
  it("reports on the calibrated scores, and says so", async () => {
    const file = overconfident("a.csv");
    const calibrator = binaryCalibrator();
    const before = await document(file);
    const after = await document(file, "--calibrator", saved(calibrator));
    expect(before.verdict.status).toBe("miscalibrated");
    expect(after.verdict.status).not.toBe("miscalibrated");
    expect(after.metrics["logLoss"]?.value).toBeLessThan(before.metrics["logLoss"]?.value ?? 0);
    expect(after.metrics["auroc"]?.value).toBeCloseTo(before.metrics["auroc"]?.value ?? 0, 12);
    expect(after.source.notes).toEqual([
      `scores calibrated by platt (fitted on 1,000 rows of validation.csv, fingerprint ${calibrator.fingerprint.slice(0, 19)})`,
    ]);
    expect(before.source.notes).toEqual([]);
  });

  it("does the same from cells", async () => {
    const file = overconfident("b.csv");
    const exact = await document(file, "--calibrator", saved(binaryCalibrator()));
    const cells = await document(file, "--calibrator", saved(binaryCalibrator()), "--approximate");
    expect(cells.source.approximate).toBe(true);
    expect(cells.source.notes[0]).toBe(exact.source.notes[0]);
    expect(cells.metrics["brier"]?.value).toBeCloseTo(exact.metrics["brier"]?.value ?? 0, 4);
  });

  it("compares before and after with --versus the same file", async () => {
    const file = overconfident("c.csv");
    const { versus } = await document(file, "--calibrator", saved(binaryCalibrator()), "--versus", file);
    expect(JSON.stringify(versus)).toContain("c.csv (calibrated)");
  });

  it("calibrates confidences", async () => {
    const file = overconfident("d.csv", ["confidence", "correct"]);
    const calibrator = binaryCalibrator({ scoreKind: "confidence", classNames: [] });
    const before = await document(file);
    const after = await document(file, "--calibrator", saved(calibrator));
    expect(after.task).toBe("confidence");
    expect(after.metrics["logLoss"]?.value).toBeLessThan(before.metrics["logLoss"]?.value ?? 0);
  });

  it("reads the columns of its segments, and shows only those asked for", async () => {
    const file = overconfident("e.csv");
    const segments = { columns: ["region"], maps: [{ values: ["north"], map: logistic(0.5), n: 100 }] };
    const calibrator = saved(binaryCalibrator({ map: { kind: "identity" }, segments }));
    const hidden = await document(file, "--calibrator", calibrator);
    expect(hidden.segments).toEqual([]);
    const shown = await document(file, "--calibrator", calibrator, "--by", "Region");
    expect(shown.segments.map(({ name }) => name).sort()).toEqual(["north", "south"]);
    const none = write("f.csv", "score,label\n0.5,1\n0.2,0\n");
    expect(await refusal(none, "--calibrator", calibrator)).toContain(
      "the calibrator has corrections by region; f.csv: no column region (--by)",
    );
  });
});

describe("candor report FILE --calibrator CALIBRATOR, several classes", () => {
  const { logits, labels } = overconfidentClasses();
  const names = ["cat", "dog", "bird"];

  it("reads raw logits: a bias per class is added before the softmax", async () => {
    const rows = logits.map((z, i) => `${z.join(",")},${names[labels[i] ?? 0]}`);
    const file = write("z.csv", ["z_cat,z_dog,z_bird,label", ...rows, ""].join("\n"));
    const before = await document(file);
    const after = await document(file, "--calibrator", saved(classCalibrator()));
    expect(after.metrics["logLoss"]?.value).toBeLessThan(before.metrics["logLoss"]?.value ?? 0);
    const scale = [0.5, 0.5, 0.4];
    const vector = classCalibrator({ map: { kind: "linear", scale, bias: [0, 0, 0.1], prepare: null } });
    const expected = logits.reduce((total, z, i) => {
      const mapped = z.map((value, k) => value * (scale[k] ?? 0) + (k === 2 ? 0.1 : 0));
      const sum = mapped.reduce((s, value) => s + Math.exp(value), 0);
      return total + Math.log(sum) - (mapped[labels[i] ?? 0] ?? 0);
    }, 0);
    const moved = await document(file, "--calibrator", saved(vector));
    expect(moved.metrics["logLoss"]?.value).toBeCloseTo(expected / logits.length, 12);
  });

  it("matches classes by name in another order, and numbers of an array by position", async () => {
    const straight = logits.map((z, i) => `${z.join(",")},${names[labels[i] ?? 0]}`);
    const turned = logits.map(([a, b, c], i) => `${c},${a},${b},${names[labels[i] ?? 0]}`);
    const vector = saved(
      classCalibrator({ map: { kind: "linear", scale: [0.5, 0.4, 0.6], bias: null, prepare: null } }),
    );
    const one = await document(
      write("s.csv", ["z_cat,z_dog,z_bird,label", ...straight, ""].join("\n")),
      "--calibrator",
      vector,
    );
    const other = await document(
      write("t.csv", ["z_bird,z_cat,z_dog,label", ...turned, ""].join("\n")),
      "--calibrator",
      vector,
    );
    expect(other.metrics["logLoss"]?.value).toBeCloseTo(one.metrics["logLoss"]?.value ?? 0, 12);
    expect(other.source.notes[1]).toBe(
      "the classes of t.csv come in the order bird, cat, dog: matched to the calibrator by name",
    );
    const array = write("z.npy", npy("<f8", [logits.length, 3], Float64Array.from(logits.flat())));
    const truth = write("y.npy", npy("<i4", [labels.length], Int32Array.from(labels)));
    const numbered = await document("--logits", array, "--labels", truth, "--calibrator", vector);
    expect(numbered.metrics["logLoss"]?.value).toBeCloseTo(one.metrics["logLoss"]?.value ?? 0, 12);
    expect(numbered.source.notes[1]).toContain("taken in the order of the calibrator, cat, dog, bird");
  });
});

describe("candor report FILE --calibrator CALIBRATOR refuses", () => {
  it("scores of another kind, other classes, and a file that is no calibrator", async () => {
    const file = overconfident("g.csv");
    const other = saved(binaryCalibrator({ scoreKind: "confidence", classNames: [] }));
    expect(await refusal(file, "--calibrator", other)).toBe(
      "error: g.csv: the calibrator reads confidences, the scores are probabilities of a positive class\n",
    );
    const named = saved(binaryCalibrator({ classNames: ["ham", "spam"] }));
    const others = write("o.csv", "score,label\n0.2,good\n0.9,bad\n");
    expect(await refusal(others, "--score", "score", "--label", "label", "--calibrator", named)).toContain(
      'expected ham or spam, or 0 or 1, got "good"',
    );
    expect(
      await refusal(others, "--score", "score", "--label", "label", "--positive", "bad", "--calibrator", named),
    ).toContain("expected ham, spam, got good, bad");
    const probs = write("p.csv", "p_cat,p_dog,p_bird,label\n0.5,0.3,0.2,cat\n0.1,0.8,0.1,dog\n");
    expect(await refusal(probs, "--calibrator", saved(classCalibrator()))).toContain(
      "the calibrator reads logits per class, the scores are probabilities per class",
    );
    expect(await refusal(file, "--calibrator", join(folder, "nothing.json"))).toBe(
      "error: no such file: nothing.json\n",
    );
    expect(await refusal(file, "--calibrator", named, "--html", named)).toContain("is an input");
  });
});
