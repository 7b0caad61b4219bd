import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { BadInput, type DetectedFormat } from "@candor/input";

/** An object among the elements of an array of a JSON file. */
export interface JsonElement {
  /** Name of the array in the object that holds it; empty for an array that is the whole file. */
  readonly list: string;
  /** Place in that array, from 0. */
  readonly index: number;
  readonly text: string;
}

const byte = {
  quote: 34,
  comma: 44,
  colon: 58,
  backslash: 92,
  open: 123,
  close: 125,
  openList: 91,
  closeList: 93,
} as const;

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** Reads a file of JSON piece by piece, so that its size does not matter: only one object is held at a time. */
class ElementScanner {
  readonly #file: string;
  /** Depth at which objects are elements: 1 in an array, 2 in an array of an object; 0 before the first sign. */
  #at = 0;
  #depth = 0;
  #inText = false;
  #isEscaped = false;
  #key: number[] = [];
  #isKey = false;
  #list = "";
  #index = 0;
  #pieces: Buffer[] = [];
  #isElement = false;
  /** True where the list that is open is one of elements. */
  #inList = false;
  #position = 0;
  #isDone = false;

  constructor(file: string) {
    this.#file = file;
  }

  #complain(what: string): BadInput {
    return new BadInput(`${this.#file}: ${what} (byte ${this.#position + 1})`, { file: this.#file });
  }

  /** The elements that end in this piece. */
  feed(chunk: Buffer): JsonElement[] {
    const elements: JsonElement[] = [];
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const code = chunk[i] ?? 0;
      if (this.#inText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === byte.backslash) this.#isEscaped = true;
        else if (code === byte.quote) this.#inText = false;
        if (this.#isKey && this.#inText) this.#key.push(code);
        continue;
      }
      switch (code) {
        case byte.quote:
          this.#inText = true;
          this.#isKey = this.#depth === 1 && this.#at === 2 && !this.#inList;
          if (this.#isKey) this.#key = [];
          break;
        case byte.open:
        case byte.openList: {
          if (this.#depth === 0) {
            this.#position += i;
            if (this.#isDone) throw this.#complain("expected one JSON value, got another after it");
            this.#position -= i;
            this.#at = code === byte.openList ? 1 : 2;
            this.#inList = code === byte.openList;
          } else if (this.#depth === 1 && this.#at === 2) {
            this.#inList = code === byte.openList;
            this.#list = Buffer.from(this.#key).toString("utf8");
            this.#index = 0;
          } else if (this.#depth === this.#at && this.#inList && code === byte.open) {
            this.#isElement = true;
            start = i;
          }
          this.#depth++;
          break;
        }
        case byte.close:
        case byte.closeList: {
          this.#depth--;
          if (this.#depth < 0) {
            this.#position += i;
            throw this.#complain("expected JSON, got a bracket that closes nothing");
          }
          if (this.#isElement && this.#depth === this.#at) {
            this.#pieces.push(chunk.subarray(start, i + 1));
            elements.push({
              list: this.#list,
              index: this.#index++,
              text: Buffer.concat(this.#pieces).toString("utf8"),
            });
            this.#pieces = [];
            this.#isElement = false;
          } else if (this.#depth === 1 && this.#at === 2) this.#inList = false;
          if (this.#depth === 0) this.#isDone = true;
          break;
        }
        default:
          if (this.#depth === this.#at && this.#inList && this.#at > 0 && code !== byte.comma && !isSpace(code)) {
            this.#position += i;
            throw this.#complain(`expected objects in the list${this.#list === "" ? "" : ` "${this.#list}"`}`);
          }
      }
    }
    if (this.#isElement) this.#pieces.push(chunk.subarray(start));
    this.#position += chunk.length;
    return elements;
  }

  finish(): void {
    if (!this.#isDone || this.#depth !== 0 || this.#inText)
      throw this.#complain("the JSON is cut off, expected it to end with a bracket");
  }
}

/**
 * The objects in the lists of a JSON file, a piece at a time: those of the array that the file is, or of the arrays that the
 * object holds which it is.
 *
 * @param path where the file is
 * @param file as the user named it
 * @throws {BadInput} for a file that is cut off or holds something else in such a list
 */
export async function* jsonElements(
  path: string,
  file: string,
  { compression, hasMark }: Pick<DetectedFormat, "compression" | "hasMark">,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly JsonElement[]> {
  if (compression === "zstd")
    throw new BadInput(`${file}: JSON of boxes is not read from zstd, expected it unpacked`, { file });
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const bytes: AsyncIterable<Buffer> = compression === "gzip" ? source.pipe(createGunzip()) : source;
  const scanner = new ElementScanner(file);
  let isFirst = true;
  try {
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      const elements = scanner.feed(isFirst && hasMark ? chunk.subarray(3) : chunk);
      isFirst = false;
      if (elements.length > 0) yield elements;
    }
  } finally {
    source.destroy();
  }
  scanner.finish();
}

/** A parsed element. */
export function parseElement({ text, list, index }: JsonElement, file: string): Readonly<Record<string, unknown>> {
  const parse = (): unknown => {
    try {
      return JSON.parse(text);
    } catch (cause) {
      // Python writes NaN and Infinity, which JSON does not have; as null they are found by the checks of their row.
      const without = text.replace(/([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, "$1null");
      if (without === text) throw cause;
      return JSON.parse(without);
    }
  };
  try {
    const value = parse();
    if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value));
  } catch (cause) {
    throw new BadInput(`${file}: ${placeOf(list, index)} is no JSON object`, { file, cause });
  }
  throw new BadInput(`${file}: ${placeOf(list, index)} is no JSON object`, { file });
}

/** Where an element is, for a message. */
export function placeOf(list: string, index: number): string {
  return list === "" ? `row ${index + 1}` : `${list} ${index + 1}`;
}
