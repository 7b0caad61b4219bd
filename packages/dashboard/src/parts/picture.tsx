import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useRoom } from "./use-room.ts";

/** What a picture is drawn with. */
export interface DrawOptions {
  readonly document: Document;
  /** Pixels: the width that there is. */
  readonly width: number;
}

/**
 * A plot with what it shows in words, and its numbers as a table behind it. It is drawn anew when its data or the room
 * for it change.
 */
export function Picture(props: {
  readonly title: string;
  /** What is seen, in a sentence. */
  readonly finding?: ComponentChildren;
  /** Draws it; null: there is nothing to draw, and `finding` says why. Must stay the same while the data does. */
  readonly draw: ((options: DrawOptions) => Element) | null;
  /** The numbers, as a `DataTable`. */
  readonly table?: ComponentChildren;
  /** Narrowest and widest drawing in pixels. Default 280 and 760. */
  readonly least?: number;
  readonly most?: number;
  /** What stands between title and plot, such as a switch. */
  readonly children?: ComponentChildren;
}): VNode {
  const { title, finding, draw, table, least = 280, most = 760, children } = props;
  const place = useRef<HTMLDivElement>(null);
  const room = useRoom(place);
  const width = Math.max(least, Math.min(most, room));
  useEffect(() => {
    const { current } = place;
    if (current === null || room === 0) return;
    if (draw === null) current.replaceChildren();
    else current.replaceChildren(draw({ document, width }));
  }, [draw, width, room === 0]);
  return (
    <figure class="picture">
      <figcaption>
        <h2>{title}</h2>
        {finding === undefined ? null : <p class="finding">{finding}</p>}
      </figcaption>
      {children}
      <div class="plot" ref={place} />
      {table === undefined ? null : (
        <details>
          <summary>Numbers</summary>
          {table}
        </details>
      )}
    </figure>
  );
}
