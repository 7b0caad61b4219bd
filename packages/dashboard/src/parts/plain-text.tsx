import { textNodes } from "@candor/plots";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { countText } from "./numbers.ts";

/** Letters that are shown at first. */
const most = 20_000;

/** What a person or a model wrote, as it is: never markup, hidden characters written out, line breaks kept. */
export function PlainText(props: { readonly text: string; readonly label: string }): VNode {
  const { text, label } = props;
  const place = useRef<HTMLElement>(null);
  const [whole, setWhole] = useState(false);
  const shown = whole ? text : text.slice(0, most);
  useEffect(() => {
    place.current?.replaceChildren(...textNodes(document, shown));
  }, [shown]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="plain-text" ref={place} dir="auto" tabIndex={0} aria-label={label} />
      {shown.length < text.length ? (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {countText(text.length)} letters
        </button>
      ) : null}
    </>
  );
}
