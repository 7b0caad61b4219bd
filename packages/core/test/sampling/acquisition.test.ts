import { describe, expect, it } from "vitest";
import {
  acquisitionScores,
  badge,
  batchBald,
  coverByClusters,
  coverByDistance,
  createRandom,
  matrixFromRows,
  membersFromMatrices,
} from "../../src/index.ts";

const probabilities = matrixFromRows([
  [0.1, 0.85, 0.05],
  [0.6, 0.3, 0.1],
  [0.39, 0.61, 0],
]);

/** Three learners on four instances, as in modAL's description of committees (Settles 2009, section 3.2). */
const members = membersFromMatrices([
  matrixFromRows([
    [0.8, 0.1, 0.1],
    [0.3, 0.7, 0],
    [1, 0, 0],
    [0.2, 0.2, 0.6],
  ]),
  matrixFromRows([
    [0.4, 0.6, 0],
    [0.4, 0.6, 0],
    [0.3, 0.3, 0.4],
    [0.1, 0.5, 0.4],
  ]),
  matrixFromRows([
    [0.1, 0.7, 0.2],
    [0.3, 0.2, 0.5],
    [0.7, 0.2, 0.1],
    [0.5, 0.25, 0.25],
  ]),
]);

const h = (...p: number[]): number => p.reduce((sum, x) => (x > 0 ? sum - x * Math.log(x) : sum), 0);

describe("acquisitionScores", () => {
  it("acquisitionScores(name, { probabilities }) of the example of modAL's documentation", () => {
    const close = (name: "least-confidence" | "margin" | "entropy", expected: number[]): void => {
      acquisitionScores(name, { probabilities }).forEach((x, i) => {
        expect(x).toBeCloseTo(expected[i], 7);
      });
    };
    close("least-confidence", [0.15, 0.4, 0.39]);
    close("margin", [1 - 0.75, 1 - 0.3, 1 - 0.22]);
    close("entropy", [0.5181862, 0.8979457, 0.6687481]);
  });

  it("acquisitionScores(name, { members }) of a committee", () => {
    const mean = [1.3 / 3, 1.4 / 3, 0.3 / 3];
    expect(acquisitionScores("vote-entropy", { members })[0]).toBeCloseTo(h(1 / 3, 2 / 3), 12);
    expect(acquisitionScores("consensus-entropy", { members })[0]).toBeCloseTo(h(...mean), 12);
    const ee = (h(0.8, 0.1, 0.1) + h(0.4, 0.6) + h(0.1, 0.7, 0.2)) / 3;
    expect(acquisitionScores("bald", { members })[0]).toBeCloseTo(h(...mean) - ee, 12);
    const kl = (p: number[]): number => p.reduce((sum, x, k) => (x > 0 ? sum + x * Math.log(x / mean[k]) : sum), 0);
    const most = Math.max(kl([0.8, 0.1, 0.1]), kl([0.4, 0.6, 0]), kl([0.1, 0.7, 0.2]));
    expect(acquisitionScores("max-disagreement", { members })[0]).toBeCloseTo(most, 12);
  });

  it("acquisitionScores(name, evidence) says which evidence is missing", () => {
    expect(() => acquisitionScores("bald", { probabilities })).toThrow("bald needs members, got none");
    expect(() => acquisitionScores("margin", { members })).toThrow("margin needs a probability per class, got none");
  });
});

/** Mutual information of the joint labels of some rows, over every combination. */
function information(rows: readonly number[]): number {
  const { data, members: width, rows: n, classes } = members;
  const p = (m: number, i: number, k: number): number => data[(m * n + i) * classes + k];
  let joint = 0;
  for (let s = 0; s < classes ** rows.length; s++) {
    let mean = 0;
    for (let m = 0; m < width; m++) {
      let product = 1;
      for (let j = 0, rest = s; j < rows.length; j++, rest = Math.floor(rest / classes))
        product *= p(m, rows[j], rest % classes);
      mean += product / width;
    }
    joint += mean > 0 ? -mean * Math.log(mean) : 0;
  }
  let conditional = 0;
  for (const i of rows)
    for (let m = 0; m < width; m++)
      for (let k = 0; k < classes; k++)
        conditional += p(m, i, k) > 0 ? (-p(m, i, k) * Math.log(p(m, i, k))) / width : 0;
  return joint - conditional;
}

describe("batchBald", () => {
  it("batchBald(members, { count }) is greedy on the joint information, exactly", () => {
    const chosen: number[] = [];
    const { rows, information: found, exact } = batchBald(members, { count: 4, random: createRandom(1) });
    expect(exact).toBe(4);
    for (let step = 0; step < 4; step++) {
      const left = [0, 1, 2, 3].filter((i) => !chosen.includes(i));
      const best = left.reduce((a, b) => (information([...chosen, b]) > information([...chosen, a]) + 1e-12 ? b : a));
      expect(rows[step]).toBe(best);
      chosen.push(best);
      expect(found[step]).toBeCloseTo(information(chosen), 12);
    }
  });

  it("batchBald(members, { mostExact: 1 }) comes close by draws, and the same seed gives the same rows", () => {
    const options = { count: 3, mostExact: 1, draws: 20_000 };
    const one = batchBald(members, { ...options, random: createRandom(7) });
    expect(one.exact).toBe(1);
    expect(one.information[2]).toBeCloseTo(information(Array.from(one.rows)), 1);
    expect(batchBald(members, { ...options, random: createRandom(7) })).toEqual(one);
  });

  it("batchBald(members, options) does not choose the same question twice where BALD would", () => {
    const sure = [0.5, 0.5];
    const twins = membersFromMatrices([
      matrixFromRows([[1, 0], [1, 0], [0.8, 0.2], sure]),
      matrixFromRows([[0, 1], [0, 1], [0.8, 0.2], sure]),
      matrixFromRows([[1, 0], [1, 0], [0.1, 0.9], sure]),
    ]);
    const scores = acquisitionScores("bald", { members: twins });
    expect(scores[1]).toBeGreaterThan(scores[2]);
    expect(Array.from(batchBald(twins, { count: 2, random: createRandom(1) }).rows)).toEqual([0, 2]);
  });

  it("batchBald(members, { count }) refuses more than there are", () => {
    expect(() => batchBald(members, { count: 5, random: createRandom(1) })).toThrow(
      "count must be a whole number in [1, 4], got 5",
    );
  });
});

const line = matrixFromRows([[0], [1], [2], [10], [11], [30]]);

describe("coverByDistance, coverByClusters and badge", () => {
  it("coverByDistance(features, { count }) takes the farthest row again and again", () => {
    expect(Array.from(coverByDistance(line, { count: 4 }))).toEqual([5, 0, 4, 2]);
    expect(Array.from(coverByDistance(line, { count: 2, labelled: Int32Array.of(5) }))).toEqual([0, 4]);
  });

  it("coverByClusters(features, { count, random }) finds every far cluster, most of the time", () => {
    let all = 0;
    for (let seed = 0; seed < 200; seed++) {
      const rows = coverByClusters(line, { count: 3, random: createRandom(seed) });
      expect(new Set(rows).size).toBe(3);
      const clusters = new Set(Array.from(rows, (i) => (i < 3 ? 0 : i < 5 ? 1 : 2)));
      if (clusters.size === 3) all++;
    }
    expect(all).toBeGreaterThan(150);
  });

  it("coverByClusters(features, options) goes on where all distances are 0", () => {
    const same = matrixFromRows([[1], [1], [1]]);
    expect(Array.from(coverByClusters(same, { count: 3, random: createRandom(3) })).sort()).toEqual([0, 1, 2]);
  });

  it("badge(p, features, options) begins with the largest gradient and then draws by squared distance", () => {
    const p = matrixFromRows([
      [0.9, 0.1],
      [0.5, 0.5],
      [0.6, 0.4],
      [1, 0],
    ]);
    const features = matrixFromRows([
      [1, 0],
      [0, 3],
      [1, 1],
      [5, 5],
    ]);
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 400; seed++) {
      const rows = badge(p, features, { count: 2, random: createRandom(seed) });
      expect(rows[0]).toBe(1);
      counts.set(rows[1], (counts.get(rows[1]) ?? 0) + 1);
    }
    const gradient = (i: number): number[] => {
      const top = p.data[2 * i] >= p.data[2 * i + 1] ? 0 : 1;
      return [0, 1].flatMap((k) =>
        [0, 1].map((d) => (p.data[2 * i + k] - (k === top ? 1 : 0)) * features.data[2 * i + d]),
      );
    };
    const far = [0, 2, 3].map((i) => gradient(i).reduce((sum, x, k) => sum + (x - gradient(1)[k]) ** 2, 0));
    const total = far[0] + far[1] + far[2];
    [0, 2, 3].forEach((i, k) => {
      expect(Math.abs((counts.get(i) ?? 0) / 400 - far[k] / total)).toBeLessThan(0.1);
    });
  });

  it("badge(p, features, options) says when rows differ", () => {
    expect(() => badge(matrixFromRows([[1, 0]]), line, { count: 1, random: createRandom(1) })).toThrow(
      "there are 1 rows of probabilities but 6 rows of features",
    );
  });
});
