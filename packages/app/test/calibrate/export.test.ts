import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calibrateClasses, calibrateScores, isBinaryCalibrator, matrix, type SegmentColumn } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCases, logitsFor, multiclassCases, probabilitiesFor, scoresFor } from "./export-cases.ts";
import { type ExportCase, hasPython, runPython, runSql, runTypeScript } from "./run-exports.ts";

const ROWS = 100_000;
const places = ["north", "south", 'it\'s "south" */ $k candor_v99', "", "east"];
const plans = ["a", "b"];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-export-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const named: [string, ExportCase][] = [];
for (const [name, calibrator] of Object.entries(binaryCases())) {
  const segments =
    calibrator.segments &&
    Array.from({ length: ROWS }, (_, i) => [places[i % places.length]!, plans[i % plans.length]!]);
  named.push([name, { calibrator, input: scoresFor(calibrator, ROWS), rows: ROWS, segments }]);
}
for (const [K, rows] of [
  [3, ROWS],
  [20, ROWS / 20],
] as const) {
  const logits = logitsFor(K, rows);
  const probabilities = probabilitiesFor(K, rows);
  for (const [name, calibrator] of Object.entries(multiclassCases(K))) {
    const segments = calibrator.segments && Array.from({ length: rows }, (_, i) => [places[i % places.length]!]);
    const input = calibrator.scoreKind === "logits" ? logits : probabilities;
    named.push([`${name}, ${K} classes`, { calibrator, input, rows, segments }]);
  }
}
const cases = named.map(([, item]) => item);
const expected = new Map<ExportCase, Float64Array>();

function applied({ calibrator, input, rows, segments }: ExportCase): Float64Array {
  const columns: SegmentColumn[] = (calibrator.segments?.columns ?? []).map((name, j) => {
    const values = j === 0 ? places : plans;
    return { name, values, codes: Int32Array.from(segments ?? [], (own) => values.indexOf(own[j]!)) };
  });
  return isBinaryCalibrator(calibrator)
    ? calibrateScores(calibrator, input, columns)
    : calibrateClasses(calibrator, matrix(input, rows, input.length / rows), columns).probabilities.data;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

function expectedOf(item: ExportCase): Float64Array {
  const result = expected.get(item) ?? applied(item);
  expected.set(item, result);
  return result;
}

function departures(results: readonly Float64Array[]): [string, number][] {
  return named.flatMap(([name, item], i): [string, number][] => {
    const difference = largestDifference(expectedOf(item), results[i]!);
    return difference <= 1e-12 ? [] : [[name, difference]];
  });
}

describe.concurrent("exportCalibrator(calibrator, target) agrees with applying it to 1e-12 on 100 000 rows of every kind", () => {
  it("as strict TypeScript", async () => {
    expect(departures(await runTypeScript(cases, join(folder, "ts")))).toEqual([]);
  });

  it.skipIf(!hasPython())("as Python of the standard library", async () => {
    expect(departures(await runPython(cases, join(folder, "python")))).toEqual([]);
  });

  it("as macros of DuckDB", async () => {
    expect(departures(await runSql(cases))).toEqual([]);
  });
});
