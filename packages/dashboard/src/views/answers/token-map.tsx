import { visibleText } from "@candor/core";
import { heatOf, tokenHeatMap } from "@candor/plots";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { AnswerChannel } from "../../api/api-types.ts";
import { countText } from "../../parts/numbers.ts";
import { shareText } from "../../parts/share-text.ts";

type Span = NonNullable<AnswerChannel["spans"]>[number];

/** Letters that are drawn at first: more would take a noticeable time. */
const longest = 20_000;

/** A piece for who cannot see it. */
function labelOf({ text, probability }: Span): string {
  const shown = text.trim() === "" ? "space" : visibleText(text.trim(), 60);
  return `${shown}, ${probability === null ? "probability unknown" : shareText(probability)}`;
}

/** Where a key leads from a piece: to its neighbours, the ends, or the next unlikely one. */
function target(key: string, at: number, spans: readonly Span[]): number | undefined {
  const isUnlikely = ({ probability }: Span): boolean => heatOf(probability) !== undefined;
  switch (key) {
    case "ArrowRight":
      return Math.min(at + 1, spans.length - 1);
    case "ArrowLeft":
      return Math.max(at - 1, 0);
    case "ArrowDown": {
      const next = spans.findIndex((span, i) => i > at && isUnlikely(span));
      return next < 0 ? at : next;
    }
    case "ArrowUp": {
      const before = spans.findLastIndex((span, i) => i < at && isUnlikely(span));
      return before < 0 ? at : before;
    }
    case "Home":
      return 0;
    case "End":
      return spans.length - 1;
    default:
      return undefined;
  }
}

/**
 * A text in which every token can be pointed at, clicked and reached by keyboard: left and right go along, up and down to the
 * next one that was unlikely.
 *
 * @param props `active`: position of the chosen span, and `onActive` when another is chosen; `weak`: tokens of the least sure part
 */
export function TokenMap(props: {
  readonly spans: readonly Span[];
  readonly label: string;
  readonly weak: readonly number[];
  readonly active: number | null;
  readonly onActive: (span: number, how: "hover" | "focus") => void;
}): VNode {
  const { spans, label, weak, active, onActive } = props;
  const [whole, setWhole] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const letters = useMemo(() => spans.reduce((sum, { text }) => sum + text.length, 0), [spans]);

  useEffect(() => {
    const weakest = new Set(weak);
    const said = tokenHeatMap(spans, {
      document,
      every: true,
      longest: whole ? Infinity : longest,
      wrap(mark, index) {
        const span = spans[index];
        mark.setAttribute("role", "option");
        mark.setAttribute("aria-selected", "false");
        mark.setAttribute("tabindex", "-1");
        if (span !== undefined) mark.setAttribute("aria-label", labelOf(span));
        if (span !== undefined && /^\s*\n\s*$/.test(span.text)) mark.classList.add("line-end");
        if (span?.probability === null) mark.classList.add("unknown");
        if (span?.tokens.some((token) => weakest.has(token))) mark.classList.add("weakest");
        return mark;
      },
    });
    said.setAttribute("role", "listbox");
    said.setAttribute("aria-orientation", "horizontal");
    said.setAttribute("aria-label", label);
    place.current?.replaceChildren(said);
  }, [spans, label, weak, whole]);

  useEffect(() => {
    const { current } = place;
    const mark = current?.querySelector<HTMLElement>(`[data-span="${active ?? 0}"]`);
    if (mark === null || mark === undefined) return undefined;
    mark.setAttribute("tabindex", "0");
    if (active !== null) mark.setAttribute("aria-selected", "true");
    return () => {
      mark.setAttribute("tabindex", "-1");
      mark.setAttribute("aria-selected", "false");
    };
  }, [active, spans, label, weak, whole]);

  const spanOf = ({ target: element }: Event): number | undefined => {
    const mark = element instanceof Element ? element.closest("[data-span]") : null;
    return mark === null ? undefined : Number(mark.getAttribute("data-span"));
  };
  const choose =
    (how: "hover" | "focus") =>
    (event: Event): void => {
      const span = spanOf(event);
      if (span !== undefined) onActive(span, how);
    };
  const move = (event: KeyboardEvent): void => {
    const at = spanOf(event);
    if (at === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = target(event.key, at, spans);
    if (to === undefined) return;
    event.preventDefault();
    place.current?.querySelector<HTMLElement>(`[data-span="${to}"]`)?.focus();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the list inside it is what acts, its events are heard here */}
      <div
        class="token-map"
        ref={place}
        onFocusIn={choose("focus")}
        onPointerOver={choose("hover")}
        onClick={(event) => {
          const span = spanOf(event);
          if (span !== undefined) place.current?.querySelector<HTMLElement>(`[data-span="${span}"]`)?.focus();
        }}
        onKeyDown={move}
      />
      {!whole && letters > longest ? (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {countText(letters)} letters
        </button>
      ) : null}
    </>
  );
}
