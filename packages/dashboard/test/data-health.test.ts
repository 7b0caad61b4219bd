import { describe, expect, it } from "vitest";
import type { DataHealth, Project } from "../src/api/api-types.ts";
import { durationText } from "../src/views/data-health/durations.ts";
import { findingsOf, horizonWords } from "../src/views/data-health/findings.ts";

const hour = 3_600_000;

const sound: DataHealth = {
  asOf: 10 * hour,
  startedAt: 0,
  ...{ predictions: 1000, outcomes: 900, duplicates: 3, conflicts: 0, refused: 0 },
  ...{ orphans: 0, oldestOrphan: null, withoutConfidence: 0, labelDelay: [], models: [], rejected: [] },
  lag: { median: 20, p99: 900 },
  queue: { pendingEvents: 0, lagMs: 0, setAside: 0, writable: true, problem: null },
};

function worst(change: Partial<DataHealth>): readonly [string, string] {
  const [first] = findingsOf({ ...sound, ...change });
  return [first?.name ?? "", first?.tone ?? ""];
}

describe("findingsOf(health)", () => {
  it("findingsOf(health) finds nothing wrong with sound data", () => {
    expect(findingsOf(sound).map(({ tone }) => tone)).toEqual(["good", "good", "good", "good", "good", "good"]);
  });

  it.each([
    [{ queue: { ...sound.queue, writable: false, problem: "no space" } }, "Taking data in", "bad"],
    [{ queue: { ...sound.queue, setAside: 1 } }, "Taking data in", "bad"],
    [{ queue: { ...sound.queue, lagMs: 90_000, pendingEvents: 9 } }, "Taking data in", "unsure"],
    [{ orphans: 1, oldestOrphan: 9 * hour }, "Outcomes without a prediction", "unsure"],
    [{ orphans: 1, oldestOrphan: -20 * hour }, "Outcomes without a prediction", "bad"],
    [{ duplicates: 4, conflicts: 1 }, "Sent more than once", "bad"],
    [{ duplicates: 400 }, "Sent more than once", "unsure"],
    [{ withoutConfidence: 1 }, "Without a confidence", "unsure"],
    [{ withoutConfidence: 100 }, "Without a confidence", "bad"],
    [{ lag: { median: -2 * hour, p99: 0 } }, "Arrival", "bad"],
    [{ lag: { median: 20, p99: 2 * hour } }, "Arrival", "unsure"],
    [{ lag: { median: 30 * hour, p99: 40 * hour } }, "Arrival", "note"],
    [{ refused: 2 }, "Left out", "note"],
    [
      { rejected: [{ kind: "outcome", reason: "missing", count: 2, message: "value is missing", at: 5 }] },
      "Rejected",
      "bad",
    ],
  ] as const)("findingsOf(%j) puts %s first, as %s", (change, name, tone) => {
    expect(worst(change)).toEqual([name, tone]);
  });

  it("findingsOf(health) tells predictions that came again with the same content from those that differ", () => {
    const repeated = findingsOf({ ...sound, duplicates: 5, conflicts: 2 })[0];
    expect(repeated?.sentence).toBe("3 predictions came again with the same content, 2 with another.");
  });
});

describe("horizonWords(project, delay)", () => {
  const project = (maturityHours: number): Pick<Project, "settings"> => ({
    settings: {
      maturityHours,
      ...{ outcomeName: "outcome", retentionDays: null, contentDays: null, whenUncertified: "review" },
    },
  });

  it.each([
    [0, null, "note"],
    [0, { p90: 40, p99: 71 }, "good"],
    [0, { p90: hour, p99: 1.5 * hour }, "bad"],
    [24, { p90: 20 * hour, p99: 23 * hour }, "good"],
    [24, { p90: 20 * hour, p99: 30 * hour }, "unsure"],
    [24, { p90: 26 * hour, p99: 30 * hour }, "bad"],
  ] as const)("horizonWords(%d hours, %j) is %s", (maturityHours, delay, tone) => {
    expect(horizonWords(project(maturityHours), delay).tone).toBe(tone);
  });

  it("horizonWords(project, delay) asks for whole hours", () => {
    expect(horizonWords(project(0), { p90: hour, p99: 1.2 * hour }).words).toBe(
      "Late: set the horizon to 2 hours or more",
    );
  });
});

describe("durationText(ms)", () => {
  it.each([
    [0, "0 ms"],
    [1000, "1 second"],
    [90_000, "1.5 minutes"],
    [hour, "1 hour"],
    [-2 * hour, "\u22122 hours"],
    [59.97 * 60_000, "60 minutes"],
    [100 * 24 * hour, "100 days"],
  ])("durationText(%d) is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
