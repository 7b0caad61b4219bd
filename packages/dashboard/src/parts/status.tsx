import type { ComponentChildren, VNode } from "preact";

/** `good` and `bad` are findings with evidence; `unsure` is too little of it; `note` is no judgement. */
export type Tone = "good" | "bad" | "unsure" | "note";

const signs: Readonly<Record<Tone, string>> = { good: "✓", bad: "▲", unsure: "?", note: "●" };

/** A judgement in a word or two: sign and words, colour only beside them. */
export function Status(props: { readonly tone: Tone; readonly children: ComponentChildren }): VNode {
  const { tone, children } = props;
  return (
    <span class={`status ${tone}`}>
      <span aria-hidden="true">{signs[tone]}</span> {children}
    </span>
  );
}
