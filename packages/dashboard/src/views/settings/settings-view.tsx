import type { VNode } from "preact";

export function SettingsView(): VNode {
  return <p>…</p>;
}
