import { expect } from "vitest";
import type { Estimate, ReliabilityBin, ReportDocument } from "../../src/index.ts";

const SLACK = 1e-12;

function isEstimate(value: object): value is Estimate {
  return "spec" in value && "level" in value && "effectiveN" in value && "interval" in value;
}

/**
 * What may be infinite, and is null in JSON: the ends of an interval that a single row leaves open, and thresholds that
 * no score reaches.
 */
const mayBeInfinite = new Set(["lower", "upper", "threshold"]);

/** Every estimate of the document by its path, after checking that no number anywhere is NaN. */
export function estimatesOf(document: ReportDocument): Map<string, Estimate> {
  const found = new Map<string, Estimate>();
  const visit = (value: unknown, path: string, key: string): void => {
    if (typeof value === "number") {
      if (Number.isNaN(value)) expect(path).toBe("a path without NaN");
      if (!Number.isFinite(value) && !mayBeInfinite.has(key)) expect(path).toBe("a path without infinity");
    }
    if (typeof value !== "object" || value === null) return;
    if (ArrayBuffer.isView(value)) expect(path).toBe("a path of plain JSON");
    if (isEstimate(value)) found.set(path, value);
    for (const [name, part] of Object.entries(value)) visit(part, `${path}.${name}`, name);
  };
  visit(document, "", "");
  return found;
}

function checkBins(bins: readonly ReliabilityBin[], n: number, path: string): void {
  const sum = (of: (bin: ReliabilityBin) => number): number => bins.reduce((total, bin) => total + of(bin), 0);
  expect(Math.abs(sum((bin) => bin.share) - 1), path).toBeLessThan(1e-9);
  expect(
    sum((bin) => bin.count),
    path,
  ).toBeLessThanOrEqual(n);
  bins.forEach((bin, k) => {
    expect(bin.lower, path).toBeLessThanOrEqual(bin.upper);
    expect(bin.meanConfidence, path).toBeGreaterThanOrEqual(bin.lower - SLACK);
    expect(bin.meanConfidence, path).toBeLessThanOrEqual(bin.upper + SLACK);
    expect(bin.observedLower, path).toBeLessThanOrEqual(bin.observed + SLACK);
    expect(bin.observedUpper, path).toBeGreaterThanOrEqual(bin.observed - SLACK);
    if (k > 0) expect(bin.lower, path).toBeGreaterThanOrEqual(bins[k - 1].upper - SLACK);
  });
}

/** Checks what holds for every report document, whatever it was made from. */
export function checkDocument(document: ReportDocument): void {
  for (const [path, { value, lower, upper, n, effectiveN, level, spec }] of estimatesOf(document)) {
    expect(value, path).toBeGreaterThanOrEqual(lower - SLACK * Math.max(1, Math.abs(value)));
    expect(value, path).toBeLessThanOrEqual(upper + SLACK * Math.max(1, Math.abs(value)));
    expect(effectiveN, path).toBeGreaterThan(0);
    expect(effectiveN, path).toBeLessThanOrEqual(n * (1 + 1e-9));
    expect(level, path).toBe(document.noiseFloor.level);
    expect(spec.metric, path).not.toBe("");
  }
  for (const [name, metric] of Object.entries(document.metrics))
    if (metric && "pValue" in metric) {
      expect(metric.pValue, name).toBeGreaterThanOrEqual(0);
      expect(metric.pValue, name).toBeLessThanOrEqual(1);
    }
  expect(document.metrics.eAurc.value).toBeGreaterThanOrEqual(0);

  const { n, reliability, riskCoverage, histogram, noiseFloor } = document;
  checkBins(reliability.bins, n, "reliability");
  for (const [name, points] of [
    ["smooth", reliability.smooth],
    ["corp", reliability.corp],
  ] as const)
    points.forEach((point, k) => {
      expect(point.lower, name).toBeLessThanOrEqual(point.upper + SLACK);
      for (const share of [point.x, point.y, point.lower, point.upper]) {
        expect(share, name).toBeGreaterThanOrEqual(-SLACK);
        expect(share, name).toBeLessThanOrEqual(1 + SLACK);
      }
      if (k > 0) expect(point.x, name).toBeGreaterThanOrEqual(points[k - 1].x);
    });

  expect(riskCoverage.length).toBeGreaterThan(0);
  riskCoverage.forEach((point, k) => {
    expect(point.coverage).toBeGreaterThan(k > 0 ? riskCoverage[k - 1].coverage : 0);
    expect(point.coverage).toBeLessThanOrEqual(1 + SLACK);
    expect(point.risk).toBeGreaterThanOrEqual(point.lower - SLACK);
    expect(point.risk).toBeLessThanOrEqual(point.upper + SLACK);
    if (k > 0) expect(point.threshold).toBeLessThanOrEqual(riskCoverage[k - 1].threshold);
  });
  expect(riskCoverage[riskCoverage.length - 1].coverage).toBeCloseTo(1, 9);
  expect(riskCoverage[riskCoverage.length - 1].risk).toBeCloseTo(1 - document.accuracy.value, 9);

  for (const curve of [document.roc, document.precisionRecall])
    for (const { x, y } of curve)
      for (const share of [x, y]) {
        expect(share).toBeGreaterThanOrEqual(-SLACK);
        expect(share).toBeLessThanOrEqual(1 + SLACK);
      }

  expect(histogram.edges).toHaveLength(histogram.shares.length + 1);
  expect(histogram.shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  histogram.shares.forEach((share, b) => {
    expect(histogram.observed[b] === null).toBe(share === 0);
  });

  expect(noiseFloor.lower).toBeLessThanOrEqual(noiseFloor.upper);
  expect(noiseFloor.pValue).toBeGreaterThan(0);
  expect(noiseFloor.pValue).toBeLessThanOrEqual(1);
  expect(Number.isInteger(noiseFloor.moreLabels)).toBe(true);

  const rowsBy = new Map<string, number>();
  for (const group of [...document.segments, ...document.perClass, ...document.overTime]) {
    rowsBy.set(group.by, (rowsBy.get(group.by) ?? 0) + group.n);
    expect(group.qValue).toBeGreaterThanOrEqual(group.pValue - SLACK);
    expect(group.flagged).toBe(group.qValue <= 0.05);
    expect(group.noiseFloor).toBeGreaterThanOrEqual(0);
    checkBins(group.bins, group.n, `${group.by} ${group.name}`);
  }
  for (const [by, rows] of rowsBy)
    if (document.weighted) expect(rows, by).toBeLessThanOrEqual(n);
    else expect(rows, by).toBe(n);

  expect(document.verdict.sentence.length).toBeLessThanOrEqual(320);
  const again = JSON.parse(JSON.stringify(document));
  expect(again.schema).toBe("candor.report/1");
  expect(again.metrics.ece.value).toBe(document.metrics.ece.value);
}

/** Paths at which two values differ by more than rounding. */
export function differences(a: unknown, b: unknown, tolerance: number, path = ""): string[] {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a)) || a === b ? [] : [`${path}: ${a} ${b}`];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b ? [] : [`${path}: ${String(a)} ${String(b)}`];
  const entries = Object.entries(a);
  const others = new Map(Object.entries(b));
  if (entries.length !== others.size) return [`${path}: ${entries.length} ${others.size} entries`];
  return entries.flatMap(([key, value]) => differences(value, others.get(key), tolerance, `${path}.${key}`));
}
