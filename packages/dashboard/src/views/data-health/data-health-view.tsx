import type { VNode } from "preact";

export function DataHealthView(): VNode {
  return <p>…</p>;
}
