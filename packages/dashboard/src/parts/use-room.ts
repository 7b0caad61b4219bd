import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Pixels that an element is wide, as they change; 0 before it is on the page. */
export function useRoom(place: RefObject<Element | null>): number {
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setRoom(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return room;
}
