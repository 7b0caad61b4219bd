import { describe, expect, it } from "vitest";
import { checkStretches } from "../../../src/http/query/check-stretches.ts";
import type { ModelTraffic } from "../../../src/store/event-store.ts";

const hour = 3_600_000;
const day = 24 * hour;

const version = (name: string, days: number, segments: Record<string, number>): ModelTraffic => ({
  model: "fraud",
  version: name,
  task: "binary",
  predictions: 1,
  labelled: 0,
  firstTime: 20_000 * day,
  lastTime: (20_000 + days) * day - hour,
  segments,
});

const known = [version("1", 90, { user: 10_000, country: 20 }), version("2", 10, { user: 100 })];
const all = { by: undefined, bucketMs: day, isTested: false };

describe("checkStretches(known, scope)", () => {
  it("lets through what is asked of models, of few values, and of short windows", () => {
    checkStretches(known, all);
    checkStretches(known, { ...all, by: "country", bucketMs: hour });
    checkStretches(known, { ...all, by: "country", isTested: true });
    checkStretches(known, { ...all, by: "user", version: "2" });
    checkStretches(known, { ...all, by: "user", from: 20_000 * day, to: 20_009 * day });
    checkStretches(known, { ...all, by: "toString" });
    checkStretches([], { ...all, by: "user" });
  });

  it("refuses more series than can be answered, and says how many and what to do", () => {
    expect(() => checkStretches(known, { ...all, by: "user" })).toThrow(
      "this would be 10100 series with up to 901000 stretches, and at most 100000 are answered: name a model, a version or a shorter window, or take a longer bucket",
    );
    expect(() => checkStretches(known, { ...all, by: "user", isTested: true, to: 20_002 * day })).toThrow(
      "at most 10000 with evidence",
    );
    expect(() =>
      checkStretches(
        Array.from({ length: 2000 }, (_, i) => version(`${i}`, 90, {})),
        all,
      ),
    ).toThrow("this would be 2000 series");
  });
});
