import { describe, expect, it } from "vitest";
import { noiseAndUnknown, type UncertainPoint } from "../src/index.ts";
import { emptyDocument } from "./helpers.ts";
import { describePictures } from "./picture-checks.ts";

const points: readonly UncertainPoint[] = Array.from({ length: 24 }, (_, i) => [
  ((i * 7) % 11) / 10,
  ((i * 5) % 13) / 60,
  i % 6 === 0 ? 0 : 1,
]);

describePictures({ noiseAndUnknown: (options) => noiseAndUnknown(points, options) });

describe("noiseAndUnknown(points, { document })", () => {
  it("noiseAndUnknown(points) draws without points, and leaves out what is not finite", () => {
    const document = emptyDocument();
    expect(noiseAndUnknown([], { document }).outerHTML).not.toMatch(/NaN|Infinity/);
    expect(noiseAndUnknown([[Number.NaN, 1, 1]], { document }).outerHTML).not.toMatch(/NaN|Infinity/);
  });
});
