// Detections against true boxes: a million detections of 20,000 images and 80 classes, some of which overlap a true box.

import { core, line } from "./support.mjs";

const images = 20_000;
const classes = 80;
const random = core.createRandom(8);

function boxes(count, place) {
  const columns = {
    image: new Int32Array(count),
    category: new Int32Array(count),
    x: new Float64Array(count),
    y: new Float64Array(count),
    width: new Float64Array(count),
    height: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) place(columns, i);
  return columns;
}

const somewhere = (columns, i) => {
  columns.image[i] = random.integer(images);
  columns.category[i] = random.integer(8) * random.integer(11);
  columns.x[i] = 500 * random.uniform();
  columns.y[i] = 400 * random.uniform();
  columns.width[i] = 5 + 200 * random.uniform();
  columns.height[i] = 5 + 200 * random.uniform();
};
const truths = boxes(150_000, somewhere);
const detections = boxes(1_000_000, (columns, i) => {
  if (random.uniform() < 0.6) return somewhere(columns, i);
  const t = random.integer(150_000);
  for (const name of Object.keys(columns)) columns[name][i] = truths[name][t];
  columns.x[i] += 10 * random.normal();
  columns.y[i] += 10 * random.normal();
});

const data = {
  imageNames: Array.from({ length: images }, (_, i) => `${i}`),
  classNames: Array.from({ length: classes }, (_, c) => `${c}`),
  imageSizes: { width: new Float64Array(images).fill(640), height: new Float64Array(images).fill(480) },
  units: "pixels",
  detections: { ...detections, score: Float64Array.from(detections.x, () => random.uniform()) },
  truths: {
    ...truths,
    area: truths.width.map((w, i) => w * truths.height[i]),
    crowd: new Uint8Array(150_000),
    ignore: new Uint8Array(150_000),
  },
};

function timed(name, work) {
  const started = performance.now();
  const result = work();
  line(name, performance.now() - started);
  return result;
}

const matches = timed("match 1e6 boxes at one overlap", () => core.matchDetections(data));
timed("match 1e6 boxes as COCO, 4 sizes x 10", () =>
  core.matchDetections(data, { thresholds: core.cocoThresholds, ranges: core.areaRanges("pixels") }),
);
timed("average precision, no intervals", () => core.cocoAveragePrecision(data, { resamples: 0 }));
timed("average precision, 40 resamples", () => core.cocoAveragePrecision(data));
timed("precision, recall, F1 at every cutoff", () => core.cutoffCurve(data, matches));
const rows = core.detectionRows(data, matches);
timed("detection ECE", () => core.detectionCalibrationError(rows));
timed("detection ECE over score, place, size", () =>
  core.detectionCalibrationError(rows, { dimensions: ["cx", "cy", "width", "height"] }),
);
