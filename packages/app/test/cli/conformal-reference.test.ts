import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConformalDocument, type ConformalPart, openConformal } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { data } from "../calibrate/class-data.ts";
import { agree, isRecord, type Reference } from "../calibrate/reference-json.ts";
import { golden, NETWORKS, present } from "../conformal/golden-arrays.ts";
import { golden as diabetes, hasDiabetes } from "../conformal/regression-data.ts";
import { npy } from "../input/helpers.ts";
import { candor } from "./run.ts";

if (!present) console.warn("skipped: ../shared/data is not there");

it("the data of golden.json is there in continuous integration", () => {
  if (process.env["CI"] === "true") expect(present && hasDiabetes).toBe(true);
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-conformal-reference-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function conformal(...args: string[]): Promise<ConformalDocument> {
  const { code, stdout, stderr } = await candor(["conformal", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return openConformal(JSON.parse(stdout));
}

/** Three rows of 5000, as the protocol of golden.json allows. */
const ROWS = 0.0006 + 1e-12;

function agreeOnTest(document: ConformalDocument, expected: Reference): void {
  const { evaluation } = document;
  agree("coverage", document.coverage, expected["coverage"], ROWS);
  agree("mean size", document.meanSize, expected["mean_size"], ROWS);
  agree("median size", evaluation?.medianSize, expected["median_size"], 1e-12);
  const covered = (document.classCoverage ?? []).flatMap((share) => share ?? []);
  agree("worst class", Math.min(...covered), expected["min_class_cov"], 1e-9);
}

describe.skipIf(!present)("candor conformal on real networks: first half calibrates, second half tests", () => {
  const files = (network: string, file: string): string[] => {
    const order = join(folder, "order.npy");
    writeFileSync(
      order,
      npy(
        "<f8",
        [10_000],
        Float64Array.from({ length: 10_000 }, (_, i) => i),
      ),
    );
    const labels = join(data, network, "labels.npy");
    return ["--probs", join(data, network, file), "--labels", labels, "--time", order, "--test-share", "0.5"];
  };

  it.each(NETWORKS)("candor conformal of %s has the thresholds of golden.json", async (name, network, file) => {
    for (const [level, alpha] of [
      ["0.9", "0.1"],
      ["95%", "0.05"],
      ["0.8", "0.2"],
    ] as const)
      for (const [method, key] of [
        ["lac", "lac"],
        ["margin", "margin"],
        ["top-k", "topk_det"],
      ] as const) {
        const expected = golden(name, `${key}@${alpha}`);
        if (!isRecord(expected)) throw new Error("no table");
        const document = await conformal(...files(network, file), "--level", level, "--method", method);
        expect([document.n, document.evaluation?.n]).toEqual([5000, 5000]);
        agree(`${name} ${method} ${level}`, document.quantile, expected["qhat"], 1e-9);
        agreeOnTest(document, expected);
      }
  });

  it("candor conformal of CIFAR-100, WideResNet, has the threshold 0.969094 at rank 4501", async () => {
    const [, network = "", file = ""] = NETWORKS[0] ?? [];
    const document = await conformal(...files(network, file));
    expect(document.rank).toBe(4501);
    expect(document.quantile).toBeCloseTo(0.969094221685, 9);
  });

  it("candor conformal --condition class has a threshold for each class as golden.json", async () => {
    const [name = "", network = "", file = ""] = NETWORKS[0] ?? [];
    const expected = golden(name, "class_conditional_lac@0.1");
    if (!isRecord(expected)) throw new Error("no table");
    const document = await conformal(...files(network, file), "--condition", "class");
    const first = expected["qhat_first5"];
    if (!Array.isArray(first)) throw new Error("no thresholds");
    first.forEach((value, k) => {
      agree(`class ${k}`, document.parts[k]?.quantile, value, 1e-9);
    });
    agreeOnTest(document, expected);
  });

  it.each(["aps", "raps", "saps"])(
    "candor conformal --method %s covers 0.9 with its own random numbers",
    async (method) => {
      const [, network = "", file = ""] = NETWORKS[0] ?? [];
      const { evaluation } = await conformal(...files(network, file), "--method", method);
      // 5000 new rows after 5000 calibration rows: the exact law of their coverage.
      expect(evaluation?.pValue).toBeGreaterThan(0.001);
    },
  );
});

describe.skipIf(!hasDiabetes)("candor conformal on the diabetes forecasts", () => {
  /** One half of the rows as a CSV of its own. */
  function half(split: "cal" | "test"): string {
    const file = join(folder, `${split}.csv`);
    const [header, ...lines] = readFileSync(join(data, "conformal", "diabetes_predictions.csv"), "utf8")
      .trim()
      .split(/\r?\n/);
    writeFileSync(file, `${[header, ...lines.filter((line) => line.startsWith(`${split},`))].join("\n")}\n`);
    return file;
  }

  const point = ["--prediction", "mean"];
  const sigma = [...point, "--sigma", "sigma"];
  const quantiles = ["--quantiles", "0.05=q05,0.5=q50,0.95=q95"];

  it.each([
    ["split", "split_abs", point],
    ["split-signed", "split_signed", point],
    ["normalised", "split_normalised", sigma],
    ["cqr", "cqr", quantiles],
    ["cqr-asymmetric", "cqr_asym", quantiles],
    ["cqr-r", "cqr_r", quantiles],
    ["cqr-m", "cqr_m", quantiles],
  ])("candor conformal --method %s has the amounts, coverage and width of golden.json", async (method, key, flags) => {
    for (const [level, alpha] of [
      ["0.9", "0.1"],
      ["0.8", "0.2"],
    ] as const) {
      const expected = diabetes(`${key}@${alpha}`);
      const test = half("test");
      const { code, stdout } = await candor([
        ...["conformal", half("cal"), "--test", test, "--label", "y", ...flags],
        ...["--method", method, "--level", level, "--json"],
      ]);
      expect(code).toBe(0);
      const document = openConformal(JSON.parse(stdout));
      expect([document.n, document.evaluation?.n]).toEqual([121, 121]);
      const [part] = document.parts;
      if (part === undefined) throw new Error("no part");
      agree(`${key} amount`, part.quantile, expected["q"] ?? expected["q_lo"], 1e-9);
      if (hasUpper(part)) agree(`${key} upper amount`, part.upperQuantile, expected["q_hi"], 1e-9);
      agree(`${key} coverage`, document.coverage, expected["picp"], 1e-9);
      agree(`${key} width`, document.meanSize, expected["mpiw"], 1e-9);
    }
  });
});

function hasUpper(part: ConformalPart): part is ConformalPart & { readonly upperQuantile: number | null } {
  return "upperQuantile" in part;
}
