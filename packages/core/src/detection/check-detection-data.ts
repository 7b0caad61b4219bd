import { InputError } from "../errors.ts";
import type { Boxes, DetectedBoxes, DetectionData } from "./boxes.ts";

/**
 * Checks detections and truth once, before anything counts them.
 *
 * @param data what came
 * @throws {InputError} `empty` without images or classes; `shape-mismatch` for columns of other lengths; `out-of-range` for codes
 *   that name no image or class and for boxes without width or height; `not-finite` for NaN and infinities
 */
export function checkDetectionData(data: DetectionData): void {
  const { imageNames, classNames, imageSizes, detections, truths } = data;
  if (imageNames.length === 0) throw new InputError("empty", "detections need at least one image, got none");
  if (classNames.length === 0) throw new InputError("empty", "detections need at least one class, got none");
  checkBoxes("detection", detections, data);
  checkBoxes("true box", truths, data);
  checkScores(detections);
  const { length } = truths.image;
  for (const [name, column] of [
    ["area", truths.area],
    ["crowd", truths.crowd],
    ["ignore", truths.ignore],
  ] as const)
    if (column.length !== length)
      throw new InputError("shape-mismatch", `there are ${length} true boxes but ${column.length} values of ${name}`);
  for (let i = 0; i < length; i++)
    if (!(truths.area[i] >= 0 && truths.area[i] < Infinity))
      throw new InputError(
        "out-of-range",
        `the area ${truths.area[i]} of true box ${i} is not a finite number >= 0`,
        i,
      );
  if (imageSizes === null) return;
  for (const [name, column] of [
    ["width", imageSizes.width],
    ["height", imageSizes.height],
  ] as const) {
    if (column.length !== imageNames.length)
      throw new InputError("shape-mismatch", `there are ${imageNames.length} images but ${column.length} ${name}s`);
    for (let i = 0; i < column.length; i++)
      if (!(column[i] > 0 && column[i] < Infinity))
        throw new InputError("out-of-range", `the ${name} ${column[i]} of image ${imageNames[i]} is not > 0`, i);
  }
}

function checkScores({ score, image }: DetectedBoxes): void {
  if (score.length !== image.length)
    throw new InputError("shape-mismatch", `there are ${image.length} detections but ${score.length} scores`);
  for (let i = 0; i < score.length; i++)
    if (!Number.isFinite(score[i]))
      throw new InputError("not-finite", `the score ${score[i]} of detection ${i} is not a finite number`, i);
}

function checkBoxes(what: string, boxes: Boxes, { imageNames, classNames }: DetectionData): void {
  const { image, category, x, y, width, height } = boxes;
  const { length } = image;
  for (const [name, column] of Object.entries({ category, x, y, width, height }))
    if (column.length !== length)
      throw new InputError(
        "shape-mismatch",
        `there are ${length} images of boxes but ${column.length} values of ${name}`,
      );
  for (let i = 0; i < length; i++) {
    if (!(image[i] >= 0 && image[i] < imageNames.length))
      throw new InputError(
        "out-of-range",
        `the image ${image[i]} of ${what} ${i} is not in [0, ${imageNames.length})`,
        i,
      );
    if (!(category[i] >= 0 && category[i] < classNames.length))
      throw new InputError(
        "out-of-range",
        `the class ${category[i]} of ${what} ${i} is not in [0, ${classNames.length})`,
        i,
      );
    if (!(Number.isFinite(x[i]) && Number.isFinite(y[i]) && Number.isFinite(width[i]) && Number.isFinite(height[i])))
      throw new InputError(
        "not-finite",
        `${what} ${i} has x ${x[i]}, y ${y[i]}, width ${width[i]}, height ${height[i]}: expected finite numbers`,
        i,
      );
    if (!(width[i] > 0 && height[i] > 0))
      throw new InputError(
        "out-of-range",
        `${what} ${i} is ${width[i]} wide and ${height[i]} high: expected more than 0`,
        i,
      );
  }
}
