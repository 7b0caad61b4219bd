import { assemble } from "../trace/assemble.ts";
import { TokenCleaner } from "../trace/clean-tokens.ts";
import type { ReadOptions } from "../trace/read-options.ts";
import type { Token } from "../trace/token.ts";
import type { LlmResponse } from "../trace/trace.ts";
import { EventReader } from "./event-reader.ts";

export { EventReader } from "./event-reader.ts";

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
