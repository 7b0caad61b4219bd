import type { VNode } from "preact";

export function CalibratorsView(): VNode {
  return <p>…</p>;
}
