import { InputError } from "@candor/core";

/**
 * Cuts text that comes in pieces into JSON values: one per line (NDJSON), one array of them, or one value over many lines.
 * Where the pieces are cut does not matter; every character is looked at once.
 */
export class JsonSplitter {
  readonly #emit: (value: unknown) => void;
  readonly #limit: number;
  /** What came of the value that is open. */
  #parts: string[] = [];
  #length = 0;
  #depth = 0;
  #isString = false;
  #isEscaped = false;
  #isArray = false;
  #isStarted = false;
  #count = 0;

  /**
   * @param limit most characters of one value
   * @param emit gets each parsed value, and `"[DONE]"`
   */
  constructor(limit: number, emit: (value: unknown) => void) {
    this.#limit = limit;
    this.#emit = emit;
  }

  /** @throws {InputError} `incompatible` for what is not JSON, `out-of-range` for a value over the limit */
  feed(piece: string): void {
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      const code = piece.charCodeAt(i);
      if (this.#depth === 0) {
        if (this.#opens(code)) from = i;
      } else if (this.#isString) this.#inString(code);
      else if (code === 0x22) this.#isString = true;
      else if (code === 0x7b || code === 0x5b) this.#depth++;
      else if (code === 0x7d || code === 0x5d) {
        this.#depth--;
        if (this.#depth === 0) this.#close(piece.slice(from, i + 1));
      }
    }
    if (this.#depth > 0) this.#keep(piece.slice(from));
  }

  /**
   * The end of the text. A value that was cut off is left out.
   *
   * @throws {InputError} `incompatible` where an event that never closes has swallowed others
   */
  end(): void {
    if (this.#depth === 0 || this.#isArray) return;
    const later = this.#parts.join("").split("\n").slice(1);
    if (later.some((line) => line.startsWith("{") && isJson(line))) throw this.#malformed();
  }

  #opens(code: number): boolean {
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0x1e) return false;
    if (code === 0x2c && this.#isArray) return false;
    if (code === 0x5d && this.#isArray) {
      this.#isArray = false;
      return false;
    }
    const isFirst = !this.#isStarted;
    this.#isStarted = true;
    if (code === 0x5b && isFirst) {
      this.#isArray = true;
      return false;
    }
    if (code !== 0x7b && code !== 0x5b) throw this.#malformed();
    this.#depth = 1;
    return true;
  }

  #inString(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (code === 0x5c) this.#isEscaped = true;
    else if (code === 0x22) this.#isString = false;
    else if (code === 0x0a) throw this.#malformed();
  }

  #keep(part: string): void {
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= this.#limit) return;
    const message = `event ${this.#count + 1} of the stream is larger than the limit of ${this.#limit} characters`;
    throw new InputError("out-of-range", message, this.#count);
  }

  #close(last: string): void {
    this.#keep(last);
    const value = this.#parts.join("");
    this.#parts = [];
    this.#length = 0;
    if (value === "[DONE]") {
      this.#emit(value);
      return;
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(value);
    } catch {
      throw this.#malformed();
    }
    this.#count++;
    this.#emit(parsed);
  }

  #malformed(): InputError {
    return new InputError("incompatible", `event ${this.#count + 1} of the stream is not JSON`, this.#count);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
