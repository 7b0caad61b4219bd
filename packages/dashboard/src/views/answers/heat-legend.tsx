import { heatSteps } from "@candor/plots";
import type { VNode } from "preact";
import { valueText } from "../../parts/numbers.ts";

/** What the marks mean. */
export function HeatLegend(): VNode {
  return (
    <ul class="heat-legend" aria-label="What the marks mean">
      {heatSteps.toReversed().map(({ below, name }) => (
        <li key={name}>
          <mark class={name}>token</mark> below {valueText(below, "share", 0)}
        </li>
      ))}
      <li>
        <mark class="weakest">token</mark> least sure part
      </li>
    </ul>
  );
}
