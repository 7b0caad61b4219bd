import { describe, expect, it } from "vitest";
import { checkEvent } from "../../src/store/check-event.ts";
import { erasureOf, outcomeOf, predictionOf } from "./contract/history.ts";

describe("checkEvent(event, index)", () => {
  it("lets through what the types promise, to the ends of every range", () => {
    const years = { time: -62_167_219_200_000, receivedAt: 253_402_300_799_999 };
    for (const event of [
      predictionOf("a", "1", { ...years, confidence: 0, rawConfidence: 1, interval: [0, 1], propensity: 1e-6 }),
      predictionOf("a", "x".repeat(200), { confidence: null, rawConfidence: null, interval: null, propensity: 1 }),
      ...([0, 1, "yes", null] as const).map((value) => outcomeOf("a", "1", value)),
      erasureOf("a", "1"),
      { kind: "content" as const, project: "a", predictionId: "1", content: {}, expiresAt: 0 },
    ])
      expect(() => checkEvent(event, 0)).not.toThrow();
  });

  it.each([
    [
      predictionOf("a", "1", { time: 0.5 }),
      "time is 0.5, expected whole milliseconds since 1970 between the years 0 and 9999",
    ],
    [predictionOf("a", "1", { receivedAt: Number.NaN }), "receivedAt is NaN"],
    [predictionOf("a", "1", { time: 1_700_000_000_000_000 }), "time is 1700000000000000"],
    [predictionOf("a", "1", { confidence: 1.1 }), "confidence is 1.1, expected a number in [0, 1]"],
    [predictionOf("a", "1", { rawConfidence: Number.NaN }), "rawConfidence is NaN"],
    [predictionOf("a", "1", { interval: [0, 2] }), "an end of the interval is 2"],
    [predictionOf("a", "1", { propensity: 0 }), "propensity is 0, expected a number in [1e-6, 1]"],
    [predictionOf("a", ""), "the length of an id is 0, expected 1 to 200"],
    [outcomeOf("a", "1", 1, { observedAt: Infinity }), "observedAt is Infinity"],
    [erasureOf("a", "x".repeat(201)), "the length of an id is 201"],
  ])("refuses %j", (event, message) => {
    expect(() => checkEvent(event, 7)).toThrowError(expect.objectContaining({ code: "out-of-range", index: 7 }));
    expect(() => checkEvent(event, 7)).toThrowError(message);
  });
});
