import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOutcome } from "../../../src/http/ingest/check-outcome.ts";
import { checkPrediction } from "../../../src/http/ingest/check-prediction.ts";
import { isTooDeep } from "../../../src/http/ingest/is-too-deep.ts";
import { parseTime } from "../../../src/http/ingest/parse-time.ts";
import { outcomeSchema, predictionSchema } from "../../../src/http/ingest/prediction-schema.ts";
import { BadLine, readItems } from "../../../src/http/ingest/read-items.ts";

const now = Date.UTC(2026, 2, 1, 12);
const context = { project: "a", now };

/** Values near the edges of what fields take. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 0.5, 1e-6, 1e-7, 1.0001, -0, "", "a", "act"),
  },
  fc.constantFrom<unknown>(
    "binary",
    "confidence",
    "outcome",
    "x".repeat(200),
    "x".repeat(201),
    "a\u0000",
    "\udc00",
    "é",
  ),
  fc.constantFrom<unknown>(
    now,
    now + 86_400_000,
    now + 86_400_001,
    5,
    "2026-03-01T12:00:00Z",
    "2026-02-29T00:00Z",
    "2026",
  ),
  fc.double(),
  fc.string({ unit: "binary" }),
  fc.array(fc.double({ min: -0.1, max: 1.1, noNaN: true }), { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(fc.string({ maxLength: 5 }), fc.double(), fc.constant(null)), {
    maxKeys: 3,
  }),
  fc.constantFrom<unknown>({}, [], { route: "a" }, { a: "" }, { a: "b" }, { a: 1 }, { a: { b: 1 } }, { a: [1] }),
  fc.integer({ min: 15, max: 66 }).map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, "v"]))),
  fc.integer({ min: 4090, max: 4097 }).map((n) => ({ a: "x".repeat(n) })),
);

const goodPrediction = { id: "p", model: "m", version: "1", confidence: 0.5 };
const optional =
  "time rawConfidence task prediction route segments decision interval propensity calibratorId policyId evidence content";

/** Mostly right: a good item of which few fields are something else. As JSON would bring it. */
function items(good: object, names: readonly string[]): fc.Arbitrary<unknown> {
  const changes = fc.dictionary(fc.constantFrom(...names, "other", "__proto__"), value, {
    maxKeys: 2,
    noNullPrototype: true,
  });
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(changes, fc.constantFrom("", "", "", ...names))
        .map(([change, without]) =>
          Object.fromEntries([...Object.entries(good), ...Object.entries(change)].filter(([name]) => name !== without)),
        ),
    },
    value,
  );
}

describe("checkPrediction(item, context)", () => {
  const schema = predictionSchema(() => now);
  const names = [...Object.keys(goodPrediction), ...optional.split(" ")];

  it("takes exactly what predictionSchema describes", () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(items(goodPrediction, names), (item) => {
        const checked = checkPrediction(item, context).kind === "checked";
        seen[checked ? "taken" : "refused"]++;
        expect(checked).toBe(schema.safeParse(item).success);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(300);
  });

  it("makes an event that is whole whatever was left out", () => {
    expect(checkPrediction(goodPrediction, context)).toEqual({
      kind: "checked",
      content: null,
      event: {
        kind: "prediction",
        project: "a",
        ...goodPrediction,
        rawConfidence: 0.5,
        route: null,
        segments: {},
        time: now,
        receivedAt: now,
        task: "confidence",
        prediction: null,
        interval: null,
        decision: null,
        certified: null,
        calibratorId: null,
        policyId: null,
        propensity: null,
        evidence: null,
      },
    });
  });

  it("keeps a raw confidence that is said to be missing apart from one that is not said", () => {
    const raw = (item: object) => {
      const checked = checkPrediction({ ...goodPrediction, ...item }, context);
      return checked.kind === "checked" ? checked.event.rawConfidence : expect.fail(checked.message);
    };
    expect(raw({})).toBe(0.5);
    expect(raw({ rawConfidence: null })).toBeNull();
    expect(raw({ confidence: null })).toBeNull();
  });
});

describe("checkOutcome(item, context)", () => {
  it("takes exactly what outcomeSchema describes", () => {
    const schema = outcomeSchema(() => now);
    const good = { predictionId: "p", value: true };
    fc.assert(
      fc.property(items(good, ["predictionId", "value", "name", "source", "observedAt"]), (item) => {
        expect(checkOutcome(item, context).kind === "checked").toBe(schema.safeParse(item).success);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("parseTime(value, now)", () => {
  it.each([
    ["2026-03-01T12:00:00Z", now],
    ["2026-03-01T12:00Z", now],
    ["2026-03-01T13:30:00+01:30", now],
    ["2026-02-28T23:00:00.5-13:00", now + 500],
    ["2026-03-01T12:00:00.123456789Z", now + 123],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    [now + 0.9, now],
    [now + 86_400_000, now + 86_400_000],
  ])("is the moment of %s", (text, time) => {
    expect(parseTime(text, now)).toBe(time);
  });

  it.each([
    "2026-03-01",
    "2026-03-01T12:00:00",
    "2026-03-01 12:00:00Z",
    "2025-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:60:00Z",
    "2026-03-01T12:00:60Z",
    "2026-03-01T12:00:00.Z",
    "2026-03-01T12:00:00.1234567891Z",
    "2026-03-01T12:00:00+24:00",
    "2026-03-01T12:00:00+0100",
    "2026-03-01T12:00:00Zx",
    "+002026-03-01T12:00:00Z",
    "1772366400000",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    1999,
    now + 86_400_001,
  ])("refuses %s with a sentence", (bad) => {
    expect(parseTime(bad, now)).toEqual(expect.stringMatching(/ISO 8601|year 2000|a day after/));
  });

  it("agrees with Date where Date keeps to the form", () => {
    const dates = fc.date({ min: new Date(Date.UTC(2000, 0, 1)), max: new Date(now), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseTime(date.toISOString(), now)).toBe(date.getTime());
      }),
    );
  });
});

describe("isTooDeep(text)", () => {
  it("is what walking the parsed value says", () => {
    const depthOf = (json: unknown): number =>
      typeof json === "object" && json !== null ? 1 + Math.max(0, ...Object.values(json).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 58, max: 66 }), (json, wraps) => {
        const text = `${'[{"a":'.repeat(wraps >> 1)}${json}${"}]".repeat(wraps >> 1)}`;
        expect(isTooDeep(text)).toBe(depthOf(JSON.parse(text)) > 64);
      }),
    );
  });

  it("is quick and safe for what is no JSON", () => {
    expect(isTooDeep('"'.repeat(1_000_001))).toBe(false);
    expect(isTooDeep("]".repeat(1_000_000))).toBe(false);
    expect(isTooDeep(`"\\${"\\".repeat(999)}`)).toBe(false);
  });
});

describe("readItems(text, contentType, most)", () => {
  it("reads one object, a list, and lines", () => {
    expect(readItems('{"a":1}', "application/json", 5)).toEqual([{ a: 1 }]);
    expect(readItems("[1,2]", "Application/JSON; charset=utf-8", 5)).toEqual([1, 2]);
    expect(readItems('1\r\n\n  \n{"a":2}', "application/x-ndjson", 5)).toEqual([1, { a: 2 }]);
    expect(readItems("", "application/x-ndjson", 5)).toEqual([]);
  });

  it("names the line of the file, not of the items", () => {
    const items = readItems("1\n\n\nx\n", "application/x-ndjson", 5);
    expect(items[1]).toBeInstanceOf(BadLine);
    expect(items[1]).toMatchObject({ rejection: { message: "line 4 is not JSON" } });
  });
});
