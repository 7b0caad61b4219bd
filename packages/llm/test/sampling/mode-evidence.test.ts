import { createRandom, regularizedBeta } from "@candor/core";
import { describe, expect, it } from "vitest";
import { anytimeInterval, logModeEvidence, logWealth, shareOfRank } from "../../src/sampling/mode-evidence.ts";
import { decidedBy, fewestToDecide, leaderOf, type Vote, type VoteRule, withAnswer } from "../../src/sampling/vote.ts";

const EMPTY: Vote = { history: [], counts: [] };

/** The chance of at least so many successes, which must not be below 0.001 where a promise holds. */
function chanceOfAtLeast(count: number, n: number, probability: number): number {
  return count === 0 ? 1 : regularizedBeta(probability, count, n - count + 1);
}

function drawFrom(probabilities: readonly number[], uniform: number): number {
  let rest = uniform;
  for (let i = 0; i < probabilities.length; i++) {
    rest -= probabilities[i] ?? 0;
    if (rest < 0) return i;
  }
  return probabilities.length - 1;
}

/** Samples until decided; the model's likeliest answer is number 0. */
function simulate(probabilities: readonly number[], budget: number, rule: VoteRule, seed: number, runs: number) {
  const random = createRandom(seed);
  let [wrong, certified, asked] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const groupOf = new Map<number, number>();
    let vote = EMPTY;
    for (let i = 0; i < budget; i++) {
      const answer = drawFrom(probabilities, random.uniform());
      const group = groupOf.get(answer) ?? groupOf.size;
      groupOf.set(answer, group);
      vote = withAnswer(vote, group);
      asked++;
      if (decidedBy(vote, budget - i - 1, rule) === null) continue;
      certified++;
      if (leaderOf(vote) !== groupOf.get(0)) wrong++;
      break;
    }
  }
  return { wrong, certified, mean: asked / runs };
}

function unanimous(count: number): Vote {
  let vote = EMPTY;
  for (let i = 0; i < count; i++) vote = withAnswer(vote, 0);
  return vote;
}

describe("logModeEvidence and decidedBy", () => {
  it("logWealth(wins, losses) breaks even at a fair coin: its mean over all outcomes of n draws is 1", () => {
    for (const n of [1, 2, 5, 12, 30]) {
      let mean = 0;
      let ways = 1;
      for (let wins = 0; wins <= n; wins++) {
        mean += ways * 2 ** -n * Math.exp(logWealth(wins, n - wins));
        ways = (ways * (n - wins)) / (wins + 1);
      }
      expect(mean).toBeCloseTo(1, 12);
    }
  });
  it("logWealth(wins, losses) is a martingale at a fair coin: the mean of the next two is the last", () => {
    for (const [wins, losses] of [
      [0, 0],
      [3, 0],
      [3, 1],
      [7, 5],
    ] as const) {
      const mean = (Math.exp(logWealth(wins + 1, losses)) + Math.exp(logWealth(wins, losses + 1))) / 2;
      expect(mean / Math.exp(logWealth(wins, losses))).toBeCloseTo(1, 12);
    }
  });
  it("shareOfRank(rank) sums to 1 over all ranks", () => {
    let sum = 0;
    for (let rank = 0; rank < 60; rank++) sum += shareOfRank(rank);
    expect(sum).toBeCloseTo(1, 12);
  });
  it("logModeEvidence(history, group) starts after the first appearance and takes the strongest rival", () => {
    expect(logModeEvidence([0, 1, 0, 0, 2, 1], 0)).toBeCloseTo(Math.log(0.8) + logWealth(2, 2), 12);
    expect(logModeEvidence([0, 1, 0, 0], 1)).toBeCloseTo(Math.log(0.1) + logWealth(0, 2), 12);
    expect(logModeEvidence([0], 3)).toBe(-Infinity);
  });
  it("decidedBy(unanimous) settles 5 calls at 3, and certifies at 5 for level 0.9 and 6 for 0.95", () => {
    const first = (budget: number, level: number, stopWhen: VoteRule["stopWhen"]): number => {
      for (let n = 1; n <= budget; n++)
        if (decidedBy(unanimous(n), budget - n, { stopWhen, level, minSamples: 2 }) !== null) return n;
      return Infinity;
    };
    expect([first(5, 0.9, "either"), first(5, 0.95, "either"), first(5, 0.95, "settled")]).toEqual([3, 3, 3]);
    expect([first(40, 0.8, "certified"), first(40, 0.9, "certified"), first(40, 0.95, "certified")]).toEqual([4, 5, 6]);
    expect([first(40, 0.9, "either"), first(40, 0.95, "either")]).toEqual([5, 6]);
  });
  it("decidedBy(vote) settles only what no later answer could change", () => {
    const rule: VoteRule = { stopWhen: "settled", level: 0.95, minSamples: 1 };
    const vote = [0, 0, 1].reduce(withAnswer, EMPTY);
    expect([decidedBy(vote, 1, rule), decidedBy(vote, 0, rule), decidedBy(EMPTY, 0, rule)]).toEqual([
      null,
      "settled",
      null,
    ]);
  });
  it("fewestToDecide(vote, remaining) is what unanimous answers would need", () => {
    const rule: VoteRule = { stopWhen: "either", level: 0.95, minSamples: 2 };
    expect(fewestToDecide(EMPTY, 5, rule)).toBe(3);
    expect(fewestToDecide(unanimous(2), 3, rule)).toBe(1);
    expect(fewestToDecide(EMPTY, 40, rule)).toBe(6);
    expect(fewestToDecide([0, 1].reduce(withAnswer, EMPTY), 1, rule)).toBe(1);
  });
  for (const level of [0.9, 0.95])
    it(`decidedBy(vote) certifies an answer that is not the likeliest at most ${((1 - level) * 100).toFixed(0)} % of the time`, () => {
      const runs = 600;
      const models: readonly (readonly number[])[] = [
        [0.501, 0.499],
        [0.335, 0.333, 0.332],
        Array.from({ length: 10 }, (_, i) => 0.1 + (4.5 - i) * 1e-4),
        [0.3, 0.29, ...Array.from({ length: 41 }, () => 0.01)],
        [0.55, 0.45],
      ];
      models.forEach((model, i) => {
        const { wrong } = simulate(model, 40, { stopWhen: "certified", level, minSamples: 1 }, 17 + i, runs);
        expect(chanceOfAtLeast(wrong, runs, 1 - level)).toBeGreaterThan(0.001);
      });
    });
  it("a posterior above 0.95 looked at after every answer stops wrongly far more often than 5 % of the time, decidedBy does not", () => {
    const random = createRandom(1);
    let wrong = 0;
    for (let run = 0; run < 1000; run++) {
      const counts = [0, 0];
      for (let i = 0; i < 40; i++) {
        counts[random.uniform() < 0.501 ? 0 : 1]! += 1;
        const [first = 0, second = 0] = counts;
        const posterior = 1 - regularizedBeta(0.5, Math.max(first, second) + 1, Math.min(first, second) + 1);
        if (posterior <= 0.95) continue;
        if (second > first) wrong++;
        break;
      }
    }
    expect(wrong / 1000).toBeGreaterThan(0.15);
    const { wrong: ours } = simulate(
      [0.501, 0.499],
      40,
      { stopWhen: "certified", level: 0.95, minSamples: 1 },
      1,
      1000,
    );
    expect(ours / 1000).toBeLessThan(0.05);
  });
  it("decidedBy(vote) uses its budget where it matters: few answers when sure, more when torn", () => {
    const rule: VoteRule = { stopWhen: "either", level: 0.95, minSamples: 2 };
    const sure = simulate([0.98, 0.02], 5, rule, 3, 2000);
    const torn = simulate([0.5, 0.3, 0.2], 5, rule, 4, 2000);
    expect(sure.mean).toBeGreaterThan(3);
    expect(sure.mean).toBeLessThan(3.1);
    expect(torn.mean).toBeGreaterThan(4);
  });
  it("decidedBy(vote) with settled gives the very answer of the whole budget", () => {
    const random = createRandom(9);
    const rule: VoteRule = { stopWhen: "settled", level: 0.95, minSamples: 1 };
    for (let run = 0; run < 500; run++) {
      let vote = EMPTY;
      let early: number | null = null;
      for (let i = 0; i < 9; i++) {
        vote = withAnswer(vote, Math.min(vote.counts.length, random.integer(3)));
        if (early === null && decidedBy(vote, 8 - i, rule) !== null) early = leaderOf(vote);
      }
      if (early !== null) expect(leaderOf(vote)).toBe(early);
    }
  });
});

describe("anytimeInterval", () => {
  it("anytimeInterval(history, group, level) inverts the mixture: 4 of 4 after the first", () => {
    const interval = anytimeInterval([0, 0, 0, 0, 0], 0, 0.95);
    expect(interval?.lower).toBeCloseTo(((0.05 * 0.8) / 5) ** 0.25, 12);
    expect(interval?.upper).toBe(1);
    expect(anytimeInterval([0], 0, 0.95)).toBeNull();
    expect(anytimeInterval([0, 1, 1], 0, 0.95)?.lower).toBe(0);
  });
  it("anytimeInterval(history, leader, 0.9) misses the truth at most 10 % of the time at the worst moment to look", () => {
    const random = createRandom(31);
    const model = [0.4, 0.35, 0.25];
    const runs = 200;
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const names: number[] = [];
      let vote = EMPTY;
      for (let i = 0; i < 30; i++) {
        const answer = drawFrom(model, random.uniform());
        if (!names.includes(answer)) names.push(answer);
        vote = withAnswer(vote, names.indexOf(answer));
        const leader = leaderOf(vote) ?? 0;
        const interval = anytimeInterval(vote.history, leader, 0.9);
        const truth = model[names[leader] ?? 0] ?? 0;
        if (interval !== null && (truth < interval.lower || truth > interval.upper)) {
          missed++;
          break;
        }
      }
    }
    expect(chanceOfAtLeast(missed, runs, 0.1)).toBeGreaterThan(0.001);
  });
});
