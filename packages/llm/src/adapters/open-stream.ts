import { InputError } from "@candor/core";
import { isObject } from "../json.ts";
import { assemble } from "../trace/assemble.ts";
import { TokenCleaner } from "../trace/clean-tokens.ts";
import type { ReadOptions } from "../trace/read-options.ts";
import type { Token } from "../trace/token.ts";
import type { LlmResponse } from "../trace/trace.ts";
import { adapterOf, adapters, matchingAdapter } from "./adapters.ts";
import type { Adapter, ChoiceDraft, JsonObject, ResponseDraft } from "./draft.ts";
import { kindOf } from "./expect-shape.ts";
import { faultDraft, fieldNames } from "./from-response.ts";

/** A response that is still coming in. */
export interface StreamReader {
  /**
   * Takes one event.
   *
   * @param event parsed JSON; its text, or `[DONE]`, is understood too
   * @returns the tokens that came with it, cleaned; their `start` and `end` are −1 until the text is known
   * @throws {InputError} `incompatible` with the number of the event
   */
  readonly push: (event: unknown) => readonly Token[];
  /**
   * The response as far as it has come. A stream that broke off has the flag `interrupted`.
   *
   * @throws {InputError} `empty` where no event came, `incompatible` where none had a known shape
   */
  readonly end: () => LlmResponse;
}

/**
 * Reads a streamed response event by event, for those who receive the events themselves. Any chunking of the same answer ends in
 * the same response.
 *
 * @param options what the events do not say themselves
 */
export function openStream(options: ReadOptions = {}): StreamReader {
  const events = new EventReader(options);
  const cleaner = new TokenCleaner();
  return {
    push(event) {
      const choices = events.push(event);
      const [only] = choices;
      if (only === undefined) return nothing;
      return choices.length === 1 ? cleaner.arrivals(only) : choices.flatMap((choice) => cleaner.arrivals(choice));
    },
    end: () => assemble(events.end(), options, cleaner),
  };
}

const nothing: readonly never[] = [];

/** Finds the reader for the first events and hands it all of them. */
export class EventReader {
  readonly #options: ReadOptions;
  readonly #held: JsonObject[] = [];
  #adapter: Adapter | null = null;
  #draft: ResponseDraft | null = null;
  #count = 0;
  #isWhole = false;

  constructor(options: ReadOptions) {
    this.#options = options;
    if (options.format !== undefined) this.#adapter = adapterOf(options.format);
  }

  /** Takes one event; returns the answers as far as they have come. */
  push(given: unknown): readonly ChoiceDraft[] {
    this.#count++;
    if (given === "[DONE]") {
      if (this.#draft !== null) this.#draft.ended = true;
      return nothing;
    }
    const event = typeof given === "string" ? this.#parse(given) : given;
    if (!isObject(event))
      throw new InputError(
        "incompatible",
        `event ${this.#count} must be an object, got ${kindOf(event)}`,
        this.#count - 1,
      );
    try {
      this.#take(event);
    } catch (error) {
      if (!InputError.is(error)) throw error;
      throw new InputError(error.code, `event ${this.#count} of the stream: ${error.message}`, this.#count - 1);
    }
    return this.#draft?.choices ?? nothing;
  }

  end(): ResponseDraft {
    if (this.#draft !== null) return this.#draft;
    const [first] = this.#held;
    if (first === undefined) throw new InputError("empty", "a stream must have at least one event, got none");
    for (const event of this.#held) {
      const fault = faultDraft(event, this.#options);
      if (fault !== null) return fault;
    }
    if (this.#held.some((event) => Array.isArray(event["choices"]))) {
      this.#start(adapterOf("chat-completions"));
      if (this.#draft !== null) return this.#draft;
    }
    throw new InputError(
      "incompatible",
      `none of ${this.#count} events has a known shape; the first has the fields ${fieldNames(first)}`,
    );
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw new InputError("incompatible", `event ${this.#count} of the stream is not JSON`, this.#count - 1);
    }
  }

  #take(event: JsonObject): void {
    if (this.#isWhole) throw new InputError("incompatible", "it follows a whole response, which must stand alone");
    if (this.#draft !== null && this.#adapter !== null) {
      this.#adapter.push(this.#draft, event);
      return;
    }
    this.#held.push(event);
    const expected = this.#adapter;
    if (expected !== null && (expected.matchesEvent(event) || !expected.matches(event))) {
      if (expected.matchesEvent(event)) this.#start(expected);
      return;
    }
    const streaming = expected === null ? adapters.find((adapter) => adapter.matchesEvent(event)) : undefined;
    if (streaming !== undefined) {
      this.#start(streaming);
      return;
    }
    const whole = expected ?? matchingAdapter(event);
    if (whole === undefined) return;
    this.#adapter = whole;
    this.#draft = whole.read(event);
    this.#isWhole = true;
  }

  #start(adapter: Adapter): void {
    this.#adapter = adapter;
    const draft = adapter.open();
    this.#draft = draft;
    for (const event of this.#held.splice(0)) adapter.push(draft, event);
  }
}
