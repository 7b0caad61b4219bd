import { InputError } from "@candor/core";
import { isObject } from "../json.ts";
import type { ReadOptions } from "../trace/read-options.ts";
import { adapterOf, adapters, matchingAdapter } from "./adapters.ts";
import type { Adapter, ChoiceDraft, JsonObject, ResponseDraft } from "./draft.ts";
import { fieldNames, kindOf } from "./expect-shape.ts";
import { faultDraft } from "./fault-draft.ts";

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
