import { InputError } from "../errors.ts";
import type { DetectionData } from "./boxes.ts";

/** Boxes with an area in [from, to], both ends included, as COCO counts them. */
export interface AreaRange {
  readonly name: "all" | "small" | "medium" | "large";
  readonly from: number;
  readonly to: number;
}

/** Sides, in pixels, of the squares that part small, medium and large boxes. */
const LIMITS = [32, 96] as const;

/** Pixels of an image of 640 × 480, which stands for any where boxes are relative and sizes of images unknown. */
const TYPICAL_AREA = 640 * 480;

/**
 * The ranges of area of COCO: small up to 32² pixels, medium up to 96², large above; a box on a limit is in both.
 *
 * @param units `relative`: shares of the area of an image, COCO's limits in an image of 640 × 480 (0.33 % and 3 %)
 * @returns all, small, medium, large
 *
 * Source: pycocotools, cocoeval.py, `Params.setDetParams`.
 */
export function areaRanges(units: DetectionData["units"]): readonly AreaRange[] {
  const unit = units === "pixels" ? 1 : 1 / TYPICAL_AREA;
  const [small, medium] = LIMITS.map((side) => side ** 2 * unit);
  const most = 1e10 * unit;
  return [
    { name: "all", from: 0, to: most },
    { name: "small", from: 0, to: small },
    { name: "medium", from: small, to: medium },
    { name: "large", from: medium, to: most },
  ];
}

/** Names of the sizes of boxes, from the smallest. */
export const boxSizes: readonly string[] = ["small", "medium", "large"];

/**
 * Which size each box has: an index into `boxSizes`. A box on a limit counts as the smaller.
 *
 * @param width n values, > 0
 * @param height n values, > 0
 * @throws {InputError} `shape-mismatch`
 */
export function boxSizeCodes(width: Float64Array, height: Float64Array, units: DetectionData["units"]): Int32Array {
  if (width.length !== height.length)
    throw new InputError("shape-mismatch", `there are ${width.length} widths but ${height.length} heights`);
  const ranges = areaRanges(units);
  const codes = new Int32Array(width.length);
  for (let i = 0; i < codes.length; i++) {
    const area = width[i] * height[i];
    codes[i] = area <= ranges[1].to ? 0 : area <= ranges[2].to ? 1 : 2;
  }
  return codes;
}
