import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellTotal } from "../../src/cells/cells.ts";
import { addToPeriods, createPeriods, periodStretches } from "../../src/report/period-cells.ts";
import type { TimeColumn } from "../../src/report/predictions.ts";
import { timeGroups } from "../../src/report/time-groups.ts";
import { dateUnits } from "../../src/report/time-stretches.ts";

const DAY = 86_400_000;
const dates = (...texts: string[]): TimeColumn => ({
  name: "time",
  kind: "date",
  values: Float64Array.from(texts, (text) => Date.parse(text)),
});
const numbers = (values: Iterable<number>): TimeColumn => ({
  name: "batch",
  kind: "number",
  values: Float64Array.from(values),
});
/** n dates from a start, each a step of days after the one before. */
const every = (start: string, days: number, n: number): TimeColumn => ({
  ...dates(),
  values: Float64Array.from({ length: n }, (_, i) => Date.parse(start) + i * days * DAY),
});
const names = (time: TimeColumn): string[] => timeGroups(time).map((group) => group.name);

describe("timeGroups of dates", () => {
  it("timeGroups(time) cuts into hours where there are at most 40 of them", () => {
    const groups = timeGroups(
      dates("2026-03-01T10:59:59.999Z", "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z", "2026-03-02T00:30:00Z"),
    );
    expect(groups.map(({ name, rows }) => [name, [...rows]])).toEqual([
      ["2026-03-01T09:00", [1]],
      ["2026-03-01T10:00", [0, 2]],
      ["2026-03-02T00:00", [3]],
    ]);
  });

  it("timeGroups(time) cuts into days, weeks from Monday, months, quarters and years as time grows longer", () => {
    const days = every("2026-03-01T00:00:00Z", 1 / 4, 160);
    expect(names(days)).toHaveLength(40);
    expect(names(days)[0]).toBe("2026-03-01");

    const weeks = every("2026-03-01T12:00:00Z", 1, 41);
    expect(names(weeks).slice(0, 3)).toEqual(["2026-02-23", "2026-03-02", "2026-03-09"]);

    const months = every("2025-01-15T00:00:00Z", 7, 60);
    expect(names(months).slice(0, 2)).toEqual(["2025-01-01", "2025-02-01"]);
    expect(names(months)).toHaveLength(15);

    const quarters = every("2016-02-10T00:00:00Z", 30, 60);
    expect(names(quarters).slice(0, 3)).toEqual(["2016-01-01", "2016-04-01", "2016-07-01"]);

    const years = every("1950-06-01T00:00:00Z", 90, 300);
    expect(names(years).slice(0, 2)).toEqual(["1950-01-01", "1951-01-01"]);
    expect(names(every("0050-06-01T00:00:00Z", 4000, 60))[0]).toBe("0050-01-01");
  });

  it("timeGroups(time) leaves out stretches without rows", () => {
    expect(names(dates("2026-01-01T00:00:00Z", "2026-01-03T05:00:00Z"))).toEqual([
      "2026-01-01T00:00",
      "2026-01-03T05:00",
    ]);
  });

  it("timeGroups(time) begins every stretch where its unit begins, in UTC", () => {
    fc.assert(
      fc.property(fc.integer({ min: -8e15, max: 8e15 }), (t) => {
        for (const [unit, startOf] of Object.entries(dateUnits)) {
          const start = startOf(t);
          expect(start).toBeLessThanOrEqual(t);
          expect(startOf(start)).toBe(start);
          expect(t - start).toBeLessThan(367 * DAY);
          const text = new Date(start).toISOString();
          if (unit === "week") expect(new Date(start).getUTCDay()).toBe(1);
          if (unit === "month") expect(text).toMatch(/-01T00:00:00.000Z$/);
          if (unit === "quarter") expect(text).toMatch(/-(01|04|07|10)-01T00:00:00.000Z$/);
          if (unit === "year") expect(text).toMatch(/-01-01T00:00:00.000Z$/);
        }
      }),
    );
  });
});

describe("timeGroups of numbers", () => {
  it("timeGroups(time) keeps every distinct number where there are at most 40, in their order", () => {
    const groups = timeGroups(numbers([3, -1, 3, 2.5]));
    expect(groups.map(({ name, rows }) => [name, [...rows]])).toEqual([
      ["-1", [1]],
      ["2.5", [3]],
      ["3", [0, 2]],
    ]);
  });

  it("timeGroups(time) cuts more numbers into 20 stretches of equal width", () => {
    const groups = timeGroups(numbers(Array.from({ length: 101 }, (_, i) => i)));
    expect(groups).toHaveLength(20);
    expect(groups.map((group) => group.name).slice(0, 3)).toEqual(["0", "5", "10"]);
    expect([...groups[0].rows]).toEqual([0, 1, 2, 3, 4]);
    expect([...groups[19].rows]).toEqual([95, 96, 97, 98, 99, 100]);
  });

  it("timeGroups(time) gives large numbers with small differences names of their own", () => {
    const groups = timeGroups(numbers(Array.from({ length: 5000 }, (_, i) => 1_700_000_000_000 + i * 1000)));
    expect(new Set(groups.map((group) => group.name)).size).toBe(20);
    expect(groups[0].name).toBe("1700000000000");
  });

  it("timeGroups(time) puts every row into one stretch, whatever the numbers", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.double({ min: 0, max: 1e-300, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 120, size: "max" }), (values) => {
        const groups = timeGroups(numbers(values));
        expect(groups.length).toBeLessThanOrEqual(40);
        const rows = groups.flatMap((group) => [...group.rows]);
        expect(rows.sort((a, b) => a - b)).toEqual(values.map((_, i) => i));
        const starts = groups.map((group) => Number(group.name));
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }),
    );
  });

  it("timeGroups(time) of no rows is empty", () => {
    expect(timeGroups(numbers([]))).toEqual([]);
  });

  it("timeGroups(time) names the row of a time that is none", () => {
    expect(() => timeGroups(numbers([1, Number.NaN]))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    expect(() => timeGroups({ ...dates(), values: Float64Array.of(0, 9e15) })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });
});

describe("periodStretches", () => {
  /** Stretches of a stream cut into batches, with the number of rows of each. */
  function streamed(time: TimeColumn, cuts: readonly number[]): [string, number][] {
    const periods = createPeriods(time);
    const ends = [...cuts.filter((cut) => cut < time.values.length), time.values.length].sort((a, b) => a - b);
    let start = 0;
    for (const end of ends) {
      const values = time.values.slice(start, end);
      addToPeriods(
        periods,
        { ...time, values },
        {
          probabilities: new Float64Array(values.length).fill(0.5),
          outcomes: new Uint8Array(values.length),
        },
      );
      start = end;
    }
    return periodStretches(periods).map(([name, cells]) => [name, cellTotal(cells, "count")]);
  }
  const whole = (time: TimeColumn): [string, number][] => timeGroups(time).map(({ name, rows }) => [name, rows.length]);

  it("periodStretches(periods) of dates are those of the rows, from hours to years", () => {
    for (const [days, n] of [
      [1 / 30, 38],
      [1 / 24, 3000],
      [0.3, 2500],
      [1, 400],
      [3, 1200],
      [40, 2600],
    ]) {
      const time = every("1890-02-27T03:00:00Z", days, n);
      expect(streamed(time, [7, 1000, 1001])).toEqual(whole(time));
    }
  });

  it("periodStretches(periods) of at most 2000 distinct numbers are those of the rows", () => {
    for (const n of [12, 41, 2000]) {
      const time = numbers(Array.from({ length: n }, (_, i) => (i * 37) % n));
      expect(streamed(time, [5, 100])).toEqual(whole(time));
    }
  });

  it("periodStretches(periods) of very many numbers have the names of the rows and nearly their counts", () => {
    const time = numbers(Array.from({ length: 20_000 }, (_, i) => Math.sqrt(i)));
    const [near, exact] = [streamed(time, [3000, 9000]), whole(time)];
    expect(near.map(([name]) => name)).toEqual(exact.map(([name]) => name));
    near.forEach(([, count], k) => {
      expect(Math.abs(count - exact[k][1])).toBeLessThan(80);
    });
  });

  it("periodStretches(periods) do not depend on how the rows were divided", () => {
    const values = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      { minLength: 1, maxLength: 4000, size: "max" },
    );
    fc.assert(
      fc.property(
        values,
        fc.array(fc.nat({ max: 4000 }), { maxLength: 5 }),
        fc.constantFrom("date", "number"),
        (list, cuts, kind) => {
          const time: TimeColumn = { name: "t", kind, values: Float64Array.from(list, (v) => v * 1e6) };
          expect(streamed(time, cuts)).toEqual(streamed(time, []));
        },
      ),
      { numRuns: 20 },
    );
  });

  it("addToPeriods keeps no more than 2000 periods of ever new numbers", () => {
    const periods = createPeriods({ name: "t", kind: "number" });
    for (let batch = 0; batch < 5; batch++) {
      const values = Float64Array.from({ length: 3000 }, (_, i) => batch * 3000 + i + 0.25);
      addToPeriods(
        periods,
        { name: "t", kind: "number", values },
        {
          probabilities: new Float64Array(3000),
          outcomes: new Uint8Array(3000),
        },
      );
      expect(periods.cells.size).toBeLessThanOrEqual(2000);
      expect(periods.cells.size).toBeGreaterThan(900);
    }
  });
});
