import { visibleText } from "@candor/core";

/** A piece of a text with the product of the probabilities of its tokens; null where that is not known. */
export interface HeatSpan {
  readonly text: string;
  readonly probability: number | null;
}

/** From which probability down a piece is marked more strongly, and the class that it gets; nothing from the last on. */
export const heatSteps: readonly { readonly below: number; readonly name: string }[] = [
  { below: 0.3, name: "h4" },
  { below: 0.5, name: "h3" },
  { below: 0.8, name: "h2" },
  { below: 0.95, name: "h1" },
];

/** The class of a piece by its probability; undefined for one that is nearly certain, or unknown. */
export function heatOf(probability: number | null): string | undefined {
  return probability === null ? undefined : heatSteps.find(({ below }) => probability < below)?.name;
}

/**
 * The style of heat maps: colour and underline say the same. Contains no address and no data.
 *
 * Accuracy: at the strongest mark ink on it keeps a contrast of 8.0 in light and 5.4 in dark, above the 4.5 of WCAG 2.2 AA.
 */
export const tokenHeatStyles: string = `
mark{color:inherit;background:color-mix(in srgb,var(--candor-series-2) calc(var(--heat,0)*1%),transparent);
 border-radius:.2rem;padding:.1em .05em;text-underline-offset:.25em;text-decoration-thickness:.1em}
mark.h1{--heat:10}
mark.h2{--heat:20;text-decoration:underline dotted .1em}
mark.h3{--heat:32;text-decoration:underline .1em}
mark.h4{--heat:46;text-decoration:underline double;text-underline-offset:.2em}
.hidden-letter{color:var(--candor-warn);font-size:.8em}mark .hidden-letter{color:inherit;font-style:italic}
`;

/** How a text is drawn. */
export interface TokenHeatOptions {
  readonly document: Document;
  /** Letters that are drawn, ≥ 0. Default 20 000. */
  readonly longest?: number;
  /** Whether nearly certain pieces are elements too, so that each can be pointed at. Default false: they are plain text. */
  readonly every?: boolean;
  /** What stands in place of the element of a piece; default the element itself. */
  readonly wrap?: (mark: HTMLElement, index: number) => Node;
}

/** Text whose hidden characters are written out; line feeds stay what they are. */
export function textNodes(document: Document, text: string): Node[] {
  return text.split("\n").flatMap((line, i) => {
    const parts = visibleText(line)
      .split(/(\\u\{[0-9a-f]+\})/)
      .filter((part) => part !== "")
      .map((part) => {
        if (!/^\\u\{/.test(part)) return document.createTextNode(part);
        const hidden = document.createElement("span");
        hidden.className = "hidden-letter";
        hidden.textContent = part;
        return hidden;
      });
    return i === 0 ? parts : [document.createTextNode("\n"), ...parts];
  });
}

/**
 * A text as a heat map: the less likely a piece, the stronger its mark. Text is text, never markup; what cannot be seen is
 * written out.
 *
 * @param spans joined they are the text
 * @returns a paragraph; with `every` its marks have the index of their span as `data-span`
 */
export function tokenHeatMap(spans: readonly HeatSpan[], options: TokenHeatOptions): HTMLElement {
  const { document, longest = 20_000, every = false, wrap = (mark) => mark } = options;
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("dir", "auto");
  let plain = "";
  let shown = 0;
  const flush = (): void => {
    if (plain !== "") said.append(...textNodes(document, plain));
    plain = "";
  };
  for (const [index, { text, probability }] of spans.entries()) {
    if (shown >= longest) break;
    const piece = text.slice(0, longest - shown);
    shown += piece.length;
    const heat = heatOf(probability);
    if (heat === undefined && !every) {
      plain += piece;
      continue;
    }
    const [, before = "", inner = ""] = /^(\s*)([\s\S]*)$/u.exec(piece) ?? [];
    plain += inner === "" ? "" : before;
    flush();
    const mark = document.createElement("mark");
    if (heat !== undefined) mark.className = heat;
    if (every) mark.setAttribute("data-span", String(index));
    mark.append(...textNodes(document, inner === "" ? before : inner));
    said.append(wrap(mark, index));
  }
  flush();
  return said;
}
