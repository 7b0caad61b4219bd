import { stripVTControlCharacters } from "node:util";
import type { Estimate, Forecast, RegressionFitDocument, RegressionReport } from "@candor/core";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../../src/render/terminal/display-width.ts";
import { renderRegression } from "../../../src/render/terminal/regression/render-regression.ts";
import { renderRegressionFit } from "../../../src/render/terminal/regression/render-regression-fit.ts";
import { sampleRegression, sampleRegressionFit } from "../../sample-regression.ts";

const kinds: readonly Forecast["kind"][] = ["point", "point-and-sigma", "quantiles", "interval"];
const plain = { color: false, unicode: true };

const nasty = [
  "日本語のとても長い名前がここに入りますのでそのまま表示すると行からはみ出してしまいます",
  "👩‍👩‍👧‍👦 family 👍🏽 🇫🇷 ".repeat(6),
  "\u001b[31mred\u001b[0m\u0007\r\nnext\ttab\u009b2J",
  "\u202eright to left\u2066",
  "",
  "x".repeat(500),
];

function withName(document: RegressionReport, name: string): RegressionReport {
  const rename = (groups: RegressionReport["segments"]) => groups.map((group) => ({ ...group, name, by: name }));
  return {
    ...document,
    source: { ...document.source, name, notes: [name], skipped: [{ reason: name, count: 3 }] },
    segments: rename(document.segments),
    overTime: rename(document.overTime),
    verdict: { ...document.verdict, sentence: name },
  };
}

function isEstimate(value: unknown): value is Estimate {
  return typeof value === "object" && value !== null && "interval" in value && "lower" in value && "spec" in value;
}

/** The document with every number of an estimate multiplied, as the unit of the outcome may be anything. */
function scaled(document: RegressionReport, factor: number): RegressionReport {
  const scale = (_: string, value: unknown) => {
    if (!isEstimate(value) || /coverage|r2|calibration|pit/.test(value.spec.metric)) return value;
    return { ...value, value: value.value * factor, lower: value.lower * factor, upper: value.upper * factor };
  };
  return JSON.parse(JSON.stringify(document, scale));
}

function widest(text: string): number {
  return Math.max(...text.split("\n").map(displayWidth));
}

describe("renderRegression(document, options)", () => {
  it.each(kinds)("renderRegression(%s) shows the report as on the page beside this test", async (kind) => {
    const text = renderRegression(sampleRegression(kind), plain);
    await expect(text).toMatchFileSnapshot(`expected/regression-${kind}.txt`);
  });

  it.each(kinds)("renderRegression(%s) keeps within 80 columns, whatever the names and the unit", (kind) => {
    const document = sampleRegression(kind);
    for (const factor of [1e-15, 1e-4, 1, 1e4, 1e9, 1e15])
      expect(widest(renderRegression(scaled(document, factor), plain))).toBeLessThanOrEqual(80);
    for (const name of nasty) {
      const text = renderRegression(withName(document, name), plain);
      expect(widest(text)).toBeLessThanOrEqual(80);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  it.each(kinds)("renderRegression(%s) says the same without colour and in ASCII", (kind) => {
    const document = sampleRegression(kind);
    const coloured = renderRegression(document, { color: true, unicode: true });
    expect(stripVTControlCharacters(coloured)).toBe(renderRegression(document, plain));
    expect(renderRegression(document, { color: false, unicode: false })).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it("renderRegression(document) writes of a document read back from JSON what it wrote before", () => {
    const document = sampleRegression("quantiles");
    expect(renderRegression(JSON.parse(JSON.stringify(document)), plain)).toBe(renderRegression(document, plain));
  });

  it("renderRegression(document) shows no number that is not there", () => {
    for (const kind of kinds) expect(renderRegression(sampleRegression(kind), plain)).not.toMatch(/NaN|undefined|null/);
  });

  it("renderRegression(document) shows at most eleven of many levels, the outermost among them", () => {
    const document = sampleRegression("quantiles");
    const { observed } = document.quantileCurve[0]!;
    const quantileCurve = Array.from({ length: 99 }, (_, i) => ({ level: (i + 1) / 100, observed }));
    const text = renderRegression({ ...document, quantileCurve, intervals: [], pit: [], overTime: [] }, plain);
    expect(text).toContain("11 of 99 levels");
    expect(text).toMatch(/\n +99 % /);
    expect(text).toMatch(/\n +1 % /);
  });
});

describe("renderRegressionFit(document, options)", () => {
  it.each(kinds)("renderRegressionFit(%s) shows the fit as on the page beside this test", async (kind) => {
    const text = renderRegressionFit(sampleRegressionFit(kind), plain);
    expect(widest(text)).toBeLessThanOrEqual(80);
    await expect(text).toMatchFileSnapshot(`expected/regression-fit-${kind}.txt`);
  });

  it("renderRegressionFit(document) tells of every kind of map, and of an interval that only the fit gave", () => {
    const fit = sampleRegressionFit("point-and-sigma");
    const withMap = (map: RegressionFitDocument["calibrator"]["map"]): string =>
      renderRegressionFit({ ...fit, calibrator: { ...fit.calibrator, map } }, plain).replace(/\s+/g, " ");
    expect(withMap({ kind: "identity" })).toContain("Forecasts stay as they are.");
    expect(withMap({ kind: "shift-and-scale", shift: -2, scale: 1 })).toContain("2.0000 is taken from every forecast.");
    expect(withMap({ kind: "quantile-shifts", levels: [0.1, 0.9], shifts: [-1, 1.5] })).toContain("90 % by 1.5000");
    expect(withMap({ kind: "chain", maps: [{ kind: "identity" }, { kind: "identity" }] })).toContain(
      "stay as they are",
    );
    const gained = renderRegressionFit({ ...fit, before: sampleRegression("point") }, plain);
    expect(gained).toMatch(/Inside 90 % interval +– +89.7 %/);
  });
});
