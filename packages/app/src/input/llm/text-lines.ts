import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BadInput } from "@candor/input";
import type { FileContext } from "../file-context.ts";

/** A line of a text file, without its end. */
export interface TextLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/** Lines longer than this are no responses. */
const LONGEST_LINE = 1 << 28;

const strangers: readonly (readonly [bytes: readonly number[], what: string, hint: string])[] = [
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd file", "expected it unpacked or as .gz"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file", "expected responses as JSON, one per line"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip file", "expected it unpacked"],
  [[0x93, 0x4e, 0x55, 0x4d], "an array of NumPy", "expected responses as JSON, one per line"],
];

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

/** Bytes of a file or of standard input; `read` learns how many came. */
async function* bytesOf(
  path: string,
  file: string,
  { stdin = process.stdin }: FileContext,
  read: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if (path === "-" && "isTTY" in stdin && stdin.isTTY === true)
    throw new BadInput("standard input is a terminal, expected a file piped into it");
  const source = path === "-" ? stdin : createReadStream(path, { highWaterMark: 1 << 18 });
  try {
    for await (const chunk of source) {
      const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
      read(bytes.length);
      yield bytes;
    }
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    throw new BadInput(`cannot be opened: ${file}${code === "EACCES" ? " (permission denied)" : ""}`, { file, cause });
  }
}

/** The same chunks, the first of them at least four bytes long where there are as many. */
async function* withHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 4) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined) yield head;
}

/** Unpacked bytes, whatever the name of the file says. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const iterator = withHead(chunks)[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const head = first.value;
  for (const [start, what, hint] of strangers)
    if (beginsWith(head, start)) throw new BadInput(`${file} is ${what}, ${hint}`, { file });
  const all = (async function* () {
    yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  })();
  if (!beginsWith(head, [0x1f, 0x8b])) {
    yield* all;
    return;
  }
  const packed = Readable.from(all);
  const gunzip = createGunzip();
  packed.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of packed.pipe(gunzip)) yield chunk;
  } catch (cause) {
    if (BadInput.is(cause)) throw cause;
    throw new BadInput(`${file}: not a whole gzip file, it is cut off or damaged`, { file, cause });
  }
}

async function checkFile(path: string, file: string): Promise<number | undefined> {
  if (path === "-") return undefined;
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" || cause.code === "ENOTDIR" ? "no such file" : "cannot be opened";
    throw new BadInput(`${reason}: ${file}`, { file, cause });
  });
  if (found.isDirectory()) throw new BadInput(`${file} is a folder, expected a file`, { file });
  return found.isFile() ? found.size : undefined;
}

/**
 * The lines of a text: UTF-8, or UTF-16 with a byte order mark; packed by gzip or not.
 *
 * @param path the file; `-` reads standard input
 * @param file its name for messages
 * @throws {BadInput} for a file that is missing, damaged, or no text
 */
export async function* textLines(path: string, file: string, context: FileContext): AsyncGenerator<TextLine> {
  const size = await checkFile(path, file);
  let taken = 0;
  let number = 0;
  let decoder: TextDecoder | undefined;
  let rest = "";
  const decoded = (bytes: Uint8Array | undefined): string => {
    try {
      return bytes === undefined ? (decoder?.decode() ?? "") : (decoder?.decode(bytes, { stream: true }) ?? "");
    } catch (cause) {
      const where = number === 0 ? "it holds" : `after line ${number} there is`;
      throw new BadInput(`${file}: ${where} something that is no UTF-8 text`, { file, cause });
    }
  };
  const packed = bytesOf(path, file, context, (bytes) => {
    taken += bytes;
  });
  for await (const bytes of unpacked(packed, file)) {
    context.signal?.throwIfAborted();
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    const text = rest + decoded(bytes);
    let from = 0;
    for (let end = text.indexOf("\n", rest.length); end >= 0; end = text.indexOf("\n", from)) {
      number++;
      yield { number, text: text.slice(from, end).replace(/\r$/, "") };
      from = end + 1;
    }
    rest = text.slice(from);
    if (rest.length > LONGEST_LINE)
      throw new BadInput(`${file}: line ${number + 1} is longer than 256 MB, expected one response per line`, { file });
    context.onProgress?.(size === undefined || size === 0 ? undefined : taken / size, number);
  }
  rest += decoded(undefined);
  if (rest !== "") yield { number: number + 1, text: rest.replace(/\r$/, "") };
}

function encodingOf(bytes: Uint8Array): string {
  if (beginsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  return beginsWith(bytes, [0xfe, 0xff]) ? "utf-16be" : "utf-8";
}
