import type { BandPoint, CurvePoint, Histogram, RiskCoveragePoint } from "@candor/core";
import { describe, expect, it } from "vitest";
import {
  candidateExcess,
  compareReliability,
  learningCurve,
  noiseFloorStrip,
  overTime,
  precisionRecall,
  reliabilityBinned,
  reliabilityChange,
  reliabilityCorp,
  reliabilitySmooth,
  riskCoverage,
  rocCurve,
  scoreHistogram,
  segmentGaps,
  smallMultiples,
  versusDifferences,
} from "../src/index.ts";
import { bin, bins, emptyDocument, estimate, group, pictureText } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

const curve: readonly BandPoint[] = [0.1, 0.3, 0.5, 0.7, 0.9].map((x) => ({
  x,
  y: x ** 1.4,
  lower: x ** 1.4 - 0.06,
  upper: x ** 1.4 + 0.06,
}));
const axis = "confidence";
const reliability = { axis, bins, smooth: curve, corp: curve } as const;
const roc: readonly CurvePoint[] = [0, 0.25, 0.5, 0.75, 1].map((x) => ({ x, y: Math.sqrt(x), threshold: 1 - x }));
const precision: readonly CurvePoint[] = [0.2, 0.4, 0.6, 0.8, 1].map((x) => ({ x, y: 1 - x / 2, threshold: 1 - x }));
const coverage: readonly RiskCoveragePoint[] = [0.2, 0.4, 0.6, 0.8, 1].map((x) => ({
  coverage: x,
  risk: x / 10,
  lower: x / 10 - 0.01,
  upper: x / 10 + 0.01,
  threshold: 1 - x / 2,
}));
const histogram: Histogram = {
  edges: [0, 0.25, 0.5, 0.75, 1],
  shares: [0.1, 0, 0.3, 0.6],
  observed: [0.2, null, 0.5, 0.9],
};
const groups = [group("2025-01-01", 0.01, false), group("2025-02-01", 0.08, true), group("2025-03-01", -0.06, true)];
const differences = [
  { name: "ECE", self: 0.05, value: 0.01, lower: 0.004, upper: 0.016 },
  { name: "Log loss", self: 0.3, value: -0.01, lower: -0.03, upper: 0.01 },
];
const candidates = [
  { name: "temperature scaling", value: 0.0002, lower: -0.0003, upper: 0.0007, role: "chosen" },
  { name: "beta calibration", value: 0, lower: 0, upper: 0, role: "other" },
  { name: "isotonic regression", value: 0.0011, lower: 0.0004, upper: 0.0018, role: "other" },
  { name: "scores as they are", value: 0.14, lower: 0.11, upper: 0.17, role: "before" },
] as const;
const labels = [100, 200, 400, 500, 700, 2000].map((n) => ({
  n,
  logLoss: 0.2 + 2 / n,
  lower: 0.19 + 2 / n,
  upper: 0.21 + 2 / n,
  measured: n <= 400,
}));
const segments = [
  { name: "north", n: 1204, gapPooled: estimate(0.08, 0.02), gapOwn: estimate(0.01, 0.02) },
  { name: "south", n: 96, gapPooled: estimate(-0.03, 0.06), gapOwn: estimate(-0.02, 0.06) },
];

const pictures: Pictures = {
  reliabilityBinned: (options) => reliabilityBinned(reliability, options),
  reliabilitySmooth: (options) => reliabilitySmooth(reliability, options),
  reliabilityChange: (options) => reliabilityChange(reliability, { ...reliability, smooth: [] }, options),
  reliabilityCorp: (options) => reliabilityCorp(reliability, options),
  compareReliability: (options) =>
    compareReliability({ name: "first", reliability }, { name: "second", reliability }, options),
  scoreHistogram: (options) =>
    scoreHistogram(histogram, {
      ...options,
      axis,
      marks: [
        { value: 0.7, name: "mean stated" },
        { value: 0.65, name: "accuracy" },
      ],
    }),
  riskCoverage: (options) => riskCoverage(coverage, options),
  rocCurve: (options) => rocCurve(roc, options),
  precisionRecall: (options) => precisionRecall(precision, { ...options, baseRate: 0.4 }),
  overTimeEce: (options) => overTime(groups, options),
  overTimeGap: (options) => overTime(groups, { ...options, quantity: "gap" }),
  noiseFloorStrip: (options) =>
    noiseFloorStrip(estimate(0.055, 0.005), { value: 0.007, lower: 0.004, upper: 0.01 }, options),
  versusDifferences: (options) => versusDifferences(differences, options),
  candidateExcess: (options) => candidateExcess(candidates, options),
  learningCurve: (options) => learningCurve(labels, { ...options, now: 500 }),
  segmentGaps: (options) => segmentGaps(segments, options),
};

describePictures(pictures);

describe("pictures without much to show", () => {
  const document = emptyDocument();
  const text = (element: Element) => element.outerHTML;

  it("reliabilityBinned(reliability) without bins leaves the empty square", () => {
    expect(text(reliabilityBinned({ axis, bins: [] }, { document }))).not.toMatch(/NaN|Infinity|<circle/);
  });
  it("reliabilityBinned(reliability) widens a bin that holds one score", () => {
    const one = bins.slice(0, 1).map((bin) => ({ ...bin, lower: 0.5, upper: 0.5 }));
    expect(text(reliabilityBinned({ axis, bins: one }, { document }))).not.toMatch(/NaN|width="-/);
  });
  it("reliabilitySmooth(reliability) and reliabilityCorp(reliability) draw without a curve", () => {
    const empty = { axis, bins, smooth: [], corp: [] } as const;
    expect(text(reliabilitySmooth(empty, { document }))).not.toMatch(/NaN/);
    expect(text(reliabilityCorp(empty, { document }))).not.toMatch(/NaN/);
  });
  it("riskCoverage(points), rocCurve(points) and precisionRecall(points) draw without points", () => {
    for (const svg of [riskCoverage([], { document }), rocCurve([], { document }), precisionRecall([], { document })])
      expect(text(svg)).not.toMatch(/NaN|Infinity/);
  });
  it("overTime(groups) draws numbers, names and one stretch", () => {
    const named = (names: readonly string[]) => names.map((name) => group(name, 0.01, false));
    expect(text(overTime(named(["1", "2.5", "10"]), { document }))).toContain("2.5");
    expect(text(overTime(named(["spring", "summer"]), { document }))).toContain("summer");
    expect(text(overTime(named(["2025-01-01"]), { document }))).not.toMatch(/NaN/);
    expect(text(overTime([], { document }))).not.toMatch(/NaN/);
  });
  it("overTime(groups) draws a point for an interval without bounds", () => {
    const open = { ...group("1", 0.02, true), ece: { ...estimate(0.04, 0), lower: -Infinity, upper: Infinity } };
    expect(text(overTime([open, group("2", 0.01, false)], { document }))).not.toMatch(/NaN|Infinity/);
  });
  it("versusDifferences(differences) leaves out metrics that are zero", () => {
    const svg = versusDifferences([{ name: "Zero", self: 0, value: 1, lower: 0, upper: 2 }], { document });
    expect(text(svg)).not.toContain("Zero");
  });
  it("versusDifferences(differences, { words }) counts in points where these are asked for", () => {
    const words = { axis: "AUROC less that of the best", lower: "worse", higher: "better", ticks: "points" } as const;
    const behind = [{ name: "energy", self: 1, value: -0.1, lower: -0.18, upper: -0.04 }];
    expect(text(versusDifferences(behind, { document, words }))).toMatch(/>-10</);
    expect(text(versusDifferences(behind, { document }))).toMatch(/>-10 %</);
  });
  it("reliabilityChange(before, after), learningCurve(points) and segmentGaps(segments) draw without data", () => {
    const empty = { axis, bins: [], smooth: [] } as const;
    for (const svg of [
      reliabilityChange(empty, empty, { document }),
      learningCurve([], { document, now: 10 }),
      segmentGaps([], { document }),
      candidateExcess([], { document }),
    ])
      expect(text(svg)).not.toMatch(/NaN|Infinity/);
  });
  it("candidateExcess(candidates) points to what is too far off, and keeps the rest to scale", () => {
    const svg = candidateExcess(candidates, { document });
    expect(text(svg).match(/further off/g)).toHaveLength(1);
    expect(text(svg)).toContain("+0.1400");
  });
  it("candidateExcess(candidates) draws a single method, and all of equal size to scale", () => {
    const one = candidates.slice(1, 2);
    expect(text(candidateExcess(one, { document }))).not.toMatch(/NaN|Infinity/);
    expect(text(candidateExcess(candidates.slice(0, 3), { document }))).not.toContain("further off");
  });
  it("segmentGaps(segments) draws intervals without bounds", () => {
    const open = { ...estimate(0.02, 0), lower: -Infinity, upper: Infinity };
    const drawn = segmentGaps([{ name: "one", n: 1, gapPooled: open, gapOwn: open }], { document });
    expect(text(drawn)).not.toMatch(/NaN|Infinity/);
  });
  it("reliabilityCorp(reliability) thins long lines and keeps their ends", () => {
    const corp = Array.from({ length: 20_000 }, (_, i) => ({ x: i / 19_999, y: i / 19_999, lower: 0, upper: 1 }));
    expect(text(reliabilityCorp({ axis, bins, corp }, { document })).length).toBeLessThan(30_000);
  });
});

describe("reliability diagrams whose bins are links", () => {
  const document = emptyDocument();
  const linked = { document, strip: false, binLink: ({ lower }: { lower: number }) => `/calibration?bin=${lower}` };

  it.each([
    ["reliabilityBinned", () => reliabilityBinned(reliability, linked)],
    ["reliabilitySmooth", () => reliabilitySmooth(reliability, linked)],
    ["reliabilityCorp", () => reliabilityCorp(reliability, linked)],
  ] as const)("%s(reliability, { binLink }) lays a link with the numbers over each bin", (_, draw) => {
    const svg = draw();
    expect(svg.getAttribute("aria-label")).toMatch(/reliab/i);
    expect(svg.getAttribute("role")).toBe("group");
    const links = [...svg.querySelectorAll("a.candor-bin")];
    expect(links.map((link) => link.getAttribute("href"))).toEqual(
      bins.map(({ lower }) => `/calibration?bin=${lower}`),
    );
    expect(links[3]?.getAttribute("aria-label")).toBe(
      "0.750–1.000: stated 0.920, correct 0.810 [0.760, 0.860], 400 rows",
    );
    const hidden = [...svg.children].filter((child) => child.getAttribute("aria-hidden") === "true");
    expect(hidden.length + links.length).toBe(svg.children.length);
    const columns = links.map((link) => link.querySelector("rect"));
    const edges = columns.map((rect) => Number(rect?.getAttribute("x")) + Number(rect?.getAttribute("width")));
    const starts = columns.slice(1).map((rect) => Number(rect?.getAttribute("x")));
    expect(starts).toEqual(edges.slice(0, -1));
    expect(edges.at(-1)).toBe(386);
  });
  it("reliabilityBinned(reliability, { binLink }) keeps links of narrow bins apart and within the square", () => {
    const narrow = [0, 0, 0.001, 0.5, 0.998, 0.999, 1].map((lower) =>
      bin(lower, Math.min(1, lower + 0.001), 0.1, lower, 0.5),
    );
    const svg = reliabilityBinned({ axis, bins: narrow }, linked);
    const columns = [...svg.querySelectorAll("a.candor-bin rect")].map((rect) => {
      const left = Number(rect.getAttribute("x"));
      return { left, right: left + Number(rect.getAttribute("width")) };
    });
    for (const [i, { left, right }] of columns.entries()) {
      expect(right - left).toBeGreaterThan(3.9);
      if (i > 0) expect(left).toBeGreaterThanOrEqual((columns[i - 1]?.right ?? 0) - 0.02);
    }
    expect(columns[0]?.left).toBe(40);
    expect(columns.at(-1)?.right).toBeCloseTo(386, 1);
  });
  it("reliabilityBinned(reliability, { strip: false }) leaves the shares to a histogram of the same width", () => {
    const square = reliabilityBinned(reliability, { document, strip: false });
    expect(square.outerHTML).not.toContain("share of rows");
    const zero = (svg: SVGSVGElement) => [...svg.querySelectorAll("text")].find((one) => one.textContent === "0.0");
    const left = zero(scoreHistogram(histogram, { document, width: 400, axis }));
    expect(zero(square)?.getAttribute("transform")?.split(",")[0]).toBe(left?.getAttribute("transform")?.split(",")[0]);
  });
});

describe("smallMultiples(groups, { document })", () => {
  const document = emptyDocument();

  it("smallMultiples(groups) draws one labelled picture per group", () => {
    const list = smallMultiples(groups, { document, label: "Months" });
    expect(list.getAttribute("aria-label")).toBe("Months");
    expect(list.querySelectorAll("li > svg[role=img][aria-label]").length).toBe(3);
  });
  it("smallMultiples(groups) marks flagged groups by symbol and words", () => {
    const flags = [...smallMultiples(groups, { document }).querySelectorAll(".candor-multiple-flag")];
    expect(flags.map((flag) => flag.textContent)).toEqual(["▲ scores too high", "▼ scores too low"]);
  });
  it("smallMultiples(groups) sets names as text", () => {
    const hostile = `<img src=x onerror="alert(1)">`;
    const list = smallMultiples([group(hostile, 0, false)], { document });
    expect(list.querySelector("img")).toBeNull();
    expect(list.querySelector("bdi")?.textContent).toBe(hostile);
  });
  it("smallMultiples(groups) names a group without a name", () => {
    expect(smallMultiples([group(" ", 0, false)], { document }).querySelector("bdi")?.textContent).toBe("(empty)");
  });
  it("smallMultiples(groups) draws the stored picture", async () => {
    await expect(pictureText(smallMultiples(groups, { document }))).toMatchFileSnapshot(
      "pictures/small-multiples.html",
    );
  });
});
