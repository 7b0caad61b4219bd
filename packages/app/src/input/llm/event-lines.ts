/** Gathers server-sent events from lines. */
export interface EventLines {
  /** The data of the event that this line ends; undefined where it ends none. */
  push(line: string): string | undefined;
  /** The data of an event that no empty line ended. */
  end(): string | undefined;
}

/** Whether a line belongs to a recording of server-sent events. */
export function isEventLine(line: string): boolean {
  return /^(data|event|id|retry):|^:/.test(line);
}

/**
 * A reader of server-sent events, line by line; only their data matters here.
 *
 * Source: WHATWG HTML, section 9.2.6 (interpreting an event stream).
 */
export function createEventLines(): EventLines {
  let data: string[] = [];
  const flush = (): string | undefined => {
    const text = data.length === 0 ? undefined : data.join("\n");
    data = [];
    return text;
  };
  return {
    push(line) {
      if (line === "") return flush();
      if (line.startsWith("data:")) {
        const finished = data.length > 0 && isWhole(data.join("\n")) ? flush() : undefined;
        data.push(line.slice(5).replace(/^ /, ""));
        return finished;
      }
      return undefined;
    },
    end: flush,
  };
}

/** Recordings that lost their empty lines have one whole event per `data:` line. */
function isWhole(text: string): boolean {
  if (text === "[DONE]") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
