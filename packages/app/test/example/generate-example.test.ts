import { createHash } from "node:crypto";
import { createRandom } from "@candor/core";
import { describe, expect, it } from "vitest";
import { exampleCsv, generateExample } from "../../src/example/generate-example.ts";
import { drawPayment, regions, waveDay } from "../../src/example/payments.ts";
import { predict, trainNetwork } from "../../src/example/train-network.ts";

const example = generateExample();

/** Binned by hand, so that the example is not judged by the code it demonstrates. */
function ece(probabilities: Float64Array, outcomes: ArrayLike<number>, bins = 15): number {
  const gaps = new Float64Array(bins);
  probabilities.forEach((p, i) => {
    gaps[Math.max(0, Math.ceil(p * bins) - 1)] += p - outcomes[i];
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / probabilities.length;
}

/** The ECE of outcomes drawn from the probabilities themselves, in ascending order. */
function eceWhenTrue(probabilities: Float64Array, draws: number): number[] {
  const random = createRandom(11);
  const values = Array.from({ length: draws }, () =>
    ece(
      probabilities,
      Array.from(probabilities, (p) => (random.uniform() < p ? 1 : 0)),
    ),
  );
  return values.sort((a, b) => a - b);
}

function accuracy(probabilities: Float64Array): number {
  return (
    probabilities.reduce((right, p, i) => right + (p > 0.5 === (example.labels[i] === 1) ? 1 : 0), 0) / example.rows
  );
}

describe("generateExample()", () => {
  it("gives true probabilities whose ECE is what chance alone gives (400 draws)", () => {
    const chance = eceWhenTrue(example.trueProbability, 400);
    const observed = ece(example.trueProbability, example.labels);
    expect(observed).toBeGreaterThan(chance[Math.floor(0.025 * 400)]);
    expect(observed).toBeLessThan(chance[Math.floor(0.975 * 400)]);
  });

  it("gives scores whose ECE chance does not explain", () => {
    const chance = eceWhenTrue(example.scores, 400);
    expect(ece(example.scores, example.labels)).toBeGreaterThan(4 * chance[399]);
  });

  it("gives scores that are right more often than the base rate, and less often than the truth", () => {
    const fraud = example.labels.reduce((sum, label) => sum + label, 0) / example.rows;
    expect(fraud).toBeGreaterThan(0.2);
    expect(fraud).toBeLessThan(0.35);
    expect(accuracy(example.scores)).toBeGreaterThan(1 - fraud + 0.05);
    expect(accuracy(example.trueProbability)).toBeGreaterThan(accuracy(example.scores) + 0.03);
  });

  it("gives scores that are overconfident on both sides", () => {
    const side = (isHigh: boolean): number => {
      const rows = [...example.scores.keys()].filter((i) =>
        isHigh ? example.scores[i] > 0.8 : example.scores[i] < 0.2,
      );
      return rows.reduce((sum, i) => sum + example.scores[i] - example.labels[i], 0) / rows.length;
    };
    expect(side(true)).toBeGreaterThan(0.1);
    expect(side(false)).toBeLessThan(-0.05);
  });

  it("gives the same bytes each time and on each platform", () => {
    const csv = exampleCsv(example);
    expect(exampleCsv(generateExample())).toBe(csv);
    expect(createHash("sha256").update(csv).digest("hex")).toBe(
      "c3a94f41c27f8430d9324a367df75532d6985f1a79d2f364825a85304490b7d3",
    );
  });

  it("gives other payments for another seed", () => {
    const other = generateExample({ seed: 2, rows: 10 });
    expect([...other.scores]).not.toEqual([...example.scores.slice(0, 10)]);
  });

  it("covers twelve weeks in order and every region by its share", () => {
    expect([example.day[0], example.day[example.rows - 1]]).toEqual(["2026-01-05", "2026-03-29"]);
    expect(example.day).toEqual([...example.day].sort());
    for (const { name, share } of regions)
      expect(example.region.filter((region) => region === name).length / example.rows).toBeCloseTo(share, 1);
  });
});

describe("exampleCsv(example)", () => {
  it("is a header and one line per payment", () => {
    const lines = exampleCsv(example).split("\n");
    expect(lines[0]).toBe("score,label,region,day,true_probability");
    expect(lines).toHaveLength(example.rows + 2);
    expect(lines.at(-1)).toBe("");
    expect(lines[1]).toMatch(/^0\.\d{6},[01],[a-z]+,2026-01-05,0\.\d{6}$/);
  });
});

describe("drawPayment(random, options)", () => {
  it("draws fraud with the probability it states, to three standard errors", () => {
    const random = createRandom(5);
    const payments = Array.from({ length: 20_000 }, () => drawPayment(random, { day: 0, openRegions: 5 }));
    const surplus = payments.reduce((sum, { fraud, probability }) => sum + fraud - probability, 0);
    const variance = payments.reduce((sum, { probability: p }) => sum + p * (1 - p), 0);
    expect(Math.abs(surplus)).toBeLessThan(3 * Math.sqrt(variance));
  });

  it("knows only the open regions", () => {
    const random = createRandom(5);
    const seen = new Set(Array.from({ length: 2000 }, () => drawPayment(random, { day: 0, openRegions: 2 }).region));
    expect([...seen].sort()).toEqual([0, 1]);
  });

  it("draws more fraud once the wave has begun", () => {
    const at = (day: number): number => drawPayment(createRandom(5), { day, openRegions: 5 }).probability;
    expect(at(waveDay)).toBeGreaterThan(at(waveDay - 1));
    expect(at(waveDay - 1)).toBe(at(0));
  });
});

describe("trainNetwork(rows, outcomes, options)", () => {
  it("learns exclusive or, which no linear model can", () => {
    const rows = [Float64Array.of(0, 0), Float64Array.of(0, 1), Float64Array.of(1, 0), Float64Array.of(1, 1)];
    const network = trainNetwork(rows, [0, 1, 1, 0], { hidden: 4, epochs: 500, rate: 0.05, random: createRandom(3) });
    expect(rows.map((row) => Math.round(predict(network, row)))).toEqual([0, 1, 1, 0]);
  });
});
