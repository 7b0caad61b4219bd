import { describe, expect, it } from "vitest";
import { cocoAveragePrecision } from "../../src/detection/coco-average-precision.ts";
import { cocoCase, oneImage, table } from "./coco-case.ts";

describe("cocoAveragePrecision", () => {
  it("cocoAveragePrecision(data) is what pycocotools finds, for every entry of its table and per class", () => {
    const found = cocoAveragePrecision(cocoCase, { resamples: 0 });
    const { perClass, ...entries } = found;
    for (const [key, value] of Object.entries(table.stats)) {
      const own = Object.entries(entries).find(([name]) => name === key)?.[1];
      expect(Math.abs((own?.value ?? Number.NaN) - value), key).toBeLessThan(1e-12);
    }
    table.perClass.forEach((expected, c) => {
      for (const key of ["ap", "ap50", "ap75"] as const) {
        const own = perClass[c][key];
        if (expected === null) expect(own).toBeNull();
        else expect(Math.abs((own?.value ?? Number.NaN) - expected[key]), `${c} ${key}`).toBeLessThan(1e-12);
      }
    });
  });

  it("cocoAveragePrecision(data) has intervals from resampled images, the same every time", () => {
    const first = cocoAveragePrecision(cocoCase, { resamples: 60 });
    const second = cocoAveragePrecision(cocoCase, { resamples: 60 });
    expect(second).toEqual(first);
    const { ap } = first;
    expect(ap).toMatchObject({ interval: "approximate", effectiveN: 40, spec: { resampled: "images", resamples: 60 } });
    expect(ap && ap.lower < ap.value && ap.value < ap.upper).toBe(true);
  });

  it("cocoAveragePrecision(data) is 1 where every box is found, and says null where a size has no box", () => {
    const found = cocoAveragePrecision(oneImage([[10, 10, 50, 50, 0.9]], [[10, 10, 50, 50]]));
    expect(found.ap).toMatchObject({ value: 1, upper: 1, interval: "approximate" });
    expect(found.apMedium?.value).toBe(1);
    expect(found.apSmall).toBeNull();
    expect(found.apLarge).toBeNull();
  });

  it("cocoAveragePrecision(data) is 0 where nothing is detected", () => {
    const found = cocoAveragePrecision(oneImage([], [[10, 10, 50, 50]]));
    expect(found.ap).toMatchObject({ value: 0, lower: 0 });
    expect(found.ar100?.value).toBe(0);
  });

  it("cocoAveragePrecision(data, options) refuses options out of range", () => {
    expect(() => cocoAveragePrecision(cocoCase, { level: 1 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => cocoAveragePrecision(cocoCase, { resamples: 1.5 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});
