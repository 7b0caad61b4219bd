/// <reference lib="dom" />
import { unbroken } from "./unbroken.ts";
import { formatName } from "./words/format.ts";

/** What an element may contain: nodes, or text that is never read as markup. */
export type Child = Node | string;

/** A document under construction. Identifiers are unique as long as a document has one of these. */
export interface Page {
  readonly document: Document;
  /** An element with attributes and children; strings become text nodes. */
  make(tag: string, attributes?: Readonly<Record<string, string>>, ...children: Child[]): HTMLElement;
  /** A name from the data: isolated from the direction of the text around it, cut when long, whole as a tooltip. */
  name(name: string, limit?: number): HTMLElement;
  /** An identifier that no other element of this page has. */
  identifier(): string;
}

const TOOLTIP_LIMIT = 300;
/** Elements whose text runs over several lines: a number and its per cent stay on one. */
const RUNNING: ReadonlySet<string> = new Set(["h1", "p", "li", "figcaption"]);
/** Names up to this length stay on one line in tables. */
const UNBROKEN_LIMIT = 20;

/**
 * How elements of a document are made.
 *
 * @param document the one that is shown, or an empty one in memory
 */
export function pageOf(document: Document): Page {
  const make: Page["make"] = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    for (const child of children) {
      if (typeof child !== "string") element.append(child);
      else if (RUNNING.has(tag)) element.append(...unbroken(document, child));
      else element.append(document.createTextNode(child));
    }
    return element;
  };
  const name: Page["name"] = (text, limit = 60) => {
    const shown = formatName(text, limit);
    const whole = shown === text || text.trim() === "";
    return make(
      "bdi",
      {
        ...(shown.length <= UNBROKEN_LIMIT ? { class: "short" } : {}),
        ...(whole ? {} : { title: formatName(text, TOOLTIP_LIMIT) }),
      },
      shown,
    );
  };
  let identifiers = 0;
  const identifier = () => {
    identifiers += 1;
    return `part-${identifiers}`;
  };
  return { document, make, name, identifier };
}
