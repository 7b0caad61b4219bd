import type { VNode } from "preact";
import { countText, intervalText, type Measure, type NumberKind, valueText } from "./numbers.ts";

/** A number with its interval, or why there is none. */
export function Measured(props: {
  readonly of: Measure;
  readonly kind: NumberKind;
  readonly digits?: number;
  /** Says what it rests on beside it. Default false. */
  readonly showN?: boolean;
}): VNode {
  const { of, kind, digits, showN = false } = props;
  if (of.value === null) return <span class="measured none">{of.reason}</span>;
  const interval = intervalText(of, kind, digits);
  return (
    <span class="measured" title={`from ${countText(of.n)} labelled predictions`}>
      <b>{valueText(of.value, kind, digits)}</b>
      {interval === "" ? null : <span class="interval"> {interval}</span>}
      {showN ? <span class="n"> of {countText(of.n)}</span> : null}
    </span>
  );
}
