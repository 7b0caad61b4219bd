import {
  bettingPValue,
  bettingUpper,
  binomialPValue,
  clopperPearson,
  clopperPearsonUpper,
  hoeffdingBentkusPValue,
  hoeffdingBentkusUpper,
  hoeffdingPValue,
  hoeffdingUpper,
  maurerPontilPValue,
  maurerPontilUpper,
  type Random,
  sum,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

/** Losses in [0, bound] with a known mean. */
interface Population {
  readonly name: string;
  readonly bound: number;
  readonly binary: boolean;
  readonly mean: number;
  draw(random: Random): number;
}

const bernoulli: Population = {
  name: "0 or 1, 1 in 10",
  bound: 1,
  binary: true,
  mean: 0.1,
  draw: (random) => (random.uniform() < 0.1 ? 1 : 0),
};

/** The second smallest of seven uniform numbers. */
const beta: Population = {
  name: "Beta(2, 6)",
  bound: 1,
  binary: false,
  mean: 0.25,
  draw(random) {
    let first = 1;
    let second = 1;
    for (let i = 0; i < 7; i++) {
      const u = random.uniform();
      if (u < first) {
        second = first;
        first = u;
      } else if (u < second) second = u;
    }
    return second;
  },
};

const twoPoints: Population = {
  name: "0.3, or rarely 3, of at most 3",
  bound: 3,
  binary: false,
  mean: 0.98 * 0.3 + 0.02 * 3,
  draw: (random) => (random.uniform() < 0.02 ? 3 : 0.3),
};

interface Bound {
  readonly name: string;
  readonly source: string;
  /** Microseconds per loss for all five failures. */
  readonly perRow: number;
  upper(losses: Float64Array, failure: number, population: Population): number;
  pValue(losses: Float64Array, failure: number, population: Population): number;
}

const exact: Bound = {
  name: "Clopper–Pearson",
  source: "clopperPearsonUpper, binomialPValue",
  perRow: 0.1,
  upper: (losses, failure) => clopperPearsonUpper(sum(losses), losses.length, failure),
  pValue: (losses, _, { mean }) => binomialPValue(sum(losses), losses.length, mean),
};

const general: readonly Bound[] = [
  {
    name: "Hoeffding",
    source: "hoeffdingUpper, hoeffdingPValue",
    perRow: 0.15,
    upper: (losses, failure, { bound }) =>
      hoeffdingUpper(Math.min(bound, sum(losses) / losses.length), losses.length, failure, { bound }),
    pValue: (losses, _, { bound, mean }) =>
      hoeffdingPValue(Math.min(bound, sum(losses) / losses.length), losses.length, mean, { bound }),
  },
  {
    name: "Hoeffding–Bentkus",
    source: "hoeffdingBentkusUpper, hoeffdingBentkusPValue",
    perRow: 0.15,
    upper: (losses, failure, { bound, binary }) =>
      hoeffdingBentkusUpper(sum(losses), losses.length, failure, { bound, binary }),
    pValue: (losses, _, { bound, binary, mean }) =>
      hoeffdingBentkusPValue(sum(losses), losses.length, mean, { bound, binary }),
  },
  {
    name: "Maurer–Pontil",
    source: "maurerPontilUpper, maurerPontilPValue",
    perRow: 0.2,
    upper: (losses, failure, { bound }) => maurerPontilUpper(losses, failure, { bound }),
    pValue: (losses, _, { bound, mean }) => maurerPontilPValue(losses, mean, { bound }),
  },
  {
    name: "betting",
    source: "bettingUpper, bettingPValue",
    perRow: 0.5,
    upper: (losses, failure, { bound }) => bettingUpper(losses, failure, { bound }),
    pValue: (losses, failure, { bound, mean }) => bettingPValue(losses, mean, failure, { bound }),
  },
];

/** The bound lies below the mean, or the p-value of the true mean is at or below the failure. */
const guarantee = (bound: Bound, population: Population): Guarantee => ({
  name: `${bound.name}, losses ${population.name}`,
  source: bound.source,
  event: "a bound below the true mean, or a p-value of it at or below the allowed failure",
  promise: "at most",
  cost: (n) => 25 + bound.perRow * n,
  draw(n, random) {
    const losses = Float64Array.from({ length: n }, () => population.draw(random));
    return (failure) =>
      bound.upper(losses, failure, population) < population.mean ||
      bound.pValue(losses, failure, population) <= failure;
  },
});

/** Both ends at once. */
const interval = (share: number): Guarantee => ({
  name: `Clopper–Pearson interval of a share of ${share}`,
  source: "clopperPearson",
  event: "an interval without the true share",
  promise: "at most",
  cost: (n) => 60 + 0.02 * n,
  draw(n, random) {
    let hits = 0;
    for (let i = 0; i < n; i++) if (random.uniform() < share) hits++;
    return (failure) => {
      const { lower, upper } = clopperPearson(hits, n, levelOf(failure));
      return share < lower || share > upper;
    };
  },
});

export const bounds: Family = {
  name: "Bounds of a mean loss",
  guarantees: [
    guarantee(exact, bernoulli),
    ...general.flatMap((bound) => [bernoulli, beta, twoPoints].map((population) => guarantee(bound, population))),
    interval(0.1),
    interval(0.003),
  ],
};
