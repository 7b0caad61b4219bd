/// <reference lib="dom" />

const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]);
const TEXT_NODE = 3;
const ELEMENT_NODE = 1;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** The attributes as they were set; one of the DOMs in memory keeps the newest first. */
function attributesOf(element: Element, newestFirst: boolean): Attr[] {
  const attributes = [...element.attributes];
  return newestFirst ? attributes.reverse() : attributes;
}

function keepsNewestFirst({ ownerDocument }: Element): boolean {
  const probe = ownerDocument.createElement("i");
  probe.setAttribute("id", "");
  probe.setAttribute("class", "");
  return probe.attributes[0]?.name === "class";
}

function serializeElement(element: Element, newestFirst: boolean, parts: string[]): void {
  const tag = element.localName;
  if (tag === "script") throw new TypeError("a report has no script element");
  parts.push("<", tag);
  for (const { name, value } of attributesOf(element, newestFirst)) parts.push(" ", name, '="', escapeText(value), '"');
  parts.push(">");
  if (VOID.has(tag)) return;
  if (tag === "style") {
    const css = element.textContent ?? "";
    if (css.includes("<")) throw new TypeError("a style sheet with < could end its element");
    parts.push(css);
  } else for (const child of element.childNodes) serializeNode(child, newestFirst, parts);
  parts.push("</", tag, ">");
}

function isElement(node: Node): node is Element {
  return node.nodeType === ELEMENT_NODE;
}

function serializeNode(node: Node, newestFirst: boolean, parts: string[]): void {
  if (isElement(node)) serializeElement(node, newestFirst, parts);
  else if (node.nodeType === TEXT_NODE) parts.push(escapeText(node.nodeValue ?? ""));
}

/**
 * An element and all it contains as HTML. Text and attribute values are escaped everywhere, also where the serializer
 * of the DOM in memory would not (`title`, `&` in attributes); comments are left out.
 *
 * @param element usually the `html` element
 * @throws {TypeError} for a script element, or a style sheet that contains `<`
 */
export function serialize(element: Element): string {
  const parts: string[] = [];
  serializeElement(element, keepsNewestFirst(element), parts);
  return parts.join("");
}
