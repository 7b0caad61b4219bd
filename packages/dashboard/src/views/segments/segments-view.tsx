import type { VNode } from "preact";

export function SegmentsView(): VNode {
  return <p>…</p>;
}
