import { describe, expect, it } from "vitest";
import { createRandom, randomFromState } from "../../src/random/random.ts";
import { shuffle } from "../../src/random/shuffle.ts";

const draws = (n: number, draw: () => number) => Array.from({ length: n }, draw);

describe("createRandom", () => {
  it("randomFromState([1, 2, 3, 4]) gives the published sequence of xoshiro128** 1.1", () => {
    const random = randomFromState([1, 2, 3, 4]);
    expect(draws(10, () => random.integer(2 ** 32))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it("createRandom(0) starts from the first two numbers of SplitMix64", () => {
    const expected = randomFromState([0x7b1dcdaf, 0xe220a839, 0xa1b965f4, 0x6e789e6a]);
    const random = createRandom(0);
    expect(draws(20, () => random.integer(2 ** 32))).toEqual(draws(20, () => expected.integer(2 ** 32)));
  });

  it("createRandom(seed) gives the same numbers for the same seed and others for another", () => {
    const take = (seed: number) => {
      const random = createRandom(seed);
      return draws(50, () => random.uniform() + random.normal() + random.integer(1000));
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(take(2 ** 53 - 1)).not.toEqual(take(0));
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53, Infinity])("createRandom(%s) refuses the seed", (seed) => {
    expect(() => createRandom(seed)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("Random", () => {
  it("uniform() stays in [0, 1), is a multiple of 2^-53 and has the moments of the uniform law", () => {
    const random = createRandom(1);
    const n = 200_000;
    let mean = 0;
    let square = 0;
    const counts = new Float64Array(16);
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      if (!(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53))) throw new Error(`draw ${u}`);
      mean += u / n;
      square += (u * u) / n;
      counts[Math.floor(u * 16)]++;
    }
    expect(Math.abs(mean - 1 / 2) / Math.sqrt(1 / 12 / n)).toBeLessThan(4);
    expect(Math.abs(square - 1 / 3) / Math.sqrt(4 / 45 / n)).toBeLessThan(4);
    const chiSquare = counts.reduce((total, count) => total + (count - n / 16) ** 2 / (n / 16), 0);
    expect(chiSquare).toBeLessThan(44.3);
  });

  it("uniform() fills its lowest bit evenly and without serial correlation", () => {
    const random = createRandom(2);
    const n = 100_000;
    let ones = 0;
    let agreements = 0;
    let previous = 0;
    for (let i = 0; i < n; i++) {
      const bit = (random.uniform() * 2 ** 53) % 2;
      ones += bit;
      agreements += bit === previous ? 1 : 0;
      previous = bit;
    }
    expect(Math.abs(ones - n / 2) / Math.sqrt(n / 4)).toBeLessThan(4);
    expect(Math.abs(agreements - n / 2) / Math.sqrt(n / 4)).toBeLessThan(4);
  });

  it("normal() has the moments and the tail of the standard normal law", () => {
    const random = createRandom(3);
    const n = 200_000;
    const moments = [0, 0, 0, 0];
    let beyond = 0;
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      for (let k = 0; k < 4; k++) moments[k] += z ** (k + 1) / n;
      if (Math.abs(z) > 1.959963984540054) beyond++;
    }
    expect(Math.abs(moments[0]) / Math.sqrt(1 / n)).toBeLessThan(4);
    expect(Math.abs(moments[1] - 1) / Math.sqrt(2 / n)).toBeLessThan(4);
    expect(Math.abs(moments[2]) / Math.sqrt(15 / n)).toBeLessThan(4);
    expect(Math.abs(moments[3] - 3) / Math.sqrt(96 / n)).toBeLessThan(4);
    expect(Math.abs(beyond - 0.05 * n) / Math.sqrt(0.05 * 0.95 * n)).toBeLessThan(4);
  });

  it.each([1, 2, 3, 7, 1000])("integer(%i) is even over its range", (below) => {
    const random = createRandom(4);
    const n = 50_000;
    const counts = new Float64Array(below);
    for (let i = 0; i < n; i++) counts[random.integer(below)]++;
    const share = n / below;
    const chiSquare = counts.reduce((total, count) => total + (count - share) ** 2 / share, 0);
    expect(chiSquare).toBeLessThanOrEqual(below - 1 + 5 * Math.sqrt(2 * (below - 1)) + 5);
    expect(counts.reduce((total, count) => total + count, 0)).toBe(n);
  });

  it("integer(below) is unbiased where a plain remainder would not be", () => {
    const random = createRandom(5);
    const below = 3 * 2 ** 30;
    const n = 40_000;
    let lower = 0;
    for (let i = 0; i < n; i++) if (random.integer(below) < 2 ** 30) lower++;
    expect(Math.abs(lower - n / 3) / Math.sqrt((n * 2) / 9)).toBeLessThan(4);
  });

  it("integer(below) reaches beyond 32 bits", () => {
    const random = createRandom(6);
    const values = draws(2000, () => random.integer(2 ** 53));
    expect(values.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(2 ** 52);
    expect(values.some((value) => value % 2 === 1)).toBe(true);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53 + 2])("integer(%s) refuses the bound", (below) => {
    expect(() => createRandom(1).integer(below)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });

  it("fork() is determined by the state, differs from its parent and from the next fork", () => {
    const family = () => {
      const parent = createRandom(9);
      const first = parent.fork();
      const second = parent.fork();
      return [parent, first, second, first.fork()].map((random) => draws(8, () => random.uniform()));
    };
    const streams = family();
    expect(family()).toEqual(streams);
    expect(new Set(streams.flat()).size).toBe(32);
  });

  it("fork() gives streams that are not correlated", () => {
    const parent = createRandom(10);
    const child = parent.fork();
    const n = 50_000;
    let product = 0;
    for (let i = 0; i < n; i++) product += parent.normal() * child.normal();
    expect(Math.abs(product) / Math.sqrt(n)).toBeLessThan(4);
  });
});

describe("shuffle", () => {
  it("shuffle(values, random) keeps the values, leaves its argument and the type alone", () => {
    const values = Int32Array.from({ length: 100 }, (_, i) => i);
    const shuffled = shuffle(values, createRandom(11));
    expect(shuffled).toBeInstanceOf(Int32Array);
    expect(shuffled).not.toEqual(values);
    expect(shuffled.slice().sort()).toEqual(values);
    expect(values[99]).toBe(99);
    expect(shuffle(new Float64Array(0), createRandom(1))).toEqual(new Float64Array(0));
  });

  it("shuffle(values, random) gives every order of three equally often", () => {
    const random = createRandom(12);
    const counts = new Map<string, number>();
    const n = 30_000;
    for (let i = 0; i < n; i++) {
      const key = shuffle(Uint8Array.of(1, 2, 3), random).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - n / 6) / Math.sqrt((n * 5) / 36)).toBeLessThan(4);
  });
});
