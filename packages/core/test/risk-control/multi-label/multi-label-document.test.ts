import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createRandom,
  evaluateMultiLabel,
  type FitMultiLabelOptions,
  fitMultiLabel,
  type Matrix,
  type MultiLabelDocument,
  multiLabelDataHash,
  openMultiLabel,
  sealMultiLabel,
  sha256,
  withMultiLabelEvaluation,
} from "../../../src/index.ts";

const source = { name: "rows.csv", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] };
const options: FitMultiLabelOptions = {
  risk: "fnr",
  target: 0.1,
  labelNames: ["cat", "dog", "owl"],
  version: "1.0.0",
  source,
};

function sample(rows: number, seed: number, cols = 3): { scores: Matrix; labels: Uint8Array } {
  const random = createRandom(seed);
  const data = Float64Array.from({ length: rows * cols }, () => random.uniform());
  const labels = Uint8Array.from(data, (score) => (random.uniform() < score ? 1 : 0));
  return { scores: { data, rows, cols }, labels };
}

const { scores, labels } = sample(300, 1);
const document = fitMultiLabel(scores, labels, options);

describe("fitMultiLabel", () => {
  it("fitMultiLabel seals a document that survives JSON", () => {
    expect(document).toMatchObject({
      schema: "candor.multi-label/1",
      method: "crc",
      attained: true,
      missingRows: 0,
      candidates: { from: 0, to: 1, count: 1001 },
      evaluation: null,
      created: null,
    });
    expect(openMultiLabel(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });

  it("fitMultiLabel chooses the threshold worked out by hand: 19 rows of one label, target 0.1, one may be missed", () => {
    const data = Float64Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
    const one = { data, rows: 19, cols: 1 };
    const made = fitMultiLabel(one, new Uint8Array(19).fill(1), { ...options, labelNames: ["cat"] });
    expect(made.threshold).toBe(0.1);
    expect(made.calibrationRisk).toBe(1 / 19);
    expect(made.upperBound).toBeCloseTo(0.1, 14);
  });

  it("fitMultiLabel says how many rows are missing where no threshold qualifies", () => {
    const few = sample(5, 2);
    const made = fitMultiLabel(few.scores, Uint8Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0), options);
    expect(made).toMatchObject({ attained: false, threshold: 0, missingRows: 4, qualifying: 0 });
    expect(made.warnings).toEqual(["never true among the calibration rows: dog, owl"]);
  });

  it("fitMultiLabel counts the rows without a true label apart for fnr alone", () => {
    const data = Float64Array.from({ length: 60 }, (_, i) => i / 60);
    const three = { data, rows: 20, cols: 3 };
    const truth = Uint8Array.from({ length: 60 }, (_, i) => (i % 6 < 3 ? 1 : 0));
    const made = fitMultiLabel(three, truth, { ...options, target: 0.2 });
    expect([made.rows, made.n]).toEqual([20, 10]);
    expect(made.warnings).toContain(
      "10 of 20 rows have no true label, so none can be missed: the promise is for the others",
    );
    const other = fitMultiLabel(three, truth, { ...options, risk: "fdr", target: 0.2 });
    expect([other.rows, other.n]).toEqual([20, 20]);
  });

  it("fitMultiLabel tries thresholds in a range of scores that is given", () => {
    const logits = { ...scores, data: scores.data.map((p) => Math.log(p / (1 - p))) };
    const made = fitMultiLabel(logits, labels, { ...options, scoreRange: [-20, 20] });
    expect(made.candidates).toEqual({ from: -20, to: 20, count: 1001 });
    expect(made.threshold).toBeLessThanOrEqual(Math.log(document.threshold / (1 - document.threshold)) + 0.04);
    expect(made.threshold).toBeGreaterThan(Math.log(document.threshold / (1 - document.threshold)) - 0.08);
  });

  it("fitMultiLabel refuses what cannot be: names, ranges, scores outside of them", () => {
    expect(() => fitMultiLabel(scores, labels, { ...options, labelNames: ["cat"] })).toThrow(
      "3 labels need as many names, got 1",
    );
    expect(() => fitMultiLabel(scores, labels, { ...options, scoreRange: [1, 1] })).toThrow(
      "scoreRange must ascend, got [1, 1]",
    );
    const one = { data: Float64Array.of(0.5, 2, 0.5), rows: 1, cols: 3 };
    expect(() => fitMultiLabel(one, new Uint8Array(3), options)).toThrow("score 2 of dog at row 0 is not in [0, 1]");
    expect(() => fitMultiLabel(scores, labels, { ...options, labelNames: ["cat", "cat", "owl"] })).toThrow(
      "labelNames: expected each name once, got cat, cat, owl",
    );
  });
});

describe("evaluateMultiLabel", () => {
  it("evaluateMultiLabel gives the loss and the count worked out by hand", () => {
    const three = { data: Float64Array.of(1, 1, 0, 1, 0, 0, 0, 0, 0), rows: 3, cols: 3 };
    const truth = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 0, 0);
    const missed = evaluateMultiLabel(document, three, truth);
    expect(missed).toMatchObject({ rows: 3, n: 2, empty: 1 });
    expect([missed.risk.value, missed.meanLabels.value]).toEqual([0.25, 1]);
    const wrong = evaluateMultiLabel({ ...document, risk: "fdr" }, three, truth);
    expect(wrong.n).toBe(3);
    expect(wrong.risk.value).toBeCloseTo(1 / 6, 15);
  });

  it("evaluateMultiLabel gives a risk of 0 an upper end above 0", () => {
    const all = { data: new Float64Array(300).fill(1), rows: 100, cols: 3 };
    const { risk } = evaluateMultiLabel(document, all, new Uint8Array(300).fill(1));
    expect([risk.value, risk.lower]).toEqual([0, 0]);
    expect(risk.upper).toBeCloseTo(1 - 0.025 ** (1 / 100), 12);
  });

  it("evaluateMultiLabel of the calibration rows gives their risk and count back", () => {
    const { risk, meanLabels } = evaluateMultiLabel(document, scores, labels);
    expect(risk.value).toBeCloseTo(document.calibrationRisk, 12);
    expect(meanLabels.value).toBeCloseTo(document.meanLabels, 12);
    const tested = withMultiLabelEvaluation(document, evaluateMultiLabel(document, scores, labels));
    expect(openMultiLabel(JSON.parse(JSON.stringify(tested)))).toEqual(tested);
    expect(tested.fingerprint).not.toBe(document.fingerprint);
  });

  it("evaluateMultiLabel refuses rows that say nothing and rows of other labels", () => {
    expect(() => evaluateMultiLabel(document, scores, new Uint8Array(900))).toThrow("no row has a true label");
    const two = { data: new Float64Array(4), rows: 2, cols: 2 };
    expect(() => evaluateMultiLabel(document, two, new Uint8Array(4))).toThrow("expected scores of 3 labels, got 2");
  });
});

describe("openMultiLabel", () => {
  const alter = (changes: object): (() => MultiLabelDocument) => {
    return () => openMultiLabel({ ...document, ...changes });
  };
  const reseal = (changes: Partial<MultiLabelDocument>): (() => MultiLabelDocument) => {
    return () => sealMultiLabel({ ...document, ...changes });
  };

  it("openMultiLabel refuses a document that was altered", () => {
    expect(alter({ threshold: 0.25 })).toThrow("the document was altered after it was made");
    expect(alter({ source: { ...source, name: "others.csv" } })).toThrow("the document was altered after it was made");
  });

  it("openMultiLabel names the version and fields that it does not know", () => {
    expect(() => openMultiLabel([])).toThrow(
      'this is no threshold of labels: expected an object with "schema": "candor.multi-label/1"',
    );
    expect(alter({ schema: "candor.multi-label/2" })).toThrow("another version of Candor made it");
    expect(alter({ more: 1 })).toThrow("more is not a field of this format");
    expect(alter({ threshold: "0.5" })).toThrow('threshold: expected a number, got "0.5"');
    const { n: _, ...less } = document;
    expect(() => openMultiLabel(less)).toThrow("n is missing");
  });

  it.each([
    [{ sure: 0.9 }, "sure: expected null for crc, got 0.9"],
    [{ bound: "hoeffding" }, "bound: expected null for crc, got hoeffding"],
    [{ correction: "holm" }, "correction: expected null for crc, got holm"],
    [{ threshold: 1.5 }, "threshold: expected a number from 0 to 1, got 1.5"],
    [{ missingRows: 7 }, "missingRows: expected 0, got 7"],
    [{ qualifying: 0 }, "qualifying: expected 1 to 1001, got 0"],
    [{ upperBound: 0.2 }, "upperBound: expected at most 0.1, got 0.2"],
    [{ attained: false, missingRows: 3, qualifying: 0 }, "threshold: expected 0, the most conservative one"],
    [{ n: 301 }, "n: expected at most 300, got 301"],
    [{ meanLabels: 4 }, "meanLabels: expected at most 3, got 4"],
    [{ candidates: { from: 1, to: 1, count: 2 } }, "candidates.to: expected more than 1, got 1"],
  ] satisfies [Partial<MultiLabelDocument>, string][])("sealMultiLabel refuses %o", (changes, message) => {
    expect(reseal(changes)).toThrow(message);
  });

  it("openMultiLabel of what fitMultiLabel makes gives it back, whatever the choices", () => {
    const seeds = fc.integer({ min: 1, max: 1_000_000 });
    const target = fc.constantFrom(0.02, 0.1, 0.3, 0.7);
    const sure = fc.constantFrom(undefined, 0.5, 0.9, 0.99);
    const risk = fc.constantFrom("fnr", "fdr");
    const bound = fc.constantFrom("hoeffding-bentkus", "hoeffding", "maurer-pontil", "betting");
    const correction = fc.constantFrom("fixed-sequence", "bonferroni", "holm");
    fc.assert(
      fc.property(seeds, target, sure, risk, bound, correction, (seed, t, s, r, b, c) => {
        const rows = sample(20 + (seed % 60), seed);
        const made = fitMultiLabel(rows.scores, rows.labels, {
          ...options,
          risk: r,
          target: t,
          ...(s === undefined ? {} : { sure: s, bound: b, correction: c }),
        });
        expect(openMultiLabel(JSON.parse(JSON.stringify(made)))).toEqual(made);
      }),
      { numRuns: 40 },
    );
  });
});

describe("multiLabelDataHash", () => {
  it("multiLabelDataHash is SHA-256 over the documented bytes", () => {
    const header = new TextEncoder().encode("candor.multi-label-data/1 1 2\n");
    const bytes = new Uint8Array(header.length + 18);
    bytes.set(header);
    const view = new DataView(bytes.buffer);
    view.setFloat64(header.length, 0.25, true);
    view.setFloat64(header.length + 8, 1, true);
    bytes.set([1, 0], header.length + 16);
    const hash = multiLabelDataHash({ data: Float64Array.of(0.25, 1), rows: 1, cols: 2 }, Uint8Array.of(1, 0));
    expect(hash).toBe(`sha256:${sha256(bytes)}`);
  });
});
