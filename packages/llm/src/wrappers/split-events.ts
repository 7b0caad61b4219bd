/** One event of a stream of server-sent events, as it came. */
export interface RawEvent {
  /** All of it, with the blank line that ends it. */
  readonly text: string;
  /** Its data lines joined by line feeds; null where it has none. */
  readonly data: string | null;
}

/** Cuts a text that arrives in pieces into whole events; nothing is lost and nothing is changed. */
export interface EventSplitter {
  /** The events that this piece completes. */
  push(piece: string): readonly RawEvent[];
  /** What is left when the stream ends; null where nothing is. */
  end(): RawEvent | null;
}

const blank = /\r?\n\r?\n|\r\r/g;

/** A splitter of one stream. */
export function createEventSplitter(): EventSplitter {
  let rest = "";
  let searched = 0;
  return {
    push(piece) {
      rest += piece;
      const events: RawEvent[] = [];
      let start = 0;
      blank.lastIndex = searched;
      while (blank.test(rest)) {
        events.push(rawEvent(rest.slice(start, blank.lastIndex)));
        start = blank.lastIndex;
      }
      rest = rest.slice(start);
      searched = Math.max(0, rest.length - 3);
      return events;
    },
    end() {
      const text = rest;
      rest = "";
      return text === "" ? null : rawEvent(text);
    },
  };
}

function rawEvent(text: string): RawEvent {
  const data = text
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(line.startsWith("data: ") ? 6 : 5));
  return { text, data: data.length === 0 ? null : data.join("\n") };
}

/** The event with other data: its other lines stay, the data lines become one. */
export function withData({ text }: RawEvent, data: string): string {
  const ending = /(\r\n|\n|\r)*$/.exec(text)?.[0] ?? "";
  const line = /^\r\n|^\n|^\r/.exec(ending)?.[0] ?? "\n";
  const others = text
    .slice(0, text.length - ending.length)
    .split(/\r\n|\n|\r/)
    .filter((each) => !each.startsWith("data:"));
  return [...others, `data: ${data}`].join(line) + ending;
}
