import type { ComponentChildren, VNode } from "preact";

/** Terms with what they are, one below the other. */
export function Facts(props: { readonly of: readonly (readonly [term: string, value: ComponentChildren])[] }): VNode {
  return (
    <dl class="facts">
      {props.of.flatMap(([term, value]) => [<dt key={`${term}-term`}>{term}</dt>, <dd key={term}>{value}</dd>])}
    </dl>
  );
}
