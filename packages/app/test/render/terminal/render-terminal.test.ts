import { stripVTControlCharacters } from "node:util";
import type { GroupReport, ReportDocument, Task } from "@candor/core";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../../src/render/terminal/display-width.ts";
import { renderTerminal } from "../../../src/render/terminal/render-terminal.ts";
import { sampleDocument } from "../sample-document.ts";

const tasks: readonly Task[] = ["binary", "multiclass", "confidence"];
const plain = { color: false, unicode: true };

const nasty = [
  "日本語のとても長い名前がここに入りますのでそのまま表示すると行からはみ出してしまいます",
  "👩‍👩‍👧‍👦 family 👍🏽 🇫🇷 ".repeat(6),
  "e\u0301".repeat(90),
  "\u001b[31mred\u001b[0m\u0007\r\nnext\ttab\u009b2J",
  "\u202eright to left\u2066",
  "<script>alert(1)</script>",
  "",
  "   ",
  "x".repeat(500),
];

/** The document with every name that comes from the data replaced by `name`. */
function withName(document: ReportDocument, name: string): ReportDocument {
  const rename = (groups: readonly GroupReport[]): GroupReport[] =>
    groups.map((group) => ({ ...group, name, by: name }));
  return {
    ...document,
    source: { ...document.source, name, notes: [name], skipped: [{ reason: name, count: 3 }] },
    classNames: document.classNames.map(() => name),
    segments: rename(document.segments),
    perClass: rename(document.perClass),
    overTime: rename(document.overTime),
    versus: document.versus && { ...document.versus, name, sentence: name },
    verdict: { ...document.verdict, sentence: name },
  };
}

function widest(text: string): number {
  return Math.max(...text.split("\n").map(displayWidth));
}

describe("renderTerminal(document, options)", () => {
  it.each(tasks)("shows the %s report as on the page beside this test", async (task) => {
    const text = renderTerminal(sampleDocument(task), plain);
    await expect(text).toMatchFileSnapshot(`expected/${task}.txt`);
  });

  it("shows the same without Unicode", async () => {
    const text = renderTerminal(sampleDocument("multiclass"), { color: false, unicode: false });
    await expect(text).toMatchFileSnapshot("expected/multiclass-ascii.txt");
  });

  it.each(tasks)("begins with the verdict on the %s task and ends with what to do next", (task) => {
    const document = sampleDocument(task);
    const lines = renderTerminal(document, plain).split("\n");
    expect(lines.slice(0, 2).join(" ").replace(/\s+/g, " ")).toContain(document.verdict.sentence);
    expect(lines.at(-2)).toMatch(/--html .* --json$/);
    expect(lines.at(-1)).toBe("");
  });

  it.each([
    ["calibrated", "✓"],
    ["overconfident", "✗"],
    ["underconfident", "✗"],
    ["miscalibrated", "✗"],
    ["too-few-labels", "?"],
  ] as const)("marks %s with %s", (status, sign) => {
    const document = { ...sampleDocument("binary"), verdict: { status, sentence: "So it is." } };
    expect(renderTerminal(document, plain).split("\n")[0]).toBe(`${sign} So it is.`);
  });

  it.each(tasks.flatMap((task) => [80, 81, 100, 120].map((columns) => [task, columns] as const)))(
    "fits the %s report into %i columns, whatever the names",
    (task, columns) => {
      const document = sampleDocument(task);
      for (const name of ["a", ...nasty]) {
        const text = renderTerminal(withName(document, name), { ...plain, columns });
        expect(widest(text)).toBeLessThanOrEqual(columns);
      }
    },
  );

  it("fits 80 columns with numbers of any size", () => {
    const document = sampleDocument("binary");
    const huge = Object.fromEntries(
      Object.entries(document.metrics).map(([key, metric]) => [
        key,
        metric && { ...metric, value: -123456.789, lower: -1e9, upper: Number.POSITIVE_INFINITY },
      ]),
    );
    const metrics = { ...document.metrics, ...huge };
    expect(widest(renderTerminal({ ...document, metrics, n: 123_456_789 }, plain))).toBeLessThanOrEqual(80);
  });

  it("uses 80 columns in a narrower terminal and 120 in a wider one", () => {
    const document = sampleDocument("binary");
    expect(renderTerminal(document, { ...plain, columns: 20 })).toBe(
      renderTerminal(document, { ...plain, columns: 80 }),
    );
    expect(renderTerminal(document, { ...plain, columns: 999 })).toBe(
      renderTerminal(document, { ...plain, columns: 120 }),
    );
  });

  it.each(tasks)("says the same in colour: the %s report", (task) => {
    const coloured = renderTerminal(sampleDocument(task), { color: true, unicode: true });
    expect(coloured).toContain("\u001b[");
    expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(sampleDocument(task), plain));
  });

  it.each(tasks)("writes nothing but ASCII where Unicode cannot be shown: the %s report", (task) => {
    for (const color of [false, true])
      for (const name of nasty) {
        const text = renderTerminal(withName(sampleDocument(task), name), { color, unicode: false });
        expect(stripVTControlCharacters(text)).toMatch(/^[\x20-\x7e\n]*$/);
        expect(widest(stripVTControlCharacters(text))).toBeLessThanOrEqual(80);
      }
  });

  it("lets no control character and no change of direction from the data through", () => {
    for (const name of nasty) {
      const text = renderTerminal(withName(sampleDocument("multiclass"), name), plain);
      expect(text).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it("prints the noise floor under the ECE", () => {
    const document = sampleDocument("binary");
    const lines = renderTerminal(document, plain).split("\n");
    const ece = lines.findIndex((line) => line.startsWith("  ECE  "));
    expect(lines[ece + 1]).toMatch(/a perfect model shows +0\.0092 +\(0\.0057–0\.0138\) +this high: p < 0\.001/);
    expect(lines[ece + 2]).toContain("52,600 more labels");
  });

  it("adds up the parts of a score only where they are its parts", () => {
    const document = sampleDocument("multiclass");
    const { brierCorp } = document.decompositions;
    if (brierCorp === null) throw new Error("the sample has a decomposition");
    const [m, d, u] = [brierCorp.miscalibration, brierCorp.discrimination, brierCorp.uncertainty];
    const sum = m.value - d.value + u.value;
    const brier = (value: number) => ({ ...document.metrics, brier: { ...document.metrics.brier, value } });
    expect(renderTerminal({ ...document, metrics: brier(sum) }, plain)).not.toContain("of the top label  ");
    const other = renderTerminal({ ...document, metrics: brier(2 * sum) }, plain);
    expect(other).toMatch(new RegExp(`of the top label +${sum.toFixed(4)}\\n +=`));
  });

  it.each([
    [0.9, "≥ 0.900"],
    [0.99996, "≥ 0.99996"],
    [0.99999996, "≥ 0.999999"],
    [1, "≥ 1.000000"],
  ])("writes a threshold of %d without rounding it up to certainty", (threshold, text) => {
    const document = sampleDocument("binary");
    const riskCoverage = [{ coverage: 0.5, risk: 0.1, lower: 0.05, upper: 0.2, threshold }];
    expect(renderTerminal({ ...document, riskCoverage }, plain)).toContain(`confidence ${text}\n`);
  });

  it("does not ask for more labels when there are enough", () => {
    const document = sampleDocument("binary");
    const enough = { ...document, noiseFloor: { ...document.noiseFloor, moreLabels: 0 } };
    expect(renderTerminal(enough, plain)).not.toContain("more labels");
  });

  it("ranks segments by evidence and says how many it leaves out", () => {
    const document = sampleDocument("binary");
    const [first] = document.segments;
    const segments = Array.from({ length: 12 }, (_, i) => ({
      ...first,
      by: "shop",
      name: `shop ${i}`,
      qValue: (12 - i) / 100,
      flagged: i > 6,
    }));
    const lines = renderTerminal({ ...document, segments }, plain).split("\n");
    const names = lines.flatMap((line) => line.match(/shop \d+/) ?? []);
    expect(names).toEqual([11, 10, 9, 8, 7, 6, 5, 4].map((i) => `shop ${i}`));
    expect(lines).toContain("  and 4 more, none with evidence");
  });

  it("shows the whole interval of a segment about which nothing is known", () => {
    const document = sampleDocument("binary");
    const [segment] = document.segments;
    if (!segment) throw new Error("the sample has no segments");
    const gap = { ...segment.gap, value: -0.5, lower: -1, upper: 1 };
    const text = renderTerminal({ ...document, segments: [{ ...segment, gap, qValue: 1 }] }, plain);
    expect(text).toMatch(/-50\.0 \[-100, \+100\] +q = 1\.000/);
  });

  it("says the direction of a miscalibrated segment in words", () => {
    const document = sampleDocument("binary");
    const [first] = document.segments;
    const group = (lower: number, upper: number, flagged: boolean): GroupReport => ({
      ...first,
      name: `[${lower}]`,
      flagged,
      gap: { ...first.gap, value: (lower + upper) / 2, lower, upper },
    });
    const segments = [group(0.1, 0.2, true), group(-0.2, -0.1, true), group(-0.1, 0.1, true), group(0.11, 0.2, false)];
    const probability = renderTerminal({ ...document, segments }, plain);
    expect(probability).toMatch(/▲ too high {8}\[0\.1\]/);
    expect(probability).toMatch(/▼ too low {9}\[-0\.2\]/);
    const text = renderTerminal({ ...sampleDocument("confidence"), segments }, plain);
    expect(text).toMatch(/▲ over-confident {2}\[0\.1\]/);
    expect(text).toMatch(/▼ under-confident \[-0\.2\]/);
    expect(text).toMatch(/◆ miscalibrated {3}\[-0\.1\]/);
    expect(text).toMatch(/○ no evidence {5}\[0\.11\]/);
  });

  it("says what was left out and what is approximate", () => {
    const document = sampleDocument("binary");
    const source = { ...document.source, approximate: true, notes: ["3 probabilities of 1.0000001 were set to 1."] };
    const text = renderTerminal({ ...document, source }, plain);
    expect(text).toContain("5,000 rows (14 left out)");
    expect(text).toContain("11 rows left out: label is missing");
    expect(text).toContain("approximate");
    expect(text).toContain("3 probabilities of 1.0000001 were set to 1.");
  });

  it("says what weights are worth", () => {
    const document = { ...sampleDocument("binary"), weighted: true, effectiveN: 3123.4 };
    expect(renderTerminal(document, plain)).toContain("weighted, worth 3,123 rows");
  });

  it("is silent about what the document does not have", () => {
    const text = renderTerminal(sampleDocument("confidence"), plain);
    for (const absent of ["Segments", "Classes", "Over time", "Versus", "Positive rate", "Classwise"])
      expect(text).not.toContain(absent);
  });

  it("shows a document that has been through JSON", () => {
    const document = sampleDocument("multiclass");
    const again: ReportDocument = JSON.parse(JSON.stringify(document));
    expect(renderTerminal(again, plain)).toBe(renderTerminal(document, plain));
  });

  it("shows one bin, no bins and metrics that are missing", () => {
    const document = sampleDocument("binary");
    const metrics = { ...document.metrics, auroc: null, spiegelhalter: null, ks: null, classwiseEce: null };
    const decompositions = { brierCorp: null, logLossCorp: null, brierMurphy: null };
    const poor = { ...document, metrics, decompositions, riskCoverage: [], segments: [], overTime: [], presets: [] };
    const oneBin = { ...poor, reliability: { ...document.reliability, bins: document.reliability.bins.slice(0, 1) } };
    expect(renderTerminal(oneBin, plain)).toContain("0–7 %");
    const noBins = renderTerminal({ ...poor, reliability: { ...document.reliability, bins: [] } }, plain);
    expect(noBins).not.toContain("Reliability");
    expect(noBins).not.toMatch(/NaN|undefined|Infinity/);
  });
});
