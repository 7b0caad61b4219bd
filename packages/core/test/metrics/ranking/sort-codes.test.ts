import { describe, expect, it } from "vitest";
import { argsort } from "../../../src/kernels/argsort.ts";
import { rankCodes } from "../../../src/metrics/ranking/rank-codes.ts";
import { sortCodes } from "../../../src/metrics/ranking/sort-codes.ts";
import { createRandom } from "../../../src/random/random.ts";

describe("rankCodes", () => {
  it("rankCodes(scores, outcomes, order) goes down from the highest score, ties in file order with a mark", () => {
    const scores = Float64Array.of(0.2, 0.9, 0.2, 0.5, 0.9, 0.2);
    const outcomes = Uint8Array.of(1, 0, 0, 1, 1, 0);
    expect(Array.from(rankCodes(scores, outcomes, argsort(scores)))).toEqual([0, 3, 1, 1, 2, 2]);
    expect(Array.from(rankCodes(scores, outcomes, argsort(scores), 1))).toEqual([1, 2, 0, 0, 3, 3]);
  });
});

describe("sortCodes", () => {
  const shapes: Record<string, (uniform: number, normal: number, i: number) => number> = {
    "uniform scores": (u) => u,
    "scores of any sign and size": (_, z) => z * 1e6,
    "scores packed near 1": (_, z) => 1 / (1 + Math.exp(-20 - 5 * z)),
    "scores of very different size": (_, z) => Math.exp(100 * z),
    "a thousand distinct scores": (u) => Math.round(u * 1000) / 1000,
    "ten distinct scores": (u) => Math.floor(u * 10) / 10,
    "neighbouring doubles": (u) => 0.9 + Math.floor(u * 8) * 2 ** -53,
    "pairs of equal scores": (_, __, i) => ((i % 4000) * 7919) % 4001,
    "one score": () => 0.5,
    "zeros of either sign": (u) => (u < 0.5 ? -0 : 0),
  };
  for (const [name, shape] of Object.entries(shapes))
    it(`sortCodes(scores, outcomes) gives the bytes of rankCodes for ${name}`, () => {
      const random = createRandom(23);
      const scores = Float64Array.from({ length: 8000 }, (_, i) => shape(random.uniform(), random.normal(), i));
      const outcomes = Uint8Array.from(scores, () => (random.uniform() < 0.4 ? 1 : 0));
      for (const flip of [0, 1] as const)
        expect(sortCodes(scores, outcomes, flip)).toEqual(rankCodes(scores, outcomes, argsort(scores), flip));
      const few = scores.subarray(0, 100);
      expect(sortCodes(few, outcomes.subarray(0, 100))).toEqual(
        rankCodes(few, outcomes.subarray(0, 100), argsort(few)),
      );
    });
});
