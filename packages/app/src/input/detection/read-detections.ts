import type { DetectionData } from "@candor/core";
import { BadInput, printable } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { BoxCollector, type Skipped } from "./box-collector.ts";
import type { BoxRow, ListedRow } from "./box-row.ts";
import { type BoxFile, openBoxes } from "./box-rows.ts";
import type { DetectionOptions } from "./detection-options.ts";

/** Detections with the truth, ready to be matched. */
export interface DetectionSet {
  readonly data: DetectionData;
  /** File rows of each detection, from 0: those that were left out have none. */
  readonly rowOf: Float64Array;
  readonly source: DetectionSource;
}

/** Where detections came from. */
export interface DetectionSource {
  readonly name: string;
  readonly groundTruth: string | null;
  /** Rows of the detections, those left out included. */
  readonly rows: number;
  readonly skipped: Skipped;
  readonly columns: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** Names of things, each with the number that stands for it. */
class Codes {
  readonly names: string[] = [];
  readonly #codes = new Map<string, number>();

  get(name: string): number | undefined {
    return this.#codes.get(name);
  }

  add(name: string): number {
    const found = this.#codes.get(name);
    if (found !== undefined) return found;
    this.names.push(name);
    this.#codes.set(name, this.names.length - 1);
    return this.names.length - 1;
  }
}

/** Images and classes, as they are found. */
interface Dictionary {
  readonly images: Codes;
  readonly width: GrowingSizes;
  readonly height: GrowingSizes;
  /** By the id, or by the name that the file gives. */
  readonly categories: Codes;
  /** Names of classes by their code. */
  readonly categoryNames: string[];
  readonly categoryByName: Map<string, number>;
}

type GrowingSizes = number[];

function emptyDictionary(): Dictionary {
  return {
    images: new Codes(),
    width: [],
    height: [],
    categories: new Codes(),
    categoryNames: [],
    categoryByName: new Map(),
  };
}

function learn(words: Dictionary, { list, id, name, width, height }: ListedRow, file: string): void {
  if (list === "images") {
    if (words.images.get(id) !== undefined)
      throw new BadInput(`${file}: two images have the id ${printable(id)}`, { file });
    words.width[words.images.add(id)] = width;
    words.height[words.images.add(id)] = height;
    return;
  }
  if (words.categories.get(id) !== undefined)
    throw new BadInput(`${file}: two categories have the id ${printable(id)}`, { file });
  const code = words.categories.add(id);
  words.categoryNames[code] = name;
  words.categoryByName.set(name, code);
}

function categoryOf(words: Dictionary, text: string): number | undefined {
  return words.categories.get(text) ?? words.categoryByName.get(text);
}

/** Coordinates up to this are relative: an image of two pixels is none. */
const LARGEST_RELATIVE = 2;

function unitsOf(
  { x, y, width, height }: BoxCollector,
  wanted: DetectionOptions["boxUnits"],
): DetectionData["units"] | undefined {
  if (wanted !== undefined) return wanted;
  const xs = x.done();
  const ys = y.done();
  const widths = width.done();
  const heights = height.done();
  if (xs.length === 0) return undefined;
  for (let i = 0; i < xs.length; i++)
    if (Math.max((xs[i] ?? 0) + (widths[i] ?? 0), (ys[i] ?? 0) + (heights[i] ?? 0)) > LARGEST_RELATIVE) return "pixels";
  return "relative";
}

/** Ascending by number where all ids are numbers, else by text. */
function sortedCodes(names: readonly string[]): Int32Array {
  const isNumeric = names.every((name) => /^\d{1,15}$/.test(name));
  const order = names.map((_, i) => i);
  const compare = (a: string, b: string): number => (isNumeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0);
  order.sort((a, b) => compare(names[a] ?? "", names[b] ?? ""));
  const place = new Int32Array(names.length);
  order.forEach((code, k) => {
    place[code] = k;
  });
  return place;
}

/** Names in the order of their places. */
function arranged<T>(values: readonly T[], place: Int32Array): T[] {
  const sorted = [...values];
  values.forEach((value, code) => {
    sorted[place[code] ?? 0] = value;
  });
  return sorted;
}

/**
 * Reads detections and, where there is one, the ground truth.
 *
 * @param file detections; `-` reads standard input
 * @throws {BadInput} for files that are missing or of another kind, bad rows unless they are left out, and detections of images and
 *   classes that the ground truth does not have
 */
export async function readDetections(
  file: string,
  options: DetectionOptions,
  context: FileContext,
): Promise<{ readonly set: DetectionSet; readonly opened: BoxFile }> {
  const { groundTruth, images, skipBad = false, boxUnits } = options;
  const words = emptyDictionary();
  const notes: string[] = [];
  const truths = groundTruth === undefined ? undefined : await readTruths(groundTruth, options, words, context);
  if (images !== undefined) await readImages(images, options, words, context);
  const knows = groundTruth !== undefined;
  const opened = await openBoxes(file, "detections", options, context);
  try {
    const found = new BoxCollector(opened, true, skipBad);
    await opened.read({
      box: (row) =>
        found.add(
          row,
          (id) => (knows ? words.images.get(id) : words.images.add(id)),
          (id) => categoryOf(words, id) ?? (knows ? undefined : addCategory(words, id)),
        ),
      listed: () => undefined,
    });
    found.finish(groundTruth ?? "", groundTruth ?? "");
    const all = truths?.collector;
    const units = unitsOf(found, boxUnits);
    const truthUnits = all && unitsOf(all, boxUnits);
    const sizes = sizesOf(words);
    const common = units ?? truthUnits ?? "pixels";
    if (units !== undefined && truthUnits !== undefined && units !== truthUnits)
      convert(
        units === "relative" ? found : (all ?? found),
        sizes,
        words,
        units === "relative" ? opened.file : (groundTruth ?? ""),
      );
    const unit = units !== undefined && truthUnits !== undefined && units !== truthUnits ? "pixels" : common;
    if (unit === "relative" && boxUnits === undefined)
      notes.push("all boxes lie within 0 to 1: read as relative to their images (--box-units says otherwise)");
    if (all !== undefined && all.row.length === 0)
      notes.push("the ground truth has no true boxes: every detection counts as wrong");
    if (knows && unit === "pixels" && sizes === null)
      notes.push("the sizes of the images are not known: no calibration over the place and size of boxes");
    if (truths !== undefined && truths.skipped > 0)
      notes.push(`${truths.skipped.toLocaleString("en")} rows of the ground truth were left out`);
    const data = dataOf(words, found, all, unit, sizes);
    return {
      opened,
      set: {
        data,
        rowOf: found.row.done(),
        source: {
          name: opened.file === "standard input" ? opened.file : (file.split(/[\\/]/).at(-1) ?? file),
          groundTruth: groundTruth?.split(/[\\/]/).at(-1) ?? null,
          rows: found.rows,
          skipped: found.skipped,
          columns: opened.columns,
          notes,
        },
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function addCategory(words: Dictionary, id: string): number {
  const code = words.categories.add(id);
  words.categoryNames[code] = id;
  return code;
}

async function readTruths(
  file: string,
  options: DetectionOptions,
  words: Dictionary,
  context: FileContext,
): Promise<{ readonly collector: BoxCollector; readonly skipped: number }> {
  const opened = await openBoxes(file, "ground truth", options, context);
  try {
    const collector = new BoxCollector(opened, false, options.skipBad ?? false);
    const late: BoxRow[] = [];
    let isListed = false;
    const take = (row: BoxRow): void =>
      collector.add(
        row,
        (id) => {
          if (opened.isCoco) return words.images.get(id);
          const code = words.images.add(id);
          if (Number.isNaN(words.width[code] ?? Number.NaN)) words.width[code] = row.imageWidth;
          if (Number.isNaN(words.height[code] ?? Number.NaN)) words.height[code] = row.imageHeight;
          return code;
        },
        (id) => (opened.isCoco ? words.categories.get(id) : (categoryOf(words, id) ?? addCategory(words, id))),
      );
    await opened.read({
      box: (row) => {
        if (opened.isCoco) late.push(row);
        else take(row);
      },
      listed: (row) => {
        isListed = true;
        learn(words, row, opened.file);
      },
    });
    if (words.categories.names.length === 0)
      for (const { category } of late) if (category !== null) addCategory(words, category);
    for (const row of late) take(row);
    if (opened.isCoco && !isListed) throw new BadInput(`${opened.file}: there are no images`, { file: opened.file });
    collector.finish('its own list "images"', 'its own list "categories"');
    if (collector.row.length === 0 && words.images.names.length === 0)
      throw new BadInput(`${opened.file}: there are no true boxes`, { file: opened.file });
    return { collector, skipped: collector.skipped.reduce((sum, { count }) => sum + count, 0) };
  } finally {
    await opened.close();
  }
}

async function readImages(
  file: string,
  options: DetectionOptions,
  words: Dictionary,
  context: FileContext,
): Promise<void> {
  const { imageColumn, skipBad } = options;
  const own = { ...(imageColumn === undefined ? {} : { imageColumn }), ...(skipBad === undefined ? {} : { skipBad }) };
  const opened = await openBoxes(file, "images", own, context);
  try {
    await opened.read({
      box: () => undefined,
      listed: ({ id, width, height }) => {
        const code = words.images.add(id);
        if (!(words.width[code] !== undefined && words.width[code] > 0)) words.width[code] = width;
        if (!(words.height[code] !== undefined && words.height[code] > 0)) words.height[code] = height;
      },
    });
  } finally {
    await opened.close();
  }
}

/** Sizes of all images; null where one is not known. */
function sizesOf({ images, width, height }: Dictionary): { width: Float64Array; height: Float64Array } | null {
  const { length } = images.names;
  const sizes = {
    width: Float64Array.from({ length }, (_, i) => width[i] ?? Number.NaN),
    height: Float64Array.from({ length }, (_, i) => height[i] ?? Number.NaN),
  };
  const isKnown = length > 0 && sizes.width.every((x) => x > 0) && sizes.height.every((x) => x > 0);
  return isKnown ? sizes : null;
}

/** Takes relative boxes to pixels, in place. */
function convert(
  boxes: BoxCollector,
  sizes: { width: Float64Array; height: Float64Array } | null,
  { images }: Dictionary,
  file: string,
): void {
  if (sizes === null)
    throw new BadInput(
      `${file}: its boxes are relative (0 to 1) and those of the other file in pixels, expected the width and height of each image to compare them`,
      { file, hint: "--images FILE with image_id, width and height, or --box-units where they are alike" },
    );
  const image = boxes.image.done();
  const [x, y, width, height] = [boxes.x.done(), boxes.y.done(), boxes.width.done(), boxes.height.done()];
  for (let i = 0; i < image.length; i++) {
    const wide = sizes.width[image[i] ?? 0] ?? 1;
    const high = sizes.height[image[i] ?? 0] ?? 1;
    x[i] = (x[i] ?? 0) * wide;
    y[i] = (y[i] ?? 0) * high;
    width[i] = (width[i] ?? 0) * wide;
    height[i] = (height[i] ?? 0) * high;
  }
  if (images.names.length === 0) throw new BadInput(`${file}: there are no images`, { file });
}

function dataOf(
  words: Dictionary,
  found: BoxCollector,
  truths: BoxCollector | undefined,
  units: DetectionData["units"],
  sizes: { width: Float64Array; height: Float64Array } | null,
): DetectionData {
  const imagePlace = sortedCodes(words.images.names);
  const ids = words.categories.names;
  const classPlace = sortedCodes(ids);
  const columns = (boxes: BoxCollector | undefined) => ({
    image: Int32Array.from(boxes?.image.done() ?? [], (code) => imagePlace[code] ?? 0),
    category: Int32Array.from(boxes?.category.done() ?? [], (code) => classPlace[code] ?? 0),
    x: boxes?.x.done() ?? new Float64Array(0),
    y: boxes?.y.done() ?? new Float64Array(0),
    width: boxes?.width.done() ?? new Float64Array(0),
    height: boxes?.height.done() ?? new Float64Array(0),
  });
  const real = columns(truths);
  const stated = truths?.area.done();
  return {
    imageNames: arranged(words.images.names, imagePlace),
    classNames: arranged(
      ids.map((id, code) => words.categoryNames[code] ?? id),
      classPlace,
    ),
    imageSizes: sizes && {
      width: Float64Array.from(arranged(Array.from(sizes.width), imagePlace)),
      height: Float64Array.from(arranged(Array.from(sizes.height), imagePlace)),
    },
    units,
    detections: { ...columns(found), score: found.score.done() },
    truths: {
      ...real,
      area: real.width.map((w, i) => {
        const own = stated?.[i] ?? Number.NaN;
        return Number.isNaN(own) ? w * (real.height[i] ?? 0) : own;
      }),
      crowd: Uint8Array.from(truths?.crowd.done() ?? []),
      ignore: Uint8Array.from(truths?.ignore.done() ?? []),
    },
  };
}
