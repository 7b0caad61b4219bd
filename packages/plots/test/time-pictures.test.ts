import { describe, expect, it } from "vitest";
import { placeChanges } from "../src/change-labels.ts";
import { hatch } from "../src/hatch.ts";
import {
  confidenceOverTime,
  decisionsOverTime,
  estimateOverTime,
  type TimeChange,
  type TimeConfidences,
  type TimeDecisions,
  type TimeEstimate,
  type TimeTraffic,
  timeFrame,
  trafficOverTime,
} from "../src/index.ts";
import { steadyDomain } from "../src/steady-domain.ts";
import { stepArea } from "../src/step-area.ts";
import { runsOf } from "../src/stretch.ts";
import { timeTickFormat } from "../src/time-ticks.ts";
import { emptyDocument } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 5, 1);

const stretch = (day: number) => ({ start: START + day * DAY, end: START + (day + 1) * DAY });

/** Days with a gap, a flagged one, one of a few outcomes, and young ones at the end. */
function estimates(days: number, centre: number, half = 0.02): TimeEstimate[] {
  return Array.from({ length: days }, (_, day) => day)
    .filter((day) => day !== 5)
    .map((day): TimeEstimate => {
      const value = centre + 0.02 * Math.sin(day);
      const wide = day === 8 ? 40 * half : half;
      const mature = day < days - 3;
      const at = { ...stretch(day), mature, title: `day ${day}` };
      if (!mature && day !== days - 3) return { ...at, value: null, lower: null, upper: null };
      return {
        ...at,
        value,
        lower: day === 9 ? null : value - wide,
        upper: day === 9 ? null : value + wide,
        noiseFloor: 0.02,
        flagged: day === 3,
      };
    });
}

const confidences: readonly TimeConfidences[] = [0, 1, 2, 4].map((day) => ({
  ...stretch(day),
  histogram: [0.005, 0.015, 0.03, 0.35, 0.6 - 0.1 * day, 0.1 * day],
  quantiles: { p05: 0.4, p25: 0.6, p50: 0.7, p75: 0.75 + 0.02 * day, p95: 0.9 },
  title: `day ${day}`,
}));
const decisions: readonly TimeDecisions[] = [0, 1, 2, 4].map((day) => ({
  ...stretch(day),
  act: 0.7 - 0.1 * day,
  review: 0.2,
  abstain: 0.1,
  none: 0.1 * day,
  title: `day ${day}`,
}));
const traffic: readonly TimeTraffic[] = [0, 1, 2, 3, 4].map((day) => ({
  ...stretch(day),
  predictions: 12_000 + 500 * day,
  labelled: day < 3 ? 11_000 : 3000,
  mature: day < 3,
  title: `day ${day}`,
}));
const changes: readonly TimeChange[] = [
  { time: START + 2 * DAY, kind: "deploy", label: "2026-06" },
  { time: START + 3.5 * DAY, kind: "promotion", label: "calibrator" },
  { time: START + 3.5 * DAY, kind: "promotion", label: "policy" },
  { time: START - DAY, kind: "deploy", label: "before all" },
];

const pictures: Pictures = {
  eceOverTime: (options) => estimateOverTime([{ name: "1", points: estimates(14, 0.04) }], { ...options, changes }),
  gapOverTime: (options) =>
    estimateOverTime([{ name: "1", points: estimates(90, 0.01) }], { ...options, quantity: "gap", changes }),
  slopeOverTime: (options) =>
    estimateOverTime(
      [
        { name: "first", points: estimates(14, 1, 0.2) },
        { name: "second", points: estimates(14, 0.8, 0.2) },
      ],
      { ...options, quantity: "slope" },
    ),
  confidenceOverTime: (options) => confidenceOverTime(confidences, { ...options, changes }),
  decisionsOverTime: (options) => decisionsOverTime(decisions, { ...options, changes }),
  trafficOverTime: (options) => trafficOverTime(traffic, { ...options, changes }),
};

describePictures(pictures);

describe("pictures over time", () => {
  const document = emptyDocument();
  const text = (element: Element) => element.outerHTML;
  const lines = (svg: Element) =>
    [...svg.querySelectorAll('g[aria-label="line"] path')].map((path) => path.getAttribute("d") ?? "");

  it("estimateOverTime(series) joins neither across a gap nor to stretches whose outcomes are still to come", () => {
    const svg = estimateOverTime([{ name: "1", points: estimates(14, 0.01) }], { document, quantity: "gap" });
    expect(lines(svg).map((path) => path.split(/[ML]/).length - 1)).toEqual([5, 5]);
    expect(text(svg)).toContain("outcomes still to come");
  });
  it("estimateOverTime(series) shows flagged stretches by their form, and keeps values beyond the axis in sight", () => {
    const usual = estimates(14, 0.01).map((point) => ({ ...point, flagged: false }));
    const odd = usual.map((point, k) => (k === 7 ? { ...point, value: 0.9, lower: -0.5, upper: 1 } : point));
    const of = (points: readonly TimeEstimate[]) => text(estimateOverTime([{ name: "1", points }], { document }));
    expect(of(usual)).not.toContain("◆");
    expect(of(estimates(14, 0.01))).toContain("◆ flagged");
    expect(of(odd).match(/<path[^>]*transform="[^"]*rotate/g) ?? of(odd).match(/aria-label="dot"/g)).not.toBeNull();
  });
  it("estimateOverTime(series, { changes }) writes out what names hide, and cuts long ones", () => {
    const name = `a\u202eb${"c".repeat(90)}`;
    const series = [name, "2"].map((one) => ({ name: one, points: estimates(14, 0.01) }));
    const drawn = text(
      estimateOverTime(series, { document, changes: [{ time: START + DAY, kind: "deploy", label: name }] }),
    );
    expect(drawn).not.toContain("\u202e");
    expect(drawn).not.toContain("c".repeat(40));
    expect(drawn).toContain("a\\u{202e}b");
  });
  it("estimateOverTime(series) draws at most four streams", () => {
    const series = ["a", "b", "c", "d", "e"].map((name) => ({ name, points: estimates(14, 0.01) }));
    expect(text(estimateOverTime(series, { document }))).not.toMatch(/[—–·] e</);
  });
  it("estimateOverTime(series, { alongside }) has the axis of all", () => {
    const [low, high] = [estimates(14, 0.01), estimates(14, 0.2)].map((points) => [{ name: "1", points }]);
    const ticks = (svg: Element) =>
      [...svg.querySelectorAll('g[aria-label="y-axis tick label"] text')].map(({ textContent }) => textContent);
    const alongside = [...(low ?? []), ...(high ?? [])];
    const both = ticks(estimateOverTime(low ?? [], { document, quantity: "gap", alongside }));
    expect(both).toEqual(ticks(estimateOverTime(high ?? [], { document, quantity: "gap", alongside })));
    expect(both).not.toEqual(ticks(estimateOverTime(low ?? [], { document, quantity: "gap" })));
    expect(both.length).toBeGreaterThan(2);
  });
  it("estimateOverTime(series, { bare }) leaves out what small multiples have in common, but no change", () => {
    const svg = estimateOverTime([{ name: "1", points: estimates(14, 0.01) }], { document, bare: true, changes });
    expect(text(svg)).not.toMatch(/noise floor/);
    expect(text(svg)).toContain("2026-06");
  });
  it("estimateOverTime([]) and the other pictures draw without data", () => {
    for (const svg of [
      estimateOverTime([], { document }),
      estimateOverTime([{ name: "1", points: [] }], { document, from: START, to: START + DAY }),
      estimateOverTime(
        [{ name: "1", points: [{ ...stretch(0), value: 0, lower: 0, upper: 0, mature: true, title: "" }] }],
        {
          document,
        },
      ),
      confidenceOverTime([], { document }),
      confidenceOverTime([{ ...stretch(0), histogram: [0, 0], quantiles: null, title: "" }], { document }),
      decisionsOverTime([], { document }),
      trafficOverTime([], { document }),
    ])
      expect(text(svg)).not.toMatch(/NaN|Infinity|undefined/);
  });
  it("confidenceOverTime(stretches) has no more shapes for two weeks of hours than for two days", () => {
    const hours = (n: number) =>
      Array.from({ length: n }, (_, hour): TimeConfidences => {
        const histogram = Array.from({ length: 20 }, (_, b) => (b + hour) / (190 + 20 * hour));
        const at = { start: START + (hour * DAY) / 24, end: START + ((hour + 1) * DAY) / 24, title: "" };
        return { ...at, histogram, quantiles: null };
      });
    const shapes = (n: number) => confidenceOverTime(hours(n), { document }).querySelectorAll("path").length;
    expect(shapes(24 * 14)).toBeLessThanOrEqual(shapes(48));
  });
  it("confidenceOverTime(stretches) names what the confidences are", () => {
    expect(text(confidenceOverTime(confidences, { document, axis: "probability" }))).toContain("Probability stated");
  });
  it("all pictures of the same width and window are aligned, and keep changes outside the window out", () => {
    const options = { document, width: 320, from: START, to: START + 14 * DAY, changes };
    const frame = timeFrame(320, options);
    for (const svg of [
      estimateOverTime([{ name: "1", points: estimates(14, 0.04) }], options),
      confidenceOverTime(confidences, options),
      decisionsOverTime(decisions, options),
      trafficOverTime(traffic, options),
    ]) {
      const rules = [...svg.querySelectorAll('g[aria-label="rule"] line')].map((line) =>
        Number(line.getAttribute("x1")),
      );
      expect(rules.some((x) => Math.abs(x - frame.positionOf(START + 2 * DAY)) < 0.6)).toBe(true);
      expect(text(svg)).not.toContain("before all");
    }
    expect(frame.timeOf(frame.positionOf(START + DAY))).toBeCloseTo(START + DAY, 3);
  });
});

describe("timeTickFormat", () => {
  it("timeTickFormat(zone) says hours within a day, days, months, and the year where it changes", () => {
    const words = (...times: number[]) => times.map((time) => new Date(time)).map(timeTickFormat("utc"));
    expect(words(START, START + DAY / 4, START + DAY)).toEqual(["1 Jun", "06:00", "2 Jun"]);
    expect(words(Date.UTC(2025, 10, 1), Date.UTC(2025, 11, 1), Date.UTC(2026, 0, 1))).toEqual([
      "Nov",
      "Dec",
      "Jan 2026",
    ]);
    expect(words(Date.UTC(2025, 11, 28), Date.UTC(2026, 0, 4))).toEqual(["28 Dec", "4 Jan 2026"]);
    expect([new Date(2026, 5, 3, 14, 30)].map(timeTickFormat("local"))).toEqual(["14:30"]);
  });
});

describe("placeChanges", () => {
  it("placeChanges(changes, frame) puts labels on lanes so that none overlap, and leaves out what has no room", () => {
    const frame = timeFrame(320, { from: 0, to: 100 });
    const many = Array.from(
      { length: 9 },
      (_, k): TimeChange => ({ time: 40 + k, kind: "deploy", label: `version ${k}` }),
    );
    const placed = placeChanges(many, frame);
    expect(placed.map(({ lane }) => lane).slice(0, 4)).toEqual([0, 1, 2, undefined]);
    const ends = placeChanges([{ time: 99, kind: "promotion", label: "calibrator" }], frame);
    expect(ends[0]?.anchor).toBe("end");
  });
});

describe("runsOf", () => {
  it("runsOf(stretches) begins anew after a gap and around what breaks it", () => {
    const days = [0, 1, 3, 4, 5].map(stretch);
    const names = (runs: readonly (readonly { start: number }[])[]) =>
      runs.map((run) => run.map(({ start }) => (start - START) / DAY));
    expect(names(runsOf(days))).toEqual([
      [0, 1],
      [3, 4, 5],
    ]);
    expect(names(runsOf(days, ({ start }) => start === START + 4 * DAY))).toEqual([[0, 1], [3], [5]]);
  });
});

describe("steadyDomain", () => {
  it("steadyDomain(points) has room for usual intervals and for flagged ones, not for one of a handful of outcomes", () => {
    const usual = [0, 1, 2, 4].map((k) => ({ value: k / 100, lower: k / 100 - 0.02, upper: k / 100 + 0.02 }));
    const odd = { value: 0.5, lower: -0.4, upper: 1 };
    const [low, high] = steadyDomain([...usual, odd], [0]);
    expect(low).toBeCloseTo(-0.02, 12);
    expect(high).toBeCloseTo(0.06, 12);
    expect(steadyDomain([...usual, { ...odd, flagged: true }])[1]).toBe(1);
    expect(steadyDomain([])).toEqual([0, 1]);
    expect(steadyDomain([{ value: 3, lower: -Infinity, upper: Infinity }])).toEqual([1.5, 4.5]);
  });
});

describe("hatch and stepArea", () => {
  it("hatch(boxes) stays inside", () => {
    const points = [...hatch([{ x1: 10, x2: 30, y1: 5, y2: 50 }]).matchAll(/[ML]([\d.]+),([\d.]+)/g)];
    expect(points.length).toBeGreaterThan(8);
    for (const [, x, y] of points) {
      expect(Number(x)).toBeGreaterThanOrEqual(10);
      expect(Number(x)).toBeLessThanOrEqual(30);
      expect(Number(y)).toBeGreaterThanOrEqual(5);
      expect(Number(y)).toBeLessThanOrEqual(50);
    }
  });
  it("stepArea(steps) is one closed outline", () => {
    expect(
      stepArea([
        { x1: 0, x2: 10, top: 5, bottom: 9 },
        { x1: 10, x2: 20, top: 3, bottom: 8 },
      ]),
    ).toBe("M0,9V5H10V3H20V8H10V9H0Z");
    expect(stepArea([])).toBe("");
  });
});
