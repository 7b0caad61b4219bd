/** What a column of boxes is for. */
export type BoxRole =
  | "image"
  | "category"
  | "score"
  | "box"
  | "area"
  | "crowd"
  | "ignore"
  | "imageWidth"
  | "imageHeight";

/**
 * Names recognised without a flag, in lower case with `.`, `-` and spaces as `_`. This table and `cornerNames` are the whole of
 * what is guessed.
 */
export const knownBoxColumns: Readonly<Record<BoxRole, readonly string[]>> = {
  image: ["image_id", "image", "img_id", "img", "file_name", "filename", "image_name"],
  category: ["category_id", "category", "category_name", "class_id", "class", "class_name", "label"],
  score: ["score", "confidence", "conf", "probability", "prob"],
  box: ["bbox", "box"],
  area: ["area"],
  crowd: ["iscrowd", "is_crowd", "crowd"],
  ignore: ["ignore"],
  imageWidth: ["image_width", "img_width"],
  imageHeight: ["image_height", "img_height"],
};

/** How four numbers say where a box is. */
export type BoxLayout = "xywh" | "xyxy" | "yxyx";

/** Layouts in the order in which they are listed. */
export const boxLayouts: readonly BoxLayout[] = ["xywh", "xyxy", "yxyx"];

/** Four columns whose names alone say where a box is, and in which layout they then stand. */
export const cornerNames: readonly { readonly layout: BoxLayout; readonly names: readonly string[] }[] = [
  { layout: "xyxy", names: ["x1", "y1", "x2", "y2"] },
  { layout: "xyxy", names: ["x_min", "y_min", "x_max", "y_max"] },
  { layout: "xyxy", names: ["xmin", "ymin", "xmax", "ymax"] },
  { layout: "xyxy", names: ["left", "top", "right", "bottom"] },
  { layout: "xywh", names: ["x", "y", "width", "height"] },
  { layout: "xywh", names: ["x", "y", "w", "h"] },
  { layout: "xywh", names: ["left", "top", "width", "height"] },
  { layout: "xywh", names: ["bbox_x", "bbox_y", "bbox_width", "bbox_height"] },
  { layout: "xywh", names: ["bbox_x", "bbox_y", "bbox_w", "bbox_h"] },
];

/** A name as it is compared. */
export function comparable(name: string): string {
  return name.toLowerCase().replaceAll(/[.\- ]/g, "_");
}
