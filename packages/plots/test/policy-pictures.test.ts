import type { CapacityPoint, PolicyPoint } from "@candor/core";
import { describe, expect, it } from "vitest";
import { costCurve, reviewCapacity, reviewVolume, riskCoverageChoice } from "../src/index.ts";
import { emptyDocument } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

const points: readonly PolicyPoint[] = [0.1, 0.3, 0.5, 0.7, 0.9, 1].map((coverage) => ({
  threshold: 1 - coverage / 2,
  coverage,
  error: coverage ** 2 / 8,
  errorLower: coverage ** 2 / 8 - 0.001,
  errorUpper: coverage ** 2 / 8 + 0.01,
  cost: (20 * coverage ** 3) / 8 + 1.5 * (1 - coverage),
  precision: null,
  recall: null,
}));
const capacity: readonly CapacityPoint[] = [0, 50, 100, 200, 400].map((reviews) => ({
  reviews,
  thresholds: { act: 0.5 + reviews / 800, abstain: null },
  coverage: 1 - reviews / 400,
  error: reviews === 400 ? null : 0.125 * (1 - reviews / 400),
  cost: 2.5 * (1 - reviews / 400) + 1.5 * (reviews / 400),
}));
const chosen = { coverage: 0.5, error: 0.031, lower: 0.028, upper: 0.041 };

const pictures: Pictures = {
  riskCoverageChoice: (options) => riskCoverageChoice(points, { ...options, chosen, maxError: 0.05 }),
  costCurve: (options) =>
    costCurve(points, {
      ...options,
      chosen: { coverage: 0.5, cost: 1.06, lower: 0.9, upper: 1.2 },
      others: [
        { name: "act on all", coverage: 1, cost: 2.5 },
        { name: "review all", coverage: 0, cost: 1.5 },
      ],
    }),
  reviewVolume: (options) =>
    reviewVolume(points, { ...options, thresholds: { act: 0.75, abstain: 0.55 }, abstained: 0.1, reviewed: 0.4 }),
  reviewCapacity: (options) => reviewCapacity(capacity, { ...options, reviews: 100, period: "day" }),
  reviewCapacityCost: (options) => reviewCapacity(capacity, { ...options, quantity: "cost", reviews: 100 }),
};

describePictures(pictures);

describe("pictures of a policy without much to show", () => {
  const document = emptyDocument();
  const text = (element: Element) => element.outerHTML;

  it("riskCoverageChoice([]), costCurve([]), reviewVolume([]) and reviewCapacity([]) draw without points", () => {
    const thresholds = { act: null, abstain: null };
    for (const svg of [
      riskCoverageChoice([], { document }),
      costCurve([], { document }),
      reviewVolume([], { document, thresholds, abstained: 0, reviewed: 1 }),
      reviewCapacity([], { document }),
    ])
      expect(text(svg)).not.toMatch(/NaN|Infinity|undefined/);
  });
  it("riskCoverageChoice(points) marks nothing where no row is acted on", () => {
    expect(text(riskCoverageChoice(points, { document, maxError: 0.001 }))).not.toContain("wrong of");
    expect(text(riskCoverageChoice(points, { document, chosen }))).toContain("3.1 % wrong of 50.0 %");
  });
  it("riskCoverageChoice(points) keeps a target in the picture that lies above all errors", () => {
    expect(text(riskCoverageChoice(points, { document, maxError: 0.4 }))).toContain("at most 40 %");
  });
  it("costCurve(points) draws costs below zero and an interval without bounds", () => {
    const earning = points.map((point) => ({ ...point, cost: -(point.cost ?? 0) }));
    const open = { coverage: 0.5, cost: -1, lower: -Infinity, upper: Infinity };
    expect(text(costCurve(earning, { document, chosen: open }))).not.toMatch(/NaN|Infinity/);
  });
  it("costCurve(points) and reviewCapacity(points) leave out points that have no value", () => {
    const free = points.map((point) => ({ ...point, cost: null }));
    expect(text(costCurve(free, { document }))).not.toMatch(/NaN|Infinity/);
    const idle = capacity.map((point) => ({ ...point, error: null }));
    expect(text(reviewCapacity(idle, { document, reviews: 100 }))).not.toMatch(/NaN|Infinity/);
  });
  it("reviewVolume(points) leaves out bands without rows and thresholds outside of the scores", () => {
    const all = reviewVolume(points, { document, thresholds: { act: 0, abstain: 1.5 }, abstained: 0, reviewed: 0 });
    expect(text(all)).toContain("act 100.0 %");
    expect(text(all)).not.toMatch(/>review|>abstain|NaN/);
  });
});
