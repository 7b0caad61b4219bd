import { BadInput, type DetectedFormat, nameList, shownValue } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import type { BoxPurpose, BoxReceiver, BoxRow } from "./box-row.ts";
import { jsonElements, parseElement, placeOf } from "./json-elements.ts";

/**
 * Reads the boxes of COCO JSON, and the images and classes that it lists.
 *
 * @throws {BadInput} for a file without the lists it has to have, and ids that are none
 */
export async function readCoco(
  path: string,
  file: string,
  detected: DetectedFormat,
  purpose: BoxPurpose,
  receiver: BoxReceiver,
  { signal, onProgress }: FileContext,
): Promise<void> {
  let rows = 0;
  const wanted =
    purpose === "detections"
      ? ["", "annotations"]
      : purpose === "images"
        ? ["", "images"]
        : ["annotations", "images", "categories"];
  const seen = new Set<string>();
  for await (const elements of jsonElements(path, file, detected, signal)) {
    for (const element of elements) {
      const { list, index } = element;
      seen.add(list);
      if (!wanted.includes(list)) continue;
      const value = parseElement(element, file);
      if (list === "annotations" || (list === "" && purpose !== "images")) {
        receiver.box(cocoBox(value, placeOf(list, index), file));
        rows++;
        continue;
      }
      const place = placeOf(list, index);
      const id = identity(value["id"] ?? value["image_id"], place, file);
      if (id === null) throw new BadInput(`${file}: ${place} has no id`, { file });
      const name = value[list === "categories" ? "name" : "file_name"];
      receiver.listed({
        list: list === "categories" ? "categories" : "images",
        id,
        name: typeof name === "string" ? name : id,
        width: numberOf(value["width"]),
        height: numberOf(value["height"]),
      });
    }
    onProgress?.(undefined, rows);
  }
  if (purpose === "ground truth" && !seen.has("images"))
    throw new BadInput(
      `${file}: no list "images" (${seen.has("") ? "the file is a list, expected an object" : `lists: ${nameList([...seen])}`}), expected the ground truth of COCO: images, annotations, categories`,
      { file, hint: "detections come first, and --ground-truth names the true boxes" },
    );
  if (purpose === "detections" && rows === 0 && seen.size > 0 && !seen.has("annotations") && !seen.has(""))
    throw new BadInput(`${file}: expected a list of detections, got an object with ${nameList([...seen])}`, { file });
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** An id as text. Numbers beyond 2⁵³ are not exact in JSON, so two images would become one. */
function identity(value: unknown, place: string, file: string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isInteger(value)) {
    if (!Number.isSafeInteger(value))
      throw new BadInput(`${file}: ${place}: the id ${value} is too large for a number of JSON, expected text`, {
        file,
      });
    return String(value);
  }
  throw new BadInput(
    `${file}: ${place}: expected an id that is a whole number or text, got ${shownValue(String(value))}`,
    { file },
  );
}

function cocoBox(value: Readonly<Record<string, unknown>>, place: string, file: string): BoxRow {
  const { bbox } = value;
  const corner = (k: number): number => (Array.isArray(bbox) && bbox.length === 4 ? numberOf(bbox[k]) : Number.NaN);
  const flag = (name: string): number =>
    value[name] === true ? 1 : value[name] === undefined || value[name] === false ? 0 : numberOf(value[name]);
  return {
    place,
    image: identity(value["image_id"], place, file),
    category: identity(value["category_id"] ?? value["category"], place, file),
    score: numberOf(value["score"]),
    corners: [corner(0), corner(1), corner(2), corner(3)],
    area: numberOf(value["area"]),
    crowd: flag("iscrowd"),
    ignore: flag("ignore"),
    imageWidth: Number.NaN,
    imageHeight: Number.NaN,
    id: identity(value["id"], place, file),
  };
}
