import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { families } from "./validity/families.ts";
import { band, type Cell, type Effort, measureFamily, streamOf } from "./validity/measure.ts";
import { csv, summary, tables } from "./validity/tables.ts";

const seconds = Number(process.env["VALIDITY_SECONDS"] ?? 0);
const table = process.env["VALIDITY_TABLE"];
const only = process.env["VALIDITY_ONLY"] ?? "";

/** Without a number of seconds: what fits into a minute, without the largest sizes. */
const effort: Effort =
  seconds > 0
    ? { seconds, fewest: 100, most: 100_000, largest: 10_000, seed: 1 }
    : { seconds: 0.05, fewest: 40, most: 2000, largest: 1000, seed: 1 };

const all: Cell[] = [];
/** Families, or their guarantees, whose names hold the words asked for. */
const wanted = families.flatMap(({ name, guarantees }) => {
  const some = guarantees.filter((one) => `${name}: ${one.name}`.toLowerCase().includes(only.toLowerCase()));
  return some.length > 0 ? [{ name, guarantees: some }] : [];
});

describe("every guarantee of the library, simulated", () => {
  it.each(wanted)("$name: failures happen as often as promised", { timeout: 36e5 }, (family) => {
    const { cells, refuted } = measureFamily(family, effort, (text) => table && process.stderr.write(`${text}\n`));
    all.push(...cells);
    expect(cells.length).toBeGreaterThan(0);
    expect(refuted).toEqual([]);
  });

  afterAll(() => {
    if (!table) return;
    writeFileSync(table, `${tables(all)}\n${summary(all)}\n`);
    writeFileSync(`${table}.csv`, csv(all));
  });
});

describe("band(runs, p, promise)", () => {
  it("band(runs, p, exactly) holds the counts whose tails are both at least 0.05 %", () => {
    expect(band(100, 0.5, "exactly")).toEqual({ lower: 34, upper: 66 });
    expect(band(100, 0, "exactly")).toEqual({ lower: 0, upper: 0 });
  });

  it("band(runs, p, at most) has an upper end alone, with 0.1 % beyond", () => {
    expect(band(100, 0.5, "at most")).toEqual({ lower: 0, upper: 65 });
    expect(band(1000, 0, "at most")).toEqual({ lower: 0, upper: 0 });
  });

  it("streamOf(seed, family, name, n) depends on nothing else", () => {
    const draw = (n: number): number => streamOf(1, "a", "b", n).uniform();
    expect(draw(10)).toBe(draw(10));
    expect(draw(10)).not.toBe(draw(100));
  });
});
