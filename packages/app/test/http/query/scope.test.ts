import { describe, expect, it } from "vitest";
import { HttpError } from "../../../src/http/http-error.ts";
import { oneSegment, readScope, type ScopeQuery } from "../../../src/http/query/scope.ts";

const now = Date.UTC(2026, 2, 10, 12);

function scope(query: ScopeQuery) {
  return readScope(query, "p", now);
}

describe("readScope(query, project, now)", () => {
  it("restricts nothing that was not asked for", () => {
    expect(scope({})).toEqual({ project: "p" });
  });
  it("reads dates, moments with a zone and milliseconds", () => {
    expect(scope({ from: "2026-03-01", to: "2026-03-02T01:00:00+01:00" })).toEqual({
      project: "p",
      from: Date.UTC(2026, 2, 1),
      to: Date.UTC(2026, 2, 2),
    });
    expect(scope({ from: "1772323200000" })).toEqual({ project: "p", from: 1_772_323_200_000 });
  });
  it("counts a window back from now or from its end", () => {
    expect(scope({ window: "36h" })).toEqual({ project: "p", from: now - 36 * 3_600_000 });
    expect(scope({ window: "2w", to: "2026-03-15" })).toEqual({
      project: "p",
      from: Date.UTC(2026, 2, 1),
      to: Date.UTC(2026, 2, 15),
    });
  });
  it("reads segments up to their first colon", () => {
    expect(scope({ model: "m", version: "1", route: "r", segment: ["country:DE", "url:http://a"] })).toEqual({
      project: "p",
      model: "m",
      version: "1",
      route: "r",
      segments: { country: "DE", url: "http://a" },
    });
  });
  it("takes a route as a segment too: that is how segments are listed", () => {
    const found = scope({ segment: ["route:web:1", "country:DE"] });
    expect(found).toEqual({ project: "p", route: "web:1", segments: { country: "DE" } });
    expect(oneSegment(scope({ segment: ["route:web"] }))).toEqual({ key: "route", value: "web" });
    expect(scope({ route: "web", segment: ["route:web"] })).toEqual({ project: "p", route: "web" });
  });
  it.each<[ScopeQuery, string, string]>([
    [{ from: "yesterday" }, "from", "from must be a date"],
    [{ from: "2026-02-30" }, "from", "from must be a date"],
    [{ to: "2026-03-01T00:00:00" }, "to", "to must be a date"],
    [{ from: "2026-03-02", to: "2026-03-01" }, "to", "to must be after from"],
    [{ from: "2026-03-02", window: "7d" }, "window", "not both"],
    [{ segment: ["country"] }, "segment", 'segment must be key:value, got "country"'],
    [{ segment: [":DE"] }, "segment", "segment must be key:value"],
    [{ segment: ["country:"] }, "segment", "segment must be key:value"],
    [{ route: "b", segment: ["route:a"] }, "segment", "a prediction has one route"],
    [{ segment: ["a:1", "a:2"] }, "segment", "has one value of a"],
  ])("refuses %o and names %s", (query, field, message) => {
    try {
      scope(query);
      expect.unreachable();
    } catch (error) {
      if (!HttpError.is(error)) throw error;
      expect([error.status, error.detail.field]).toEqual([400, field]);
      expect(error.detail.message).toContain(message);
    }
  });
});

describe("oneSegment(filter)", () => {
  it("is null, the segment, or the route as a segment", () => {
    expect(oneSegment({ project: "p" })).toBeNull();
    expect(oneSegment({ project: "p", segments: { a: "1" } })).toEqual({ key: "a", value: "1" });
    expect(oneSegment({ project: "p", route: "r" })).toEqual({ key: "route", value: "r" });
  });
  it("refuses two", () => {
    expect(() => oneSegment({ project: "p", route: "r", segments: { a: "1" } })).toThrow(
      "one segment or route at a time",
    );
  });
});
