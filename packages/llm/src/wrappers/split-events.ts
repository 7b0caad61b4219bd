/** One event of a stream of server-sent events, as it came. */
export interface RawEvent {
  /** All of it, with the blank line that ends it. */
  readonly text: string;
  /** Its data lines joined by line feeds; null where it has none. */
  readonly data: string | null;
}

/** Cuts bytes that arrive in pieces into whole events; nothing is lost and nothing is changed. */
export interface EventSplitter {
  /** The events that this piece completes. */
  push(piece: Uint8Array): readonly RawEvent[];
  /** What is left when the stream ends: one event at most. */
  end(): readonly RawEvent[];
}

const blank = /\r?\n\r?\n|\r\r/g;
const lineEnd = /\r\n|\n|\r/;

/** A splitter of one stream. Time grows with the bytes alone, however they are cut. */
export function createEventSplitter(): EventSplitter {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const line: Uint8Array[] = [];
  const lines: string[] = [];
  let before = "";

  /** Takes whole lines; only then do bytes become text, because no character of UTF-8 contains the byte of a line's end. */
  function take(bytes: Uint8Array): readonly RawEvent[] {
    const text = decoder.decode(bytes);
    const events: RawEvent[] = [];
    let start = 0;
    const searched = before + text;
    blank.lastIndex = 0;
    while (blank.test(searched)) {
      const end = blank.lastIndex - before.length;
      if (end <= 0) continue;
      lines.push(text.slice(start, end));
      events.push(rawEvent(lines.join("")));
      lines.length = 0;
      start = end;
    }
    const rest = text.slice(start);
    before = start > 0 ? rest.slice(-3) : searched.slice(-3);
    if (rest !== "") lines.push(rest);
    return events;
  }

  return {
    push(piece) {
      const end = Math.max(piece.lastIndexOf(10), piece.lastIndexOf(13)) + 1;
      if (end === 0) {
        line.push(piece);
        return [];
      }
      const whole = joined([...line, piece.subarray(0, end)]);
      line.length = 0;
      if (end < piece.length) line.push(piece.subarray(end));
      return take(whole);
    },
    end() {
      lines.push(decoder.decode(joined(line)));
      line.length = 0;
      const text = lines.join("");
      lines.length = 0;
      return text === "" ? [] : [rawEvent(text)];
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Whether an event is one line of data and the blank line, as nearly all are. */
function isPlain(text: string): boolean {
  return text.startsWith("data: ") && text.indexOf("\n") === text.length - 2 && !text.includes("\r");
}

function rawEvent(text: string): RawEvent {
  if (isPlain(text)) return { text, data: text.slice(6, -2) };
  const data = text
    .split(lineEnd)
    .filter((each) => each.startsWith("data:"))
    .map((each) => each.slice(each.startsWith("data: ") ? 6 : 5));
  return { text, data: data.length === 0 ? null : data.join("\n") };
}

/** The event with other data: its other lines stay, the data lines become one. */
export function withData({ text }: RawEvent, data: string): string {
  if (isPlain(text)) return `data: ${data}\n\n`;
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  const others = text
    .slice(0, end)
    .split(lineEnd)
    .filter((each) => !each.startsWith("data:"));
  const ending = lineEnd.exec(text.slice(end))?.[0] ?? "\n";
  return [...others, `data: ${data}`].join(ending) + text.slice(end);
}
