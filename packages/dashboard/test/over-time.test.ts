import { describe, expect, it } from "vitest";
import type { Activation, SeriesPoint } from "../src/api/api-types.ts";
import { deploysOf, erasOf, promotionsOf } from "../src/views/over-time/changes.ts";
import { evidenceSentence, flaggedSince, gapSentence, type Line } from "../src/views/over-time/findings.ts";
import { inSuccession } from "../src/views/over-time/page-data.ts";
import { bucketFor, spanOf, stretchText, windowOf } from "../src/views/over-time/stretches.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 1);

function activation(day: number, ids: Partial<Activation>): Activation {
  const nothing = { version: null, route: null, calibratorId: null, policyId: null };
  return { model: "m", ...nothing, activatedAt: START + day * DAY, activatedBy: "key", ...ids };
}

function point(day: number, more: Partial<SeriesPoint> = {}): SeriesPoint {
  const [start, end] = [START + day * DAY, START + (day + 1) * DAY];
  const counts = { predictions: 100, labelled: 100, maturity: 1, mature: true, withoutConfidence: 0 };
  return { start, end, ...counts, ...more };
}

function line(points: readonly SeriesPoint[], version = "1"): Line {
  return { version, name: version, task: "binary", points };
}

const evidence = (flagged: boolean) => ({ evidence: { pValue: 0.01, qValue: flagged ? 0.02 : 0.4, flagged } });

describe("promotionsOf and deploysOf", () => {
  it("promotionsOf(history, model) says what is new against what the same versions and routes had before", () => {
    const history = [
      activation(9, {}),
      activation(6, { calibratorId: "a", policyId: "q" }),
      activation(4, { version: "2", policyId: "p" }),
      activation(3, { calibratorId: "a", policyId: "p" }),
      { ...activation(5, { calibratorId: "z" }), model: "another" },
    ];
    expect(
      promotionsOf(history, "m").map(({ label, version, time }) => [label, version, (time - START) / DAY]),
    ).toEqual([
      ["calibrator, policy", null, 3],
      ["policy", "2", 4],
      ["policy", null, 6],
      ["ended", null, 9],
    ]);
  });
  it("deploysOf(versions, model) names the first prediction of each version of the model", () => {
    const known = [
      { model: "m", version: "1", firstTime: START },
      { model: "n", version: "1", firstTime: START },
    ];
    expect(deploysOf(known, "m")).toMatchObject([{ kind: "deploy", label: "1", time: START }]);
  });
});

describe("erasOf", () => {
  const changes = [
    ...deploysOf([{ model: "m", version: "2", firstTime: START + 2 * DAY }], "m"),
    ...promotionsOf(
      [activation(5, { calibratorId: "a" }), activation(5.01, { calibratorId: "a", policyId: "p" })],
      "m",
    ),
    ...promotionsOf([activation(4, { version: "1", policyId: "p" })], "m"),
  ].sort((a, b) => a.time - b.time);
  const eras = (version: string, start: number, end: number) =>
    erasOf([{ version, start: START + start * DAY, end: START + end * DAY }], changes).map((era) => [
      (era.start - START) / DAY,
      (era.end - START) / DAY,
      era.began?.label ?? null,
    ]);

  it("erasOf(versions, changes) cuts at what concerns a version, and takes changes of the same hour as one", () => {
    expect(eras("2", 2, 9)).toEqual([
      [2, 5, "2"],
      [5, 9, "policy"],
    ]);
    expect(eras("1", 0, 9)).toEqual([
      [0, 4, null],
      [4, 5, "policy"],
      [5, 9, "policy"],
    ]);
  });
  it("erasOf(versions, changes) leaves out what was before and after", () => {
    expect(eras("2", 6, 9)).toEqual([[6, 9, null]]);
    expect(eras("2", 2, 3)).toEqual([[2, 3, "2"]]);
    expect(erasOf([], changes)).toEqual([]);
  });
});

describe("the division of time", () => {
  it("bucketFor(wanted, span) has some dozens of stretches, and no hours where there would be too many", () => {
    expect(bucketFor(undefined, DAY).bucket).toBe("hour");
    expect(bucketFor(undefined, 30 * DAY)).toEqual({ bucket: "day", allowed: ["day", "week"] });
    expect(bucketFor("hour", 30 * DAY).bucket).toBe("day");
    expect(bucketFor("hour", 7 * DAY).bucket).toBe("hour");
    expect(bucketFor("nonsense", 7 * DAY).bucket).toBe("day");
    expect(bucketFor(undefined, Infinity).bucket).toBe("week");
  });
  it("spanOf(filters, now) reads windows and dates", () => {
    const none = { window: null, from: null, to: null };
    expect(spanOf({ ...none, window: "36h" }, 0)).toBe(36 * HOUR);
    expect(spanOf({ ...none, window: "4w" }, 0)).toBe(28 * DAY);
    expect(spanOf({ ...none, from: "2026-11-01", to: "2026-11-03" }, 0)).toBe(2 * DAY);
    expect(spanOf({ ...none, from: "2026-11-01" }, START + DAY)).toBe(DAY);
    expect(spanOf({ ...none, to: "2026-11-03" }, 0)).toBe(Infinity);
  });
  it("windowOf(stretch) and stretchText(stretch, bucket) name a stretch", () => {
    expect(windowOf(point(2))).toEqual({ window: null, from: "2026-11-03", to: "2026-11-04" });
    expect(windowOf({ start: START + HOUR, end: START + 2 * HOUR })).toMatchObject({ from: "2026-11-01T01:00:00Z" });
    expect(stretchText(point(2), "day")).toMatch(/3.*2026|2026.*3/);
    expect(stretchText(point(2), "week")).toMatch(/^week of /);
  });
});

describe("sentences", () => {
  it("flaggedSince(points) is the newest run without a break, null where the newest is not flagged", () => {
    const days = [true, false, true, true].map((flagged, day) => point(day, evidence(flagged)));
    expect(flaggedSince([...days, point(4, { mature: false, evidence: null })])).toMatchObject({
      count: 2,
      first: { start: START + 2 * DAY },
    });
    expect(flaggedSince([...days, point(4, evidence(false))])).toBeNull();
    expect(flaggedSince([])).toBeNull();
  });
  it("evidenceSentence(line) says how many, since when, and what still waits", () => {
    const days = [false, false, true, true].map((flagged, day) => point(day, evidence(flagged)));
    const young = point(4, { mature: false, evidence: null });
    expect(evidenceSentence(line([...days, young]), "day")).toMatch(
      /^2 of 4 days .* The newest 2 are flagged without a break, since .* 1 day \(hatched\) still wait/,
    );
    expect(evidenceSentence(line(days.slice(0, 2)), "day")).toMatch(/^None of 2 days/);
    expect(evidenceSentence(line([young]), "day")).toMatch(/^No day has outcomes to judge by yet/);
  });
  it("gapSentence(line) counts intervals on either side of 0 beside what chance gives", () => {
    const gap = (value: number, half: number) => ({ gap: { value, lower: value - half, upper: value + half, n: 100 } });
    const days = [gap(0.05, 0.02), gap(-0.03, 0.01), gap(0.01, 0.02), gap(0.001, 0.01)].map((one, day) =>
      point(day, one),
    );
    const sentence = gapSentence(line(days), "day", 0.95);
    expect(sentence).toContain("too high on 1 of 4 days and too low on 1");
    expect(sentence).toContain("about 0.1 of each");
    expect(sentence).toContain("5.0 points [3.0, 7.0]");
    expect(gapSentence(line([]), "day", 0.95)).toBe("No day has outcomes to estimate from yet.");
  });
});

describe("inSuccession", () => {
  const quantiles = { p05: 0.1, p25: 0.2, p50: 0.3, p75: 0.4, p95: 0.5 };
  const of = (day: number, predictions: number, histogram: readonly number[]) =>
    point(day, { predictions, histogram, quantiles, served: 0.5 });

  it("inSuccession(lines) makes one line of versions that took over, with the histogram of both where they meet", () => {
    const [joined, ...others] = inSuccession([
      line([of(0, 10, [1, 0]), of(1, 30, [1, 0])]),
      line([of(1, 10, [0, 1]), of(2, 10, [0, 1])], "2"),
    ]);
    expect(others).toEqual([]);
    expect(joined?.points.map(({ histogram, quantiles: found }) => [histogram, found === null])).toEqual([
      [[1, 0], false],
      [[0.75, 0.25], true],
      [[0, 1], false],
    ]);
  });
  it("inSuccession(lines) keeps versions apart that ran at the same time or say different things", () => {
    const days = [0, 1, 2, 3].map((day) => of(day, 10, [1, 0]));
    expect(inSuccession([line(days), line(days, "2")])).toHaveLength(2);
    expect(inSuccession([line(days.slice(0, 1)), { ...line(days.slice(1), "2"), task: "confidence" }])).toHaveLength(2);
    expect(inSuccession([])).toEqual([]);
  });
});
