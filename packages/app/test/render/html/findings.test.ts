import {
  binnedFinding,
  corpFinding,
  gapOverTimeFinding,
  groupsFinding,
  histogramFinding,
  overTimeFinding,
  precisionRecallFinding,
  riskCoverageFinding,
  rocFinding,
  smoothFinding,
} from "@candor/pages";
import { describe, expect, it } from "vitest";
import { sampleDocument } from "../sample-document.ts";

const document = sampleDocument("multiclass");
const bin = {
  lower: 0.5,
  upper: 1,
  count: 400,
  share: 1,
  meanConfidence: 0.8,
  observed: 0.7,
  observedLower: 0.65,
  observedUpper: 0.75,
};

describe("findings", () => {
  it("binnedFinding(reliability) counts the bins whose interval leaves out what was stated", () => {
    expect(binnedFinding({ axis: "confidence", bins: [bin] })).toBe(
      "In 1 of 1 bins fewer were correct than stated, beyond the interval. Most of the ECE: stated 0.800, correct 0.700 (400 rows).",
    );
    const wide = { ...bin, observedUpper: 0.85 };
    expect(binnedFinding({ axis: "confidence", bins: [wide, wide] })).toBe(
      "In all 2 bins the interval contains what the model stated.",
    );
    expect(binnedFinding({ axis: "confidence", bins: [] })).toBe("There are no bins to show.");
  });
  it("smoothFinding(points) names the stretches beyond the band", () => {
    const points = [0.5, 0.6, 0.7, 0.8, 0.9].map((x) => ({
      x,
      y: x,
      lower: x - 0.1,
      upper: x + (x > 0.65 ? -0.05 : 0.1),
    }));
    expect(smoothFinding(points)).toBe("Scores are too high from 0.70 to 0.90, beyond the band.");
    expect(smoothFinding(points.slice(0, 2))).toBe("The band contains the diagonal nearly everywhere.");
  });
  it("corpFinding(points) names the stretches outside the band of a calibrated model", () => {
    const points = [0.1, 0.2, 0.3].map((x) => ({ x, y: x + 0.2, lower: x - 0.1, upper: x + 0.1 }));
    expect(corpFinding(points)).toBe("Scores are too low from 0.10 to 0.30, beyond the band.");
  });
  it("histogramFinding(histogram, axis) says where most rows are", () => {
    expect(histogramFinding({ edges: [0, 0.5, 1], shares: [0.2, 0.8], observed: [null, 0.9] }, "confidence")).toBe(
      "80.0 % of all scores lie between 0.50 and 1.00; 90.0 % of them were correct.",
    );
    expect(histogramFinding({ edges: [], shares: [], observed: [] }, "confidence")).toBe(
      "There are no scores to show.",
    );
  });
  it("riskCoverageFinding(points), precisionRecallFinding(points) and rocFinding(auroc) speak of shares", () => {
    expect(riskCoverageFinding(document.riskCoverage)).toMatch(
      /^Acting on every row, 13\.2 % are wrong; .* 80 %, .* 50 %,/,
    );
    expect(riskCoverageFinding([])).toBe("There are no points to show.");
    expect(precisionRecallFinding(document.precisionRecall)).toMatch(/^Finding 50 % of the targets, 97\.2 %/);
    expect(precisionRecallFinding([])).toBe("There are no points to show.");
    expect(rocFinding(document.metrics.auroc, "correct")).toMatch(/^In 83\.0 % of pairs the correct row/);
    expect(rocFinding(null, "positive")).toMatch(/^Only one outcome/);
  });
  it("groupsFinding(groups, noun) counts the flagged ones and names three", () => {
    const [first] = document.segments;
    const groups = ["a", "b", "c", "d"].flatMap((name) =>
      first === undefined ? [] : [{ ...first, name, flagged: true }],
    );
    expect(groupsFinding(groups, "segments")).toMatch(/^4 of 4 segments flagged .* and 1 more\.$/);
    expect(
      groupsFinding(
        groups.map((group) => ({ ...group, flagged: false })),
        "segments",
      ),
    ).toMatch(/^None of 4 segments/);
  });
  it("overTimeFinding(groups) and gapOverTimeFinding(groups) end with the latest stretch", () => {
    expect(overTimeFinding(document.overTime)).toMatch(
      /^The ECE runs from 0\.\d+ to 0\.\d+ and ends at 0\.\d+; \d+ of 12/,
    );
    expect(gapOverTimeFinding(document.overTime)).toMatch(
      /^The latest stretch promises \d\.\d points more than came true/,
    );
    expect(overTimeFinding([])).toBe("There are no stretches to show.");
    expect(gapOverTimeFinding([])).toBe("There are no stretches to show.");
  });
});
