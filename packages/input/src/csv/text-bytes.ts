import { BadInput } from "../bad-input.ts";
import type { DetectedFormat } from "../file-format.ts";
import { gunzipStream } from "./gunzip-stream.ts";

/** Bytes handed on at a time, about. */
const chunkBytes = 1 << 20;

type Bytes = Uint8Array<ArrayBuffer>;

/** Some bytes of a text in UTF-8. */
export interface TextChunk {
  readonly bytes: Uint8Array;
  /** Nothing comes after them. */
  readonly isLast: boolean;
}

/** The text of a file as UTF-8 bytes, unpacked and without its byte order mark, as often as it is asked for. */
export class TextBytes {
  readonly #blob: Blob;
  readonly #file: string;
  readonly #detected: DetectedFormat;
  #read = 0;
  #reader: ReadableStreamDefaultReader<Bytes> | undefined;

  constructor(blob: Blob, file: string, detected: DetectedFormat) {
    this.#blob = blob;
    this.#file = file;
    this.#detected = detected;
  }

  #stream(): ReadableStream<Bytes> {
    this.#read = 0;
    const counted = new TransformStream<Bytes, Bytes>({
      transform: (bytes, controller) => {
        this.#read += bytes.length;
        controller.enqueue(bytes);
      },
    });
    const { compression, encoding } = this.#detected;
    const raw = this.#blob.stream().pipeThrough(counted);
    const bytes = compression === "gzip" ? raw.pipeThrough(gunzipStream()) : raw;
    if (encoding === "utf-8") return bytes;
    return bytes.pipeThrough<string>(new TextDecoderStream("utf-16le")).pipeThrough<Bytes>(new TextEncoderStream());
  }

  /**
   * The bytes in pieces of about a megabyte.
   *
   * @throws {BadInput} when a packed file is cut off or damaged
   */
  async *chunks(signal?: AbortSignal): AsyncGenerator<TextChunk> {
    const reader = this.#stream().getReader();
    this.#reader = reader;
    let parts: Uint8Array[] = [];
    let size = 0;
    let isFirst = true;
    const take = (isLast: boolean): TextChunk => {
      const bytes = parts.length === 1 ? parts[0]! : concatenated(parts, size);
      const start = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
      parts = [];
      size = 0;
      isFirst = false;
      return { bytes: bytes.subarray(start), isLast };
    };
    try {
      for (;;) {
        signal?.throwIfAborted();
        const { done, value } = await reader.read();
        if (done) break;
        for (let from = 0; from < value.length; from += chunkBytes) {
          if (size >= chunkBytes) yield take(false);
          const part = value.subarray(from, from + chunkBytes);
          parts.push(part);
          size += part.length;
        }
      }
      yield take(true);
    } catch (error) {
      signal?.throwIfAborted();
      if (BadInput.is(error) || this.#detected.compression === "none") throw error;
      const message = `${this.#file}: not a whole gzip file, it is cut off or damaged`;
      throw new BadInput(message, { file: this.#file, cause: error });
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  /** The first lines, without their ends. */
  async firstLines(count: number): Promise<string[]> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const { bytes, isLast } of this.chunks()) {
      text += decoder.decode(bytes, { stream: !isLast });
      const lines = text.split(/\r\n|\n|\r/);
      if (isLast && lines.at(-1) === "") lines.pop();
      if (lines.length > count || isLast) return lines.slice(0, count);
    }
    return [];
  }

  /** Part of the file read by what reads it now. */
  progress(): number {
    return this.#blob.size === 0 ? 1 : Math.min(1, this.#read / this.#blob.size);
  }

  close(): void {
    this.#reader?.cancel().catch(() => undefined);
  }
}

function concatenated(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
