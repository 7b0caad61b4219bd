import {
  combinationStatistics,
  combinedPValues,
  combineEvidence,
  conformalOodPValues,
  createRandom,
  type Discoveries,
  type DiscoveryMethod,
  discoverOutside,
  fitOodDetector,
  type Matrix,
  mergePValues,
  type OodMethod,
  oodScores,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { isRecord } from "../calibrate/reference-json.ts";
import { digits, golden, present, rowsOf } from "./ood-data.ts";

const RIDGE = 1e-6;
const names: readonly (readonly [string, OodMethod])[] = [
  ["msp", "msp"],
  ["mls", "max-logit"],
  ["energy", "energy"],
  ["neg_entropy", "entropy"],
  ["rmds", "relative-mahalanobis"],
];

interface Scores {
  readonly calibration: Float64Array;
  readonly inside: Float64Array;
  readonly outside: Float64Array;
}

const known = new Map<OodMethod, Scores>();

/** Scores of the digits by one method. */
function scoresOf(method: OodMethod): Scores {
  const found = known.get(method);
  if (found !== undefined) return found;
  const { train, labels, head, test, outside } = digits();
  const detector = fitOodDetector(
    { features: train, labels },
    { method, head, ...(method === "relative-mahalanobis" ? { shrinkage: RIDGE / (1 + RIDGE) } : {}) },
  );
  const score = (features: Matrix): Float64Array => oodScores(detector, { features });
  const scores = {
    calibration: score(rowsOf("conformal", "digits_cal_feat.npy")),
    inside: score(test),
    outside: score(outside),
  };
  known.set(method, scores);
  return scores;
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function wrongOf({ found }: Discoveries, inside: number): number {
  return found.subarray(0, inside).reduce((sum, one) => sum + one, 0);
}

function close(what: string, value: number, goal: unknown): void {
  const expected = typeof goal === "number" ? goal : Number.NaN;
  expect(Math.abs(value - expected), `${what}: ${value} against ${expected}`).toBeLessThan(1e-9);
}

describe.skipIf(!present)("p-values and false discoveries of digits 8 and 9 among 0 to 7", () => {
  it.each(names)("conformalOodPValues and discoverOutside of %s have every reference figure", (name, method) => {
    const reference = golden("conformal_ood_digits");
    const { calibration, inside, outside } = scoresOf(method);
    const pValues = conformalOodPValues(calibration, joined(inside, outside));
    const share = (values: Float64Array) => values.filter((p) => p <= 0.05).length / values.length;
    close("size", share(pValues.subarray(0, inside.length)), reference[`${name}_size_on_id_test_p<=0.05`]);
    close("power", share(pValues.subarray(inside.length)), reference[`${name}_power_p<=0.05`]);
    for (const target of [0.1, 0.2, 0.3]) {
      const figures = reference[`${name}@q${target}`];
      if (!isRecord(figures)) throw new Error(`no figures of ${name} at ${target}`);
      for (const options of [{}, { calibrationRows: calibration.length }]) {
        const discoveries = discoverOutside(pValues, target, options);
        const { count } = discoveries;
        const wrong = wrongOf(discoveries, inside.length);
        close("rejected", count, figures["n_rejected"]);
        close("fdp", count === 0 ? 0 : wrong / count, figures["fdp"]);
        close("power", (count - wrong) / outside.length, figures["power"]);
      }
      const first = figures["p_first5"];
      if (!Array.isArray(first)) throw new Error("no p-values");
      first.forEach((p, i) => {
        close(`p ${i}`, pValues[i] ?? Number.NaN, p);
      });
    }
  });

  it("discoverOutside(pValues, target) keeps false discoveries within the target over 1 000 draws of real rows", () => {
    const random = createRandom(7);
    const draws = 1000;
    const { calibration, inside, outside } = scoresOf("entropy");
    const pool = joined(calibration, inside);
    const totals = new Map<string, number[]>();
    for (let draw = 0; draw < draws; draw++) {
      for (let i = pool.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        [pool[i], pool[j]] = [pool[j] ?? 0, pool[i] ?? 0];
      }
      const rows = pool.subarray(400);
      const pValues = conformalOodPValues(pool.slice(0, 400).sort(), joined(rows, outside));
      for (const target of [0.1, 0.2, 0.3])
        for (const method of ["benjamini-hochberg", "storey"] as const satisfies DiscoveryMethod[]) {
          const discoveries = discoverOutside(pValues, target, { method, calibrationRows: 400 });
          const share = discoveries.count === 0 ? 0 : wrongOf(discoveries, rows.length) / discoveries.count;
          const key = `${method} ${target}`;
          totals.set(key, [...(totals.get(key) ?? []), share]);
        }
    }
    for (const [key, shares] of totals) {
      const target = Number(key.split(" ")[1]);
      const mean = shares.reduce((sum, share) => sum + share, 0) / draws;
      const spread = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (draws - 1) / draws);
      expect(mean, key).toBeLessThanOrEqual(target + 3.29 * spread);
    }
  }, 20_000);

  it("combinedPValues and mergePValues find digits 8 and 9 by all five scores together, and keep the level", () => {
    const all = names.map(([, method]) => scoresOf(method));
    const matrixOf = (columns: readonly Float64Array[]): Matrix => {
      const rows = columns[0]?.length ?? 0;
      const data = new Float64Array(rows * columns.length);
      columns.forEach((column, k) => {
        column.forEach((value, i) => {
          data[i * columns.length + k] = value;
        });
      });
      return { data, rows, cols: columns.length };
    };
    const share = (values: Float64Array) => values.filter((p) => p <= 0.05).length / values.length;
    const calibration = matrixOf(all.map((one) => one.calibration));
    const inside = matrixOf(all.map((one) => one.inside));
    const outside = matrixOf(all.map((one) => one.outside));
    for (const statistic of combinationStatistics) {
      const evidence = combineEvidence(calibration, { statistic });
      expect(share(combinedPValues(evidence, inside)), statistic).toBeLessThan(0.09);
      expect(share(combinedPValues(evidence, outside)), statistic).toBeGreaterThan(0.3);
    }
    const pValues = (pick: (one: Scores) => Float64Array) =>
      matrixOf(all.map((one) => conformalOodPValues(one.calibration, pick(one))));
    expect(
      share(
        mergePValues(
          pValues((one) => one.inside),
          "harmonic",
        ),
      ),
    ).toBeLessThan(0.05);
    expect(
      share(
        mergePValues(
          pValues((one) => one.outside),
          "harmonic",
        ),
      ),
    ).toBeGreaterThan(0.05);
  });
});

describe.runIf(process.env["CI"] === "true")("reference data", () => {
  it("stands beside the checkout", () => {
    expect(present).toBe(true);
  });
});
