import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMoment } from "../src/read-moment.ts";

describe("readMoment(text)", () => {
  it("reads what JavaScript writes", () => {
    const date = fc.date({
      min: new Date("1700-01-01T00:00:00Z"),
      max: new Date("2250-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (moment) => {
        expect(readMoment(moment.toISOString())).toBe(moment.getTime());
      }),
    );
  });
  it("reads offsets, days alone, slashes, and microseconds", () => {
    expect(readMoment("2024-01-02")).toBe(Date.UTC(2024, 0, 2));
    expect(readMoment("2024/1/2 3:04")).toBe(Date.UTC(2024, 0, 2, 3, 4));
    expect(readMoment("2024-01-02T03:04:05+02:00")).toBe(Date.UTC(2024, 0, 2, 1, 4, 5));
    expect(readMoment("2024-01-02 03:04:05 -0530")).toBe(Date.UTC(2024, 0, 2, 8, 34, 5));
    expect(readMoment("1970-01-01 00:00:00.0012349Z")).toBe(1.234);
    expect(readMoment("2024-01-02 24:00:00")).toBe(Date.UTC(2024, 0, 3));
  });
  it("is undefined for days that there are not, and for anything else", () => {
    for (const text of [
      "2023-02-29",
      "2024-13-01",
      "2024-01-02 23:59:60",
      "2024-01-02 25:00",
      "2024",
      "1704164645",
      "x",
    ])
      expect(readMoment(text)).toBeUndefined();
  });
});
