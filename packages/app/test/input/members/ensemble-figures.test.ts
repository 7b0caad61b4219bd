import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  auroc,
  aurocDifference,
  decomposeEntropy,
  decomposeForecastVariance,
  decomposeVariance,
  expectedPairwiseKl,
  fewMemberInformation,
  type Members,
  maximumConsensusKl,
  meanVariationRatio,
  membersOf,
  pairwiseDisagreement,
  predictiveMean,
  voteEntropy,
  voteVariationRatio,
} from "@candor/core";
import { beforeAll, describe, expect, it } from "vitest";
import { data, npy } from "../../calibrate/class-data.ts";
import { isRecord, type Reference } from "../../calibrate/reference-json.ts";
import { golden, present } from "../../conformal/golden-arrays.ts";

if (!present && process.env["CI"] === "true") throw new Error(`the reference data are missing beside ${data}`);

function figuresAt(...keys: readonly string[]): Reference {
  const found = golden(...keys);
  if (!isRecord(found)) throw new Error(`no table at ${keys.join(".")} in golden.json`);
  return found;
}

function membersIn(name: string): Members {
  const { values, shape } = npy("conformal", `digits_${name}_ens_probs.npy`);
  const [members = 0, rows = 0, classes = 0] = shape;
  return membersOf(values, members, rows, classes);
}

/** Entropy of a mean and the margin between its two largest, for the two figures that are of the mean alone. */
function margins(members: Members): Float64Array {
  const { data: mean, rows, cols } = predictiveMean(members);
  return Float64Array.from({ length: rows }, (_, i) => {
    const sorted = mean.slice(i * cols, (i + 1) * cols).sort();
    return (sorted[cols - 1] ?? 0) - (sorted[cols - 2] ?? 0);
  });
}

/** Every uncertainty of golden.json, by its name there. */
function measures(members: Members): Record<string, Float64Array> {
  const entropy = decomposeEntropy(members);
  const variance = decomposeVariance(members);
  return {
    predictive_entropy: entropy.total,
    expected_entropy: entropy.aleatoric,
    mutual_information: entropy.epistemic,
    variation_ratio_votes: voteVariationRatio(members),
    variation_ratio_probs: meanVariationRatio(members),
    disagreement: pairwiseDisagreement(members),
    var_aleatoric: variance.aleatoric,
    var_epistemic: variance.epistemic,
    var_total: variance.total,
    epkl: expectedPairwiseKl(members, { clip: 1e-12 }),
    margin: margins(members),
    vote_entropy: voteEntropy(members),
  };
}

function agree(what: string, value: number | undefined, expected: unknown): void {
  if (typeof expected !== "number") throw new Error(`no ${what} in golden.json`);
  const difference = Math.abs((value ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));
  expect(difference, `${what}: ${value} against ${expected}`).toBeLessThan(1e-9);
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.skipIf(!present)("the ensemble on digits", () => {
  let test: Members;
  let ood: Members;
  let outside: Uint8Array;
  let of: Record<string, Float64Array>;
  beforeAll(() => {
    test = membersIn("test");
    ood = membersIn("ood");
    outside = Uint8Array.from({ length: test.rows + ood.rows }, (_, i) => (i < test.rows ? 0 : 1));
    const [inside, out] = [measures(test), measures(ood)];
    const few = [fewMemberInformation(test), fewMemberInformation(ood)];
    const most = [maximumConsensusKl(test), maximumConsensusKl(ood)];
    const joined = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from([...a, ...b]);
    of = Object.fromEntries(
      Object.keys(inside).map((key) => [key, joined(inside[key] ?? few[0]!, out[key] ?? few[1]!)]),
    );
    of["few_member_information"] = joined(few[0]!, few[1]!);
    of["maximum_consensus_kl"] = joined(most[0]!, most[1]!);
    const entropy = (key: string): Float64Array => of[key] ?? new Float64Array(0);
    of["share_by_entropy"] = entropy("mutual_information").map((x, i) => x / entropy("predictive_entropy")[i]!);
    of["share_by_variance"] = entropy("var_epistemic").map((x, i) => x / entropy("var_total")[i]!);
  });

  it("every measure of uncertainty is the reference's, in the mean and in the first rows", () => {
    for (const name of ["test", "ood"] as const)
      for (const [key, values] of Object.entries(measures(name === "test" ? test : ood))) {
        const figures = figuresAt("ensemble_digits", name, key);
        agree(`${name} ${key}`, mean(values), figures["mean"]);
        const first = figures["first3"];
        if (!Array.isArray(first)) throw new Error(`no first rows of ${key}`);
        first.forEach((expected: unknown, i) => {
          agree(`${name} ${key} row ${i}`, values[i], expected);
        });
      }
  });

  it("the AUROC of digits 8 and 9 against 0 to 7 is the reference's for every measure", () => {
    const figures = figuresAt("ensemble_digits", "auroc_ood");
    const names = {
      pe: "predictive_entropy",
      ee: "expected_entropy",
      mi: "mutual_information",
      vr: "variation_ratio_votes",
      ep: "var_epistemic",
      epkl: "epkl",
    };
    for (const [key, name] of Object.entries(names)) agree(key, auroc(of[name]!, outside).value, figures[key]);
  });

  it("the unknown does not separate digits 8 and 9 better than the noise, by any measure of it", () => {
    const unknown = [
      "mutual_information",
      "few_member_information",
      "epkl",
      "maximum_consensus_kl",
      "var_epistemic",
      "disagreement",
      "variation_ratio_votes",
      "vote_entropy",
      "share_by_entropy",
      "share_by_variance",
    ];
    for (const name of unknown) {
      expect(
        aurocDifference(of[name]!, of["expected_entropy"]!, outside).upper,
        `${name} − noise by entropy`,
      ).toBeLessThan(0);
      expect(
        aurocDifference(of[name]!, of["var_aleatoric"]!, outside).lower,
        `${name} − noise by variance`,
      ).toBeLessThan(0);
    }
    const { value, lower, upper } = aurocDifference(of["mutual_information"]!, of["expected_entropy"]!, outside);
    expect([value, lower, upper].map((x) => x.toFixed(3))).toEqual(["-0.020", "-0.034", "-0.006"]);
  });

  it("whether all uncertainty separates them better than the noise alone is not clear: the unknown adds little", () => {
    for (const [all, noise] of [
      ["predictive_entropy", "expected_entropy"],
      ["var_total", "var_aleatoric"],
    ] as const) {
      const { value, lower, upper } = aurocDifference(of[all]!, of[noise]!, outside);
      expect(value).toBeGreaterThan(0);
      expect(lower).toBeLessThan(0);
      expect(upper).toBeLessThan(0.004);
    }
  });
});

describe.skipIf(!present)("the forests on diabetes", () => {
  it("decomposeForecastVariance(forecasts) gives the reference's means and variances", () => {
    const lines = readFileSync(join(data, "conformal/diabetes_predictions.csv"), "utf8").trim().split("\n");
    const names = lines[0]?.trim().split(",") ?? [];
    const rows = lines
      .slice(1)
      .map((line) => line.trim().split(","))
      .filter((cells) => cells[names.indexOf("split")] === "test");
    const means = Float64Array.from(
      [0, 1, 2, 3, 4].flatMap((m) => rows.map((cells) => Number(cells[names.indexOf(`e${m}`)]))),
    );
    const forecasts = { means, members: 5, rows: rows.length };
    const figures = figuresAt("regression_diabetes", "ensemble_var");
    const population = decomposeForecastVariance(forecasts);
    const sample = decomposeForecastVariance(forecasts, { variance: "sample" });
    const expected = (key: string): readonly unknown[] => {
      const values = figures[key];
      if (!Array.isArray(values)) throw new Error(`no ${key} in golden.json`);
      return values;
    };
    for (let i = 0; i < 3; i++) {
      agree("mean", population.mean[i], expected("mean_pred_first3")[i]);
      agree("population variance", population.epistemic[i], expected("epistemic_var_pop_first3")[i]);
      agree("sample variance", sample.epistemic[i], expected("epistemic_var_sample_first3")[i]);
    }
  });
});
