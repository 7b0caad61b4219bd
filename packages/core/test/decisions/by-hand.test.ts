import { describe, expect, it } from "vitest";
import {
  addToCells,
  type Costs,
  createCells,
  decisionCells,
  InputError,
  labelSpread,
  makePolicy,
  openPolicy,
  type PolicyDocument,
  policyFingerprint,
  policyFromCells,
  type Thresholds,
  timeGrid,
  verifyPolicy,
} from "../../src/index.ts";
import { calibratedRows, pairs, SOURCE } from "./samples.ts";

const rows = calibratedRows(2000, 9);
const costs: Costs = { error: 20, review: 2, abstain: 1, missed: 3, reviewError: 0 };
const thresholds: Thresholds = { act: 0.9, abstain: 0.6 };
const made = makePolicy(rows, {
  version: "1.0.0",
  source: SOURCE,
  objective: { kind: "thresholds", thresholds },
  costs,
  current: { act: 0.8, abstain: null },
});

function cellsOf(labelled = rows) {
  const cells = createCells(timeGrid);
  addToCells(cells, labelled.probabilities, labelled.outcomes);
  return decisionCells(cells, undefined, { task: "binary" });
}

function altered(policy: PolicyDocument, change: Record<string, unknown>): unknown {
  const changed = { ...JSON.parse(JSON.stringify(policy)), ...change };
  return { ...changed, fingerprint: policyFingerprint(changed) };
}

describe("makePolicy by hand", () => {
  it("makePolicy(rows, thresholds) decides by them, says what to expect and that nothing is certified", () => {
    expect(made.thresholds).toEqual(thresholds);
    expect(made.rule).toEqual({ kind: "threshold", on: "confidence", thresholds });
    expect(made.certificate).toBeNull();
    expect(made.verdict.status).toBe("ready");
    expect(made.verdict.sentence).toMatch(
      /^By hand, act on a confidence of 0\.9 or more, review from 0\.6 and abstain below: \d+ % acted on, .* of these wrong \(.* to .*\), expected cost .* a row; no bound is certified\.$/,
    );
    expect(made.warnings[0]).toMatch(/^The thresholds were set by hand, perhaps after looking/);
    expect(made.expected?.error?.interval).toBe("exact");
    expect(made.alternatives.map(({ name }) => name)).toEqual([
      "act on all",
      "review all",
      "abstain on all",
      "current threshold",
    ]);
    expect(openPolicy(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });
  it("makePolicy(rows, thresholds) says in words what one threshold or none does", () => {
    const sentence = (of: Thresholds): string =>
      makePolicy(rows, { version: "1", source: SOURCE, objective: { kind: "thresholds", thresholds: of } }).verdict
        .sentence;
    expect(sentence({ act: 0.9, abstain: null })).toMatch(/act on a confidence of 0\.9 or more and review the rest:/);
    expect(sentence({ act: 0.9, abstain: 0.9 })).toMatch(/act on a confidence of 0\.9 or more and abstain below:/);
    expect(sentence({ act: 0, abstain: null })).toMatch(/^By hand, act on every row: 100 % acted on/);
    expect(sentence({ act: null, abstain: null })).toMatch(/^By hand, review every row: 0 % acted on; no bound/);
    expect(sentence({ act: null, abstain: 0.7 })).toMatch(/review a confidence of 0\.7 or more and abstain below:/);
  });
  it("makePolicy(rows, thresholds) sets a capacity against the reviews there would be", () => {
    const { verdict, capacityCurve } = makePolicy(rows, {
      version: "1",
      source: SOURCE,
      objective: { kind: "thresholds", thresholds: { act: 0.9, abstain: null } },
      capacity: { reviews: 100, volume: 2000, period: "day" },
    });
    expect(verdict.sentence).toMatch(/, \d+ of 100 possible reviews a day; no bound is certified\.$/);
    expect(capacityCurve).toEqual([]);
  });
  it("makePolicy(rows, thresholds) refuses thresholds outside [0, 1], crossed ones and costs that leave a decision out", () => {
    const of =
      (given: Thresholds, price: Costs | null = null) =>
      () =>
        makePolicy(rows, {
          version: "1",
          source: SOURCE,
          objective: { kind: "thresholds", thresholds: given },
          costs: price,
        });
    expect(of({ act: 1.1, abstain: null })).toThrow("the threshold to act must be in [0, 1], got 1.1");
    expect(of({ act: 0.5, abstain: Number.NaN })).toThrow("the threshold to abstain must be in [0, 1], got NaN");
    expect(of({ act: 0.5, abstain: 0.6 })).toThrow("must not be above that to act, got 0.6 and 0.5");
    expect(of({ act: 0.9, abstain: null }, { ...costs, review: null })).toThrow("give the cost of a review");
    expect(of(thresholds, { ...costs, abstain: null, missed: 0 })).toThrow("give the cost of abstaining");
  });
  it("openPolicy(json) refuses a policy by hand whose rule is another", () => {
    const other = { act: 0.5, abstain: null };
    const rule = { kind: "threshold", on: "confidence", thresholds: other };
    expect(() => openPolicy(altered(made, { thresholds: other, rule }))).toThrow(
      "rule: expected the thresholds of the objective, got others",
    );
    const far = { act: 2, abstain: null };
    expect(() => openPolicy(altered(made, { objective: { kind: "thresholds", thresholds: far } }))).toThrow(
      "objective.thresholds: the threshold to act must be in [0, 1], got 2",
    );
  });
  it("verifyPolicy(policy by hand, rows) derives it again, and compares its numbers on others", () => {
    expect(verifyPolicy(made, rows)).toMatchObject({ status: "holds", sameData: true, differences: [] });
    const later = verifyPolicy(made, calibratedRows(2000, 10));
    expect(later.sameData).toBe(false);
    expect(later.numbers.map(({ name }) => name)).toEqual(["error", "cost"]);
    expect(later.status).toBe("holds");
  });
});

describe("policyFromCells", () => {
  const scores = { scoreKind: "probability", classNames: ["no", "yes"] } as const;
  const source = { ...SOURCE, approximate: true };
  const fromCells = policyFromCells(cellsOf(), scores, thresholds, {
    version: "1.0.0",
    source,
    costs,
    current: { act: 0.8, abstain: null },
  });
  it("policyFromCells(cells, scores, thresholds) expects what makePolicy expects of the rows", () => {
    expect(fromCells.rule).toEqual(made.rule);
    expect(fromCells.n).toBe(2000);
    expect(fromCells.dataHash).toMatch(/^sha256:/);
    expect(fromCells.dataHash).not.toBe(made.dataHash);
    for (const name of ["coverage", "error", "reviewVolume", "abstention"] as const)
      for (const end of ["value", "lower", "upper"] as const)
        expect(fromCells.expected?.[name]?.[end]).toBe(made.expected?.[name]?.[end]);
    expect(fromCells.expected?.cost?.value).toBeCloseTo(made.expected?.cost?.value ?? 0, 11);
    expect(fromCells.verdict.sentence).toBe(made.verdict.sentence);
    expect(fromCells.alternatives.map(({ name }) => name)).toContain("current threshold");
    expect(openPolicy(JSON.parse(JSON.stringify(fromCells)))).toEqual(fromCells);
  });
  it("policyFromCells(...) gives the same bytes for the same cells, and others for others", () => {
    const again = policyFromCells(cellsOf(), scores, thresholds, { version: "1.0.0", source, costs });
    expect(policyFromCells(cellsOf(), scores, thresholds, { version: "1.0.0", source, costs })).toEqual(again);
    const other = policyFromCells(cellsOf(calibratedRows(2000, 10)), scores, thresholds, {
      version: "1.0.0",
      source,
      costs,
    });
    expect(other.fingerprint).not.toBe(again.fingerprint);
  });
  it("verifyPolicy(policy from cells, rows) compares its numbers", () => {
    expect(verifyPolicy(fromCells, rows)).toMatchObject({ status: "holds", sameData: false });
  });
  it("policyFromCells(...) says where a threshold cuts a cell, and where no outcome is known", () => {
    const cut = policyFromCells(cellsOf(), scores, { act: 0.8811, abstain: null }, { version: "1", source });
    expect(cut.warnings).toContain("A threshold lies within a cell: what it leads to is of the next cell edge above.");
    const cells = createCells(timeGrid);
    const cell = [timeGrid.cellOf(0.9)];
    const unlabelled = decisionCells(cells, { cell, predictions: [10] }, { task: "confidence" });
    const blind = policyFromCells(
      unlabelled,
      { scoreKind: "confidence", classNames: [] },
      { act: 0.5, abstain: null },
      { version: "1", source },
    );
    expect(blind.n).toBe(0);
    expect(blind.curve).toEqual([]);
    expect(blind.warnings.at(-1)).toMatch(/^None of the predictions that would be acted on has an outcome yet/);
    expect(blind.verdict.sentence).toBe(
      "By hand, act on a confidence of 0.5 or more and review the rest: 100 % acted on; no bound is certified.",
    );
  });
  it("policyFromCells(...) refuses the positive class of a confidence and no predictions", () => {
    const cells = decisionCells(createCells(timeGrid), undefined, { task: "binary", on: "positive" });
    const options = { version: "1", source };
    expect(() => policyFromCells(cells, { scoreKind: "confidence", classNames: [] }, thresholds, options)).toThrow(
      InputError,
    );
    expect(() => policyFromCells(cells, scores, thresholds, options)).toThrow(/no predictions/);
  });
});

describe("labelSpread", () => {
  it("labelSpread(cells) tells outcomes of low confidences only from outcomes drawn from all", () => {
    const { confidences, correct } = pairs(
      Array.from({ length: 400 }, (_, k) => 0.5 + (k % 40) / 80),
      Array.from({ length: 400 }, (_, k) => (k % 7 === 0 ? 0 : 1)),
    );
    const all = createCells(timeGrid);
    addToCells(all, confidences, correct);
    const traffic = { cell: all.cell, predictions: all.sums.count };
    const part = (keep: (k: number) => boolean) => {
      const kept = Array.from(confidences.keys()).filter(keep);
      const cells = createCells(timeGrid);
      addToCells(
        cells,
        Float64Array.from(kept, (k) => confidences[k]),
        Uint8Array.from(kept, (k) => correct[k]),
      );
      return labelSpread(decisionCells(cells, traffic, { task: "confidence" }));
    };
    expect(part(() => true)).toMatchObject({ distance: 0, differs: false });
    expect(part((k) => Math.floor(k / 40) % 2 === 0)?.differs).toBe(false);
    expect(part((k) => confidences[k] < 0.7)?.differs).toBe(true);
    expect(part(() => false)).toBeNull();
  });
});
