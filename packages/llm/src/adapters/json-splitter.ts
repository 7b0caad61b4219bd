import { InputError } from "@candor/core";

/**
 * Cuts text that comes in pieces into JSON values: one per line (NDJSON), one array of them, or one value over many lines.
 * Where the pieces are cut does not matter.
 */
export class JsonSplitter {
  readonly #emit: (value: unknown) => void;
  readonly #limit: number;
  #rest = "";
  #at = 0;
  #from = -1;
  #depth = 0;
  #isString = false;
  #isArray = false;
  #isStarted = false;
  #count = 0;

  /**
   * @param limit most characters of one value
   * @param emit gets each parsed value
   */
  constructor(limit: number, emit: (value: unknown) => void) {
    this.#limit = limit;
    this.#emit = emit;
  }

  /** @throws {InputError} `incompatible` for what is not JSON, `out-of-range` for a value over the limit */
  feed(piece: string): void {
    this.#rest += piece;
    const text = this.#rest;
    let i = this.#at;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#isString) {
        if (code === 0x5c) {
          if (i + 1 >= text.length) break;
          i++;
        } else if (code === 0x22) this.#isString = false;
        else if (code === 0x0a) throw this.#malformed();
      } else if (code === 0x22) this.#isString = true;
      else if (code === 0x7b || code === 0x5b) this.#open(code, i);
      else if (code === 0x7d || code === 0x5d) this.#close(code, i);
      if (this.#from >= 0 && i - this.#from >= this.#limit) throw this.#tooLarge();
    }
    const keep = this.#from < 0 ? i : this.#from;
    this.#rest = text.slice(keep);
    this.#at = i - keep;
    if (this.#from > 0) this.#from = 0;
  }

  /** @returns whether the text broke off within a value or an array */
  end(): boolean {
    if (this.#from >= 0 && /[}\]]\s*\n\s*[{[]/.test(this.#rest)) throw this.#malformed();
    return this.#from >= 0 || this.#depth > 0;
  }

  #open(code: number, at: number): void {
    if (!this.#isStarted) {
      this.#isStarted = true;
      if (code === 0x5b) {
        this.#isArray = true;
        return;
      }
    }
    if (this.#depth === 0) this.#from = at;
    this.#depth++;
  }

  #close(code: number, at: number): void {
    if (this.#depth === 0) {
      if (this.#isArray && code === 0x5d) {
        this.#isArray = false;
        return;
      }
      throw this.#malformed();
    }
    this.#depth--;
    if (this.#depth > 0) return;
    const value = this.#rest.slice(this.#from, at + 1);
    this.#from = -1;
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

  #tooLarge(): InputError {
    const message = `event ${this.#count + 1} of the stream is larger than the limit of ${this.#limit} characters`;
    return new InputError("out-of-range", message, this.#count);
  }
}
