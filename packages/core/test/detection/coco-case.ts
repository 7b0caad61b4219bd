import table from "../../../../fixtures/detection/coco.json" with { type: "json" };
import type { DetectionData } from "../../src/detection/boxes.ts";

/** What `fixtures/detection/coco.py` made, and the same as columns. */
export { table };

export const cocoCase: DetectionData = (() => {
  const { truth, detections } = table;
  const imageOf = new Map(truth.images.map(({ id }, i) => [id, i]));
  const classOf = new Map(truth.categories.map(({ id }, c) => [id, c]));
  const columns = (rows: readonly { image_id: number; category_id: number; bbox: number[] }[]) => ({
    image: Int32Array.from(rows, (row) => imageOf.get(row.image_id) ?? -1),
    category: Int32Array.from(rows, (row) => classOf.get(row.category_id) ?? -1),
    x: Float64Array.from(rows, ({ bbox }) => bbox[0]),
    y: Float64Array.from(rows, ({ bbox }) => bbox[1]),
    width: Float64Array.from(rows, ({ bbox }) => bbox[2]),
    height: Float64Array.from(rows, ({ bbox }) => bbox[3]),
  });
  return {
    imageNames: truth.images.map(({ id }) => `${id}`),
    classNames: truth.categories.map(({ name }) => name),
    imageSizes: {
      width: Float64Array.from(truth.images, ({ width }) => width),
      height: Float64Array.from(truth.images, ({ height }) => height),
    },
    units: "pixels",
    detections: { ...columns(detections), score: Float64Array.from(detections, ({ score }) => score) },
    truths: {
      ...columns(truth.annotations),
      area: Float64Array.from(truth.annotations, ({ area }) => area),
      crowd: Uint8Array.from(truth.annotations, ({ iscrowd }) => iscrowd),
      ignore: new Uint8Array(truth.annotations.length),
    },
  };
})();

/** Boxes of one image and class, written as rows: [x, y, width, height] and a score for detections. */
export function oneImage(detected: readonly number[][], real: readonly number[][]): DetectionData {
  const columns = (rows: readonly number[][]) => ({
    image: new Int32Array(rows.length),
    category: new Int32Array(rows.length),
    x: Float64Array.from(rows, (row) => row[0]),
    y: Float64Array.from(rows, (row) => row[1]),
    width: Float64Array.from(rows, (row) => row[2]),
    height: Float64Array.from(rows, (row) => row[3]),
  });
  return {
    imageNames: ["one"],
    classNames: ["thing"],
    imageSizes: { width: Float64Array.of(640), height: Float64Array.of(480) },
    units: "pixels",
    detections: { ...columns(detected), score: Float64Array.from(detected, (row) => row[4]) },
    truths: {
      ...columns(real),
      area: Float64Array.from(real, (row) => row[2] * row[3]),
      crowd: Uint8Array.from(real, (row) => row[4] ?? 0),
      ignore: new Uint8Array(real.length),
    },
  };
}
