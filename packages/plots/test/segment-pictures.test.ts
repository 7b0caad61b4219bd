import { expect, it } from "vitest";
import { type RankedSegment, segmentRanking } from "../src/index.ts";
import { emptyDocument } from "./helpers.ts";
import { describePictures } from "./picture-checks.ts";

const segments: readonly RankedSegment[] = [
  { name: "region = west", predictions: 12_040, gap: { value: 0.081, lower: 0.06, upper: 0.102 }, flagged: true },
  { name: "plan = basic", predictions: 900, gap: { value: -0.05, lower: -0.09, upper: -0.01 }, flagged: true },
  { name: "region = north", predictions: 11_800, gap: { value: 0.003, lower: -0.01, upper: 0.016 }, flagged: false },
  { name: "plan = rare", predictions: 51, gap: { value: 0.02, lower: null, upper: null }, flagged: false },
];

describePictures({ segmentRanking: (options) => segmentRanking(segments, options) });

it("segmentRanking(segments, options) takes hostile and very long names for text", () => {
  const name = `<img src=x onerror=alert(1)>${"x".repeat(5000)}`;
  const [segment] = segments;
  if (segment === undefined) throw new Error("no segment");
  const text = segmentRanking([{ ...segment, name }], { document: emptyDocument() }).outerHTML;
  expect(text).not.toContain("<img");
  expect(text.length).toBeLessThan(10_000);
});
