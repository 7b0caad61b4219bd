import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyMultiLabel,
  controlMultiLabel,
  createRandom,
  type Matrix,
  type MultiLabelOptions,
  matrix,
  matrixFromRows,
} from "../../../src/index.ts";
import { falseLabels } from "../../../src/risk-control/multi-label/false-labels.ts";
import { missedLabels } from "../../../src/risk-control/multi-label/missed-labels.ts";
import { thresholdLevel } from "../../../src/risk-control/multi-label/threshold-level.ts";
import { expectAtMost } from "../within-band.ts";

/** Scores and labels of rows whose labels are true with the probability that the score says. */
function draw(rows: number, cols: number, seed: number): { scores: Matrix; labels: Uint8Array } {
  const random = createRandom(seed);
  const data = new Float64Array(rows * cols);
  const labels = new Uint8Array(rows * cols);
  for (let i = 0; i < data.length; i++) {
    data[i] = random.uniform() ** 2;
    labels[i] = random.uniform() < data[i] ? 1 : 0;
  }
  return { scores: matrix(data, rows, cols), labels };
}

const grid = Float64Array.of(0, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1);

const cells = fc.integer({ min: 1, max: 5 }).chain((cols) =>
  fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: cols, maxLength: cols }), {
    minLength: 1,
    maxLength: 12,
  }),
);

describe("missedLabels and falseLabels", () => {
  it("missedLabels(scores, labels, thresholds) and falseLabels(...) total in one pass what counting row by row gives", () => {
    fc.assert(
      fc.property(cells, (rows) => {
        const scores = matrixFromRows(rows.map((row) => row.map(([score]) => score / 20)));
        const labels = Uint8Array.from(rows.flatMap((row) => row.map(([, isTrue]) => (isTrue ? 1 : 0))));
        const proportion = (row: readonly (readonly [number, boolean])[], threshold: number): number => {
          const given = row.filter(([score]) => score / 20 >= threshold);
          return given.length === 0 ? 0 : given.filter(([, isTrue]) => !isTrue).length / given.length;
        };
        const add = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
        const plain = falseLabels(scores, labels, grid, false);
        const monotone = falseLabels(scores, labels, grid, true);
        for (let rule = 0; rule < grid.length; rule++) {
          const j = grid.length - 1 - rule;
          const shares = rows.map((row) => proportion(row, grid[j]));
          expect(plain.total(rule)).toBeCloseTo(add(shares), 12);
          expect(Array.from(plain.losses(rule))).toEqual(shares);
          const highest = rows.map((row) => Math.max(...Array.from(grid.slice(j), (t) => proportion(row, t))));
          expect(monotone.total(rule)).toBeCloseTo(add(highest), 12);
          expect(Array.from(monotone.losses(rule))).toEqual(highest);
        }
        const labelled = rows.filter((row) => row.some(([, isTrue]) => isTrue));
        if (labelled.length === 0) return;
        const missed = missedLabels(scores, labels, grid);
        expect(missed.n).toBe(labelled.length);
        for (let rule = 0; rule < grid.length; rule++) {
          const shares = labelled.map((row) => {
            const truths = row.filter(([, isTrue]) => isTrue);
            return truths.filter(([score]) => score / 20 < grid[rule]).length / truths.length;
          });
          expect(missed.total(rule)).toBeCloseTo(add(shares), 12);
          expect(Array.from(missed.losses(rule))).toEqual(shares);
        }
      }),
      { seed: 46 },
    );
  });

  it("thresholdLevel(score, thresholds) counts the thresholds reached, whatever their spacing", () => {
    const thresholds = fc
      .uniqueArray(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 40 })
      .map((list) => Float64Array.from(list).sort());
    fc.assert(
      fc.property(thresholds, fc.double({ min: -2e3, max: 2e3, noNaN: true }), (column, any) => {
        for (const score of [any, ...column])
          expect(thresholdLevel(score, column)).toBe(column.filter((threshold) => score >= threshold).length);
      }),
      { seed: 47 },
    );
  });
});

describe("controlMultiLabel", () => {
  const { scores, labels } = draw(1500, 6, 1);

  it("controlMultiLabel(scores, labels, options) is plain data with its assumptions", () => {
    const control = controlMultiLabel(scores, labels, { risk: "fnr", target: 0.1, sure: 0.95 });
    expect(JSON.parse(JSON.stringify(control))).toEqual(control);
    expect(control).toMatchObject({ method: "rcps", bound: "hoeffding-bentkus", correction: null, attained: true });
    expect(control.calibrationRisk).toBeLessThan(control.upperBound);
    expect(control.upperBound).toBeLessThanOrEqual(0.1);
    expect(control.assumptions[0]).toBe(
      "new and calibration rows with at least one true label are independent draws from the same source",
    );
  });

  it("controlMultiLabel(scores, labels, fdr in expectation) uses the largest share at any higher threshold", () => {
    const easy = Uint8Array.from(scores.data, (score) => (score > 0.3 ? 1 : 0));
    const control = controlMultiLabel(scores, easy, { risk: "fdr", target: 0.2 });
    expect(control).toMatchObject({ method: "crc", attained: true });
    expect(control.threshold).toBeLessThan(0.3);
    const hard = controlMultiLabel(scores, labels, { risk: "fdr", target: 0.01 });
    expect(hard.upperBound <= 0.01 || !hard.attained).toBe(true);
  });

  it("controlMultiLabel(scores, labels, options) says what is missing where no threshold qualifies", () => {
    const few = draw(20, 6, 2);
    const control = controlMultiLabel(few.scores, few.labels, { risk: "fnr", target: 0.01, sure: 0.9 });
    expect(control).toMatchObject({ attained: false, threshold: 0, qualifying: 0 });
    expect(control.missingRows).toBe(Math.ceil(Math.log(0.1) / Math.log(0.99)) - control.n);
    const mean = controlMultiLabel(few.scores, few.labels, { risk: "fnr", target: 0.01 });
    expect(mean).toMatchObject({ attained: false, threshold: 0, missingRows: 99 - mean.n });
    const wrong = new Uint8Array(few.labels.length);
    const never = controlMultiLabel(few.scores, wrong, {
      risk: "fdr",
      target: 0.1,
      sure: 0.9,
      thresholds: Float64Array.of(0, 0.001),
    });
    expect(never).toMatchObject({ attained: false, missingRows: null });
  });

  it("controlMultiLabel(scores, labels, fnr) leaves out rows without true labels", () => {
    const more = matrix(Float64Array.from([...scores.data, ...new Float64Array(60).fill(0.4)]), 1510, 6);
    const moreLabels = Uint8Array.from([...labels, ...new Uint8Array(60)]);
    const { meanLabels: _, ...first } = controlMultiLabel(scores, labels, { risk: "fnr", target: 0.1 });
    const { meanLabels: __, ...second } = controlMultiLabel(more, moreLabels, { risk: "fnr", target: 0.1 });
    expect(second).toEqual(first);
  });

  it("controlMultiLabel(scores, labels, options) does not depend on the order of the rows", () => {
    const reversed = matrix(scores.data.slice().reverse(), scores.rows, scores.cols);
    for (const options of [
      { risk: "fnr", target: 0.1 },
      { risk: "fdr", target: 0.2, sure: 0.9 },
    ] satisfies MultiLabelOptions[])
      expect(controlMultiLabel(reversed, labels.slice().reverse(), options)).toEqual(
        controlMultiLabel(scores, labels, options),
      );
  });

  it("controlMultiLabel(scores, labels, options) complains about what does not fit", () => {
    const attempt = (options: MultiLabelOptions) => () => controlMultiLabel(scores, labels, options);
    expect(attempt({ risk: "fdr", target: 0.1, sure: 0.9, method: "rcps" })).toThrow(
      "the share of false labels can fall with the threshold: use ltt, not rcps",
    );
    expect(attempt({ risk: "fnr", target: 0.1, method: "rcps" })).toThrow("rcps needs `sure`");
    expect(attempt({ risk: "fnr", target: 0.1, sure: 0.9, method: "crc" })).toThrow(
      "crc promises the target on average; it takes no `sure`",
    );
    expect(attempt({ risk: "fnr", target: 0.1, sure: 1 })).toThrow("sure must be in (0, 1), got 1");
    expect(attempt({ risk: "fnr", target: 1.5 })).toThrow("target must be in (0, 1), got 1.5");
    expect(attempt({ risk: "fnr", target: 0.1, thresholds: Float64Array.of(0.2, 0.1) })).toThrow(
      "thresholds must be finite and ascend, got 0.1 at position 1",
    );
    expect(() => controlMultiLabel(scores, labels.subarray(6), { risk: "fnr", target: 0.1 })).toThrow(
      "1500 × 6 scores need 9000 labels, got 8994",
    );
    expect(() => controlMultiLabel(scores, new Uint8Array(9000), { risk: "fnr", target: 0.1 })).toThrow(
      "no row has a true label, so there is nothing to miss",
    );
    expect(() => controlMultiLabel(scores, new Uint8Array(9000).fill(2), { risk: "fnr", target: 0.1 })).toThrow(
      "label 2 in column 0 at row 0 is not 0 or 1",
    );
    const logits = matrix(
      scores.data.map((score) => score - 0.5),
      1500,
      6,
    );
    expect(() => controlMultiLabel(logits, labels, { risk: "fnr", target: 0.1 })).toThrow(
      "so the thresholds must be given",
    );
    expect(() =>
      controlMultiLabel(matrix(Float64Array.of(Number.NaN), 1, 1), Uint8Array.of(1), { risk: "fnr", target: 0.1 }),
    ).toThrow("score NaN of label 0 at row 0 is not finite");
  });

  it("controlMultiLabel(scores, labels, fdr, sure) breaks the target in at most its share of calibration sets", () => {
    const truth = draw(200_000, 4, 3);
    const coarse = Float64Array.from({ length: 21 }, (_, i) => i / 20);
    const risks = falseLabels(truth.scores, truth.labels, coarse, false);
    const target = 0.25;
    let broken = 0;
    for (let run = 0; run < 300; run++) {
      const sample = draw(200, 4, 100 + run);
      const control = controlMultiLabel(sample.scores, sample.labels, {
        risk: "fdr",
        target,
        sure: 0.8,
        thresholds: coarse,
      });
      const rule = 20 - Math.round(control.threshold * 20);
      if (control.attained && risks.total(rule) / risks.n > target) broken++;
    }
    expectAtMost(broken, 300, 0.2, "false labels");
  });
});

describe("applyMultiLabel", () => {
  it("applyMultiLabel(scores, control) gives a label where the score reaches the threshold", () => {
    const scores = matrixFromRows([[0.2, 0.5, 0.9]]);
    expect(Array.from(applyMultiLabel(scores, { threshold: 0.5, labels: 3 }))).toEqual([0, 1, 1]);
    expect(() => applyMultiLabel(scores, { threshold: 0.5, labels: 4 })).toThrow("expected scores of 4 labels, got 3");
  });
});
