import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MultiLabelDocument, openMultiLabel } from "@candor/core";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRecord } from "../calibrate/reference-json.ts";
import { data, npy } from "../input/helpers.ts";
import { candor } from "./run.ts";

const CALIBRATE = 2000;
const LABELS = 80;
const scoresFile = data("conformal/coco_tresnetxl_sigmoid.npy");
const labelsFile = data("conformal/coco_labels.npy");
const goldenFile = data("conformal/golden.json");
const present = existsSync(scoresFile) || process.env["CI"] === "true";

let folder = "";
const path = (name: string): string => join(folder, name);

/** The values of an array, behind its header. */
function body(file: string): Buffer {
  const bytes = readFileSync(file);
  return bytes.subarray(10 + bytes.readUInt16LE(8));
}

/** Some rows of both arrays as one NPZ, and as CSV with a column per label. */
function write(name: string, from: number, to: number): void {
  const scores = new Float32Array(Uint8Array.from(body(scoresFile)).buffer).subarray(from * LABELS, to * LABELS);
  const labels = Uint8Array.from(body(labelsFile)).subarray(from * LABELS, to * LABELS);
  const shape = [scores.length / LABELS, LABELS];
  const arrays = { "scores.npy": npy("<f4", shape, scores), "labels.npy": npy("|u1", shape, labels) };
  writeFileSync(path(`${name}.npz`), zipSync(arrays, { level: 0 }));
  const header = Array.from({ length: 2 * LABELS }, (_, k) => (k < LABELS ? `s_${k}` : `y_${k - LABELS}`));
  const lines = Array.from({ length: scores.length / LABELS }, (_, i) => [
    ...scores.subarray(i * LABELS, (i + 1) * LABELS),
    ...labels.subarray(i * LABELS, (i + 1) * LABELS),
  ]);
  writeFileSync(path(`${name}.csv`), `${[header, ...lines].join("\n")}\n`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-coco-"));
  if (!present) return;
  write("cal", 0, CALIBRATE);
  write("test", CALIBRATE, body(labelsFile).length / LABELS);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function control(...args: string[]): Promise<MultiLabelDocument> {
  const { code, stdout, stderr } = await candor(["conformal", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return openMultiLabel(JSON.parse(stdout));
}

const arrays = (...args: string[]): Promise<MultiLabelDocument> =>
  control(path("cal.npz"), "--multi-label", "scores", "--truth", "labels", "--test", path("test.npz"), ...args);

function golden(): Record<string, unknown> {
  const all: unknown = JSON.parse(readFileSync(goldenFile, "utf8"));
  const part = isRecord(all) ? all["coco_risk_control_first2000_cal"] : undefined;
  if (!isRecord(part)) throw new Error("the reference has no figures of COCO");
  return part;
}

function record(of: Record<string, unknown>, key: string): Record<string, unknown> {
  const found = of[key];
  if (!isRecord(found)) throw new Error(`the reference has no ${key}`);
  return found;
}

/** The reference has 12 digits. */
function agree(value: number | undefined, expected: unknown): void {
  expect(typeof expected).toBe("number");
  expect(Math.abs((value ?? Number.NaN) / Number(expected) - 1), `${value} against ${expected}`).toBeLessThan(1e-11);
}

describe.skipIf(!present)("candor conformal --multi-label, on COCO (needs ../shared/data)", () => {
  it.each(["0.05", "0.1", "0.2"])(
    "candor conformal --max-risk %s gives the thresholds of the reference",
    async (target) => {
      const figures = golden();
      const check = async (expected: Record<string, unknown>, ...args: string[]) => {
        const made = await arrays("--max-risk", target, ...args);
        expect(made.threshold).toBe(expected["lam"]);
        agree(made.evaluation?.risk.value, expected["test_risk"] ?? expected["test_fdr"]);
        agree(made.evaluation?.meanLabels.value, expected["mean_set"]);
        if ("cal_risk" in expected) agree(made.calibrationRisk, expected["cal_risk"]);
        if ("n_valid" in expected) expect(made.qualifying).toBe(expected["n_valid"]);
        expect([made.n, made.evaluation?.n]).toEqual([2000, 2952]);
      };
      await check(record(figures, `crc_fnr@${target}`));
      await check(record(figures, `rcps_hb_fnr@${target},d0.1`), "--sure", "0.9");
      await check(record(figures, `rcps_hoeffding_fnr@${target},d0.1`), "--sure", "90%", "--method", "hoeffding");
      const tested = record(figures, `ltt_fdr@${target},d0.1`);
      for (const [name, flag] of [
        ["bonferroni", "bonferroni"],
        ["holm", "holm"],
        ["fixed_sequence", "fixed-sequence"],
      ] as const)
        await check(record(tested, name), "--risk", "fdr", "--sure", "0.9", "--correction", flag);
    },
  );

  it("candor conformal reads the same from arrays and from columns", async () => {
    const flags = ["--max-risk", "0.1"];
    const { source: _, fingerprint: __, ...fromArrays } = await arrays(...flags);
    const columns = [path("cal.csv"), "--multi-label", "s_*", "--truth", "y_*", "--test", path("test.csv")];
    const { source, fingerprint: ___, ...fromColumns } = await control(...columns, ...flags);
    expect(fromColumns).toEqual(fromArrays);
    expect(source).toMatchObject({ name: "cal.csv", rows: 2000, columns: { scores: "s_*", truth: "y_*" } });
  });

  it("candor conformal --multi-label FILE.npy --truth FILE.npy needs no other file", async () => {
    const flags = ["--multi-label", scoresFile, "--truth", labelsFile, "--max-risk", "0.1", "--test-share", "0.5"];
    const made = await control(...flags);
    expect([made.rows, made.evaluation?.rows]).toEqual([2476, 2476]);
    expect(made.source.name).toBe("coco_tresnetxl_sigmoid.npy + coco_labels.npy");
    expect(made.evaluation?.risk.lower).toBeLessThan(0.1);
    expect(made.labelNames.slice(0, 2)).toEqual(["0", "1"]);
  });
});
