import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decomposeEntropy } from "../../src/ensembles/decompose-entropy.ts";
import { decomposeVariance } from "../../src/ensembles/decompose-variance.ts";
import { pairwiseDisagreement } from "../../src/ensembles/disagreement.ts";
import { fewMemberInformation } from "../../src/ensembles/few-member-information.ts";
import { type Members, membersFromLogits, membersFromMatrices, membersOf } from "../../src/ensembles/members.ts";
import { expectedPairwiseKl, maximumConsensusKl } from "../../src/ensembles/pairwise-kl.ts";
import { predictiveMean } from "../../src/ensembles/predictive-mean.ts";
import { selectMemberRows, selectMembers } from "../../src/ensembles/select-members.ts";
import { meanVariationRatio, voteVariationRatio } from "../../src/ensembles/variation-ratio.ts";
import { voteEntropy } from "../../src/ensembles/vote-entropy.ts";
import { matrixFromRows } from "../../src/matrix.ts";
import { createRandom } from "../../src/random/random.ts";

/** One row per ensemble: `rows[m]` is what member m says. */
function oneRow(...rows: readonly (readonly number[])[]): Members {
  return membersOf(Float64Array.from(rows.flat()), rows.length, 1, rows[0].length);
}

/** Ensembles with nearly equal members, certain members and zeros among them. */
const ensembles = fc
  .record({
    members: fc.integer({ min: 2, max: 6 }),
    rows: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 2, max: 5 }),
    scale: fc.constantFrom(1e-9, 1e-3, 1, 5, 60),
    seed: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 120, maxLength: 120 }),
    zeros: fc.boolean(),
  })
  .map(({ members, rows, classes, scale, seed, zeros }) => {
    const logits = Float64Array.from({ length: members * rows * classes }, (_, j) =>
      zeros && j % 7 === 3 ? -Infinity : seed[j] * scale,
    );
    return membersFromLogits(logits, members, rows, classes);
  });

const weighted = fc.tuple(
  ensembles,
  fc.option(fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 6, maxLength: 6 })),
);

const optionsOf = (members: Members, weights: readonly number[] | null) =>
  weights === null ? {} : { memberWeights: Float64Array.from(weights.slice(0, members.members)) };

describe("the split of uncertainty", () => {
  it("decomposeEntropy(members) of opposite certain members is ln 2, all of it epistemic", () => {
    const { total, aleatoric, epistemic } = decomposeEntropy(oneRow([1, 0], [0, 1]));
    expect(total[0]).toBeCloseTo(Math.LN2, 15);
    expect(aleatoric[0]).toBe(0);
    expect(epistemic[0]).toBeCloseTo(Math.LN2, 15);
  });

  it("decomposeEntropy(members) of members that agree on even odds is ln 2, all of it aleatoric", () => {
    const { total, aleatoric, epistemic } = decomposeEntropy(oneRow([0.5, 0.5], [0.5, 0.5], [0.5, 0.5]));
    expect(total[0]).toBeCloseTo(Math.LN2, 15);
    expect(aleatoric[0]).toBeCloseTo(Math.LN2, 15);
    expect(epistemic[0]).toBe(0);
  });

  it("decomposeEntropy(members) and decomposeVariance(members) add up to 1e-12, with weights and with zeros", () => {
    fc.assert(
      fc.property(weighted, ([members, weights]) => {
        const options = optionsOf(members, weights);
        for (const parts of [decomposeEntropy(members, options), decomposeVariance(members, options)])
          for (let i = 0; i < members.rows; i++) {
            expect(Math.abs(parts.total[i] - parts.aleatoric[i] - parts.epistemic[i])).toBeLessThanOrEqual(1e-12);
            for (const part of [parts.total, parts.aleatoric, parts.epistemic])
              expect(part[i]).toBeGreaterThanOrEqual(0);
          }
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  it("decomposeEntropy(members, { memberWeights }) of weight 2 equals the member twice, of weight 0 its absence", () => {
    const a = [0.7, 0.2, 0.1];
    const b = [0.1, 0.5, 0.4];
    const c = [0.3, 0.3, 0.4];
    const twice = decomposeEntropy(oneRow(a, a, b));
    const heavy = decomposeEntropy(oneRow(a, b, c), { memberWeights: Float64Array.of(2, 1, 0) });
    expect(heavy.epistemic[0]).toBeCloseTo(twice.epistemic[0], 14);
    expect(heavy.total[0]).toBeCloseTo(twice.total[0], 14);
    const variance = decomposeVariance(oneRow(a, b, c), { memberWeights: Float64Array.of(2, 1, 0) });
    expect(variance.epistemic[0]).toBeCloseTo(decomposeVariance(oneRow(a, a, b)).epistemic[0], 15);
  });

  it("decomposeEntropy(members) keeps the digits of a disagreement of 1e-9", () => {
    const d = 1e-9;
    const { epistemic } = decomposeEntropy(oneRow([0.5 + d, 0.5 - d], [0.5 - d, 0.5 + d]));
    expect(Math.abs(epistemic[0] / (2 * d * d) - 1)).toBeLessThan(1e-6);
  });

  it("decomposeEntropy(members) refuses one member, and one with all of the weight", () => {
    const refused = expect.objectContaining({
      code: "too-few",
      message: expect.stringContaining("at least 2 members"),
    });
    expect(() => decomposeEntropy(oneRow([0.5, 0.5]))).toThrow(refused);
    expect(() => decomposeVariance(oneRow([0.5, 0.5], [1, 0]), { memberWeights: Float64Array.of(1, 0) })).toThrow(
      refused,
    );
  });

  it("fewMemberInformation(members) is nearer to the information of many members than the plain one", () => {
    const random = createRandom(1);
    const draws = Array.from({ length: 4000 }, () => 0.5 + 0.4 * Math.sin(2 * Math.PI * random.uniform()));
    const pair = (p: number) => [p, 1 - p];
    const truth = decomposeEntropy(oneRow(...draws.map(pair))).epistemic[0];
    let plain = 0;
    let corrected = 0;
    for (let s = 0; s < 1000; s++) {
      const few = oneRow(...draws.slice(4 * s, 4 * s + 4).map(pair));
      plain += decomposeEntropy(few).epistemic[0] / 1000;
      corrected += fewMemberInformation(few)[0] / 1000;
    }
    expect(Math.abs(corrected - truth)).toBeLessThan(Math.abs(plain - truth) / 4);
  });
});

describe("disagreement of members", () => {
  it("pairwiseDisagreement(members) of votes 2 : 1 is 2/3", () => {
    const members = oneRow([0.9, 0.1], [0.8, 0.2], [0.3, 0.7]);
    expect(pairwiseDisagreement(members)[0]).toBeCloseTo(2 / 3, 15);
    expect(voteVariationRatio(members)[0]).toBeCloseTo(1 / 3, 15);
    expect(meanVariationRatio(members)[0]).toBeCloseTo(1 - 2 / 3, 15);
    expect(voteEntropy(members)[0]).toBeCloseTo(Math.log(3) - (2 / 3) * Math.log(2), 15);
  });

  it("expectedPairwiseKl(members) is the mean over all ordered pairs, themselves included", () => {
    const p = [0.6, 0.3, 0.1];
    const q = [0.2, 0.5, 0.3];
    const kl = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * Math.log(x / b[k]), 0);
    const members = oneRow(p, q);
    expect(expectedPairwiseKl(members)[0]).toBeCloseTo((kl(p, q) + kl(q, p)) / 4, 14);
    expect(expectedPairwiseKl(members, { pairs: "distinct" })[0]).toBeCloseTo((kl(p, q) + kl(q, p)) / 2, 14);
    const mean = p.map((x, k) => (x + q[k]) / 2);
    expect(maximumConsensusKl(members)[0]).toBeCloseTo(Math.max(kl(p, mean), kl(q, mean)), 14);
  });

  it("expectedPairwiseKl(members) is infinite where a class is ruled out by one member only, and finite with a clip", () => {
    const members = oneRow([1, 0], [0.5, 0.5]);
    expect(expectedPairwiseKl(members)[0]).toBe(Infinity);
    const clipped = expectedPairwiseKl(members, { clip: 1e-12 })[0];
    expect(clipped).toBeCloseTo(-Math.log(1e-12) / 8, 13);
    expect(expectedPairwiseKl(oneRow([1, 0], [1, 0]))[0]).toBe(0);
  });

  it("expectedPairwiseKl(members) is at least the mutual information", () => {
    fc.assert(
      fc.property(weighted, ([members, weights]) => {
        const options = optionsOf(members, weights);
        const { epistemic } = decomposeEntropy(members, options);
        const kl = expectedPairwiseKl(members, options);
        const most = maximumConsensusKl(members, options);
        for (let i = 0; i < members.rows; i++) {
          expect(kl[i]).toBeGreaterThanOrEqual(epistemic[i] * (1 - 1e-9));
          expect(most[i]).toBeGreaterThanOrEqual(epistemic[i] * (1 - 1e-9));
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  it("pairwiseDisagreement(members, { memberWeights }) lets a weight of 0 not vote", () => {
    const members = oneRow([1, 0], [1, 0], [0, 1]);
    const memberWeights = Float64Array.of(1, 1, 0);
    expect(pairwiseDisagreement(members, { memberWeights })[0]).toBe(0);
    expect(voteVariationRatio(members, { memberWeights })[0]).toBe(0);
  });
});

describe("members", () => {
  it("membersOf(data, …) divides rows by sums that rounding left off 1", () => {
    const members = membersOf(Float64Array.of(0.3001, 0.7, 0.5, 0.5), 2, 1, 2);
    expect(members.data[0]).toBeCloseTo(0.3001 / 1.0001, 15);
    expect(predictiveMean(members).data[0] + predictiveMean(members).data[1]).toBeCloseTo(1, 15);
  });

  it("membersOf(data, …) names the member and the row of what is no probability", () => {
    expect(() => membersOf(Float64Array.of(0.3, 0.7, 0.5, 0.5, 0.2, 0.7, 0.5, 0.5), 2, 2, 2)).toThrow(
      expect.objectContaining({
        code: "not-normalised",
        index: 0,
        message: expect.stringContaining("member 1, row 0"),
      }),
    );
    expect(() => membersOf(Float64Array.of(0.3, 0.7, 1.5, -0.5), 2, 1, 2)).toThrow(
      expect.objectContaining({ code: "out-of-range", message: expect.stringContaining("member 1, row 0, class 0") }),
    );
    expect(() => membersOf(Float64Array.of(0.3, Number.NaN), 1, 1, 2)).toThrow(
      expect.objectContaining({ code: "not-finite" }),
    );
    expect(() => membersOf(new Float64Array(7), 2, 2, 2)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => membersOf(new Float64Array(0), 0, 2, 2)).toThrow(expect.objectContaining({ code: "empty" }));
  });

  it("membersFromMatrices(matrices) names a member of another shape", () => {
    const wide = matrixFromRows([[0.5, 0.3, 0.2]]);
    expect(() => membersFromMatrices([matrixFromRows([[0.5, 0.5]]), wide])).toThrow(
      expect.objectContaining({ code: "shape-mismatch", index: 1, message: expect.stringContaining("1 × 3") }),
    );
  });

  it("membersFromLogits(logits, …) names the member of a logit that is not finite", () => {
    expect(() => membersFromLogits(Float64Array.of(0, 1, 0, Number.NaN), 2, 1, 2)).toThrow(
      expect.objectContaining({ code: "not-finite", message: expect.stringContaining("member 1") }),
    );
  });

  it("predictiveMean(members, { memberWeights }) names a bad weight", () => {
    const members = oneRow([0.5, 0.5], [0.5, 0.5]);
    for (const weights of [
      [1, -1],
      [1, Number.NaN],
    ])
      expect(() => predictiveMean(members, { memberWeights: Float64Array.from(weights) })).toThrow(
        expect.objectContaining({ index: 1 }),
      );
    expect(() => predictiveMean(members, { memberWeights: Float64Array.of(1) })).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => predictiveMean(members, { memberWeights: Float64Array.of(0, 0) })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });

  it("selectMembers(members, picked) and selectMemberRows keep what they name", () => {
    const members = membersOf(Float64Array.of(1, 0, 0, 1, 0.5, 0.5, 0.2, 0.8), 2, 2, 2);
    expect([...selectMembers(members, Int32Array.of(1)).data]).toEqual([0.5, 0.5, 0.2, 0.8]);
    expect([...selectMemberRows(members, Int32Array.of(1)).data]).toEqual([0, 1, 0.2, 0.8]);
    expect(() => selectMembers(members, Int32Array.of(2))).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => selectMemberRows(members, Int32Array.of())).toThrow(expect.objectContaining({ code: "empty" }));
  });
});
