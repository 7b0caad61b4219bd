import { describe, expect, it } from "vitest";
import {
  bettingUpper,
  clopperPearsonUpper,
  createRandom,
  hoeffdingBentkusUpper,
  hoeffdingUpper,
  maurerPontilUpper,
  type Random,
  sum,
} from "../../../src/index.ts";
import { expectAtMost } from "../within-band.ts";

const bounds: Record<string, (losses: Float64Array, failure: number) => number> = {
  hoeffdingUpper: (losses, failure) => hoeffdingUpper(sum(losses) / losses.length, losses.length, failure),
  hoeffdingBentkusUpper: (losses, failure) => hoeffdingBentkusUpper(sum(losses), losses.length, failure),
  maurerPontilUpper,
  bettingUpper,
};

/** Sum of `shape` exponentials: a gamma variable. */
function gamma(shape: number, random: Random): number {
  let product = 1;
  for (let i = 0; i < shape; i++) product *= 1 - random.uniform();
  return -Math.log(product);
}

const bernoulli = (mean: number) => ({
  name: `Bernoulli(${mean})`,
  mean,
  draw: (random: Random) => (random.uniform() < mean ? 1 : 0),
});

const laws = [
  bernoulli(0.02),
  bernoulli(0.1025),
  bernoulli(0.3025),
  {
    name: "Beta(2, 6)",
    mean: 0.25,
    draw: (random: Random) => {
      const first = gamma(2, random);
      return first / (first + gamma(6, random));
    },
  },
  { name: "0.05 or 0.9", mean: 0.05 + 0.85 * 0.08, draw: (random: Random) => (random.uniform() < 0.08 ? 0.9 : 0.05) },
];

describe("bounds of a mean loss", () => {
  for (const [name, upper] of Object.entries(bounds))
    it(`${name}(losses, failure) lies below the true mean in at most a share failure of 800 samples`, () => {
      let total = 0;
      for (const { name: law, mean, draw } of laws)
        for (const n of [20, 100, 400]) {
          const random = createRandom(n);
          const losses = new Float64Array(n);
          let violations = 0;
          for (let run = 0; run < 800; run++) {
            for (let i = 0; i < n; i++) losses[i] = draw(random);
            if (upper(losses, 0.1) < mean) violations++;
          }
          expectAtMost(violations, 800, 0.1, `${name}, ${law}, n = ${n}`);
          total += violations;
        }
      expect(total).toBeLessThan(0.08 * 800 * 15);
    });

  it("bettingUpper(losses, 0.1) keeps its promise for 200 and 1000 losses of Bernoulli(0.1025), 0.1 of all samples", () => {
    for (const n of [200, 1000]) {
      const random = createRandom(7);
      const losses = new Float64Array(n);
      let violations = 0;
      for (let run = 0; run < 2000; run++) {
        for (let i = 0; i < n; i++) losses[i] = random.uniform() < 0.1025 ? 1 : 0;
        if (bettingUpper(losses, 0.1) < 0.1025) violations++;
      }
      expect(violations).toBeGreaterThan(40);
      expectAtMost(violations, 2000, 0.1, `n = ${n}`);
    }
  });

  it("clopperPearsonUpper(errors, n, failure) lies below the true rate with a probability of at most failure, summed exactly", () => {
    for (const n of [20, 200, 1000])
      for (const rate of [0.02, 0.1025, 0.3025, 0.5]) {
        let violated = 0;
        let probability = (1 - rate) ** n;
        for (let errors = 0; errors <= n; errors++) {
          if (clopperPearsonUpper(errors, n, 0.1) < rate) violated += probability;
          probability *= ((n - errors) / (errors + 1)) * (rate / (1 - rate));
        }
        expect(violated).toBeLessThanOrEqual(0.1);
      }
  });
});
