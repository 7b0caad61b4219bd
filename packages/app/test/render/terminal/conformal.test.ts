import { stripVTControlCharacters } from "node:util";
import type { ConformalDocument } from "@candor/core";
import { describe, expect, it } from "vitest";
import { renderConformal } from "../../../src/render/terminal/conformal.ts";
import { displayWidth } from "../../../src/render/terminal/display-width.ts";
import { type SampleConformal, sampleIntervals, sampleSets } from "../../sample-conformal.ts";

const plain = { color: false, unicode: true };
const kinds: readonly SampleConformal[] = [
  "sets",
  "class-sets",
  "group-sets",
  "weighted-sets",
  "few-sets",
  "untested-sets",
];
const samples: readonly (readonly [string, ConformalDocument])[] = [
  ...kinds.map((kind) => [kind, sampleSets(kind)] as const),
  ...(["normalised", "split-signed"] as const).map((kind) => [kind, sampleIntervals(kind)] as const),
];

const nasty = [
  "日本語のとても長い名前がここに入りますのでそのまま表示すると行からはみ出してしまいます",
  "👩‍👩‍👧‍👦 family 👍🏽 🇫🇷 ".repeat(6),
  "\u001b[31mred\u001b[0m\u0007\r\nnext\ttab\u009b2J",
  "\u202eright to left\u2066",
  "",
  "x".repeat(500),
];

function withName(document: ConformalDocument, name: string): ConformalDocument {
  const { evaluation } = document;
  const parts = document.parts.map((part) => ({ ...part, values: part.values.map(() => name) }));
  const groups = { condition: { kind: "groups", columns: [name] }, parts } as const;
  const shared = {
    source: { ...document.source, name, notes: [name], skipped: [{ reason: name, count: 3 }] },
    assumptions: [name],
    warnings: [name],
    evaluation: evaluation && {
      ...evaluation,
      classCoverage: evaluation.classCoverage.map((row) => ({ ...row, name })),
      groupCoverage: evaluation.groupCoverage.map((row) => ({ ...row, name })),
    },
  };
  if (document.task === "regression") return { ...document, ...shared, ...groups };
  return { ...document, ...shared, ...(document.condition.kind === "groups" ? groups : { parts }) };
}

function widest(text: string): number {
  return Math.max(...text.split("\n").map(displayWidth));
}

describe("renderConformal(document, options)", () => {
  it.each(samples)("renderConformal(%s) shows the page beside this test", async (kind, document) => {
    await expect(renderConformal(document, plain)).toMatchFileSnapshot(`expected/conformal-${kind}.txt`);
  });

  it.each(samples)("renderConformal(%s) keeps within 80 columns, whatever the names", (_, document) => {
    expect(widest(renderConformal(document, plain))).toBeLessThanOrEqual(80);
    for (const name of nasty) {
      const text = renderConformal(withName(document, name), plain);
      expect(widest(text)).toBeLessThanOrEqual(80);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  it.each(samples)("renderConformal(%s) says the same in colour and in ASCII", (_, document) => {
    const colourful = renderConformal(document, { color: true, unicode: true });
    expect(stripVTControlCharacters(colourful)).toBe(renderConformal(document, plain));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII includes control characters.
    expect(renderConformal(document, { color: false, unicode: false })).toMatch(/^[\u0000-\u007f]*$/);
  });

  it("renderConformal(document after JSON) is the same", () => {
    for (const [, document] of samples)
      expect(renderConformal(JSON.parse(JSON.stringify(document)), plain)).toBe(renderConformal(document, plain));
  });

  it("renderConformal(document) calls coverage too low only where its law is known", () => {
    const document = sampleSets("sets");
    const { evaluation } = document;
    if (evaluation === null) throw new Error("not tested");
    const coverage = { ...evaluation.coverage, value: 0.8, lower: 0.77, upper: 0.83 };
    const low = (pValue: number | null): string =>
      renderConformal({ ...document, evaluation: { ...evaluation, coverage, pValue } }, plain);
    expect(low(0.0001)).toMatch(/^✗ .*\n.*\n?.*more than\s+chance \(p < 0\.001\)/);
    expect(low(0.2)).toMatch(/^✓ /);
    expect(low(null)).toMatch(/^\? /);
  });
});
