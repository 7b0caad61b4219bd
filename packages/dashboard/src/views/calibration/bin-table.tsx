import type { VNode } from "preact";
import type { Reliability } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { countText, intervalText, numberText, valueText } from "../../parts/numbers.ts";
import { indexOfBin } from "./bin-links.ts";
import type { ConfidenceRange } from "./calibration-state.ts";
import { outcomeWords, rangeText } from "./words.ts";

/** The bins of the diagram in numbers; each leads to its examples. */
export function BinTable(props: {
  readonly data: Reliability;
  readonly chosen: ConfidenceRange | null;
  readonly linkOf: (bin: ConfidenceRange) => string;
}): VNode {
  const { data, chosen, linkOf } = props;
  const current = indexOfBin(data.bins, chosen);
  return (
    <DataTable
      caption="Bins of the diagram"
      rows={data.bins}
      rowKey={({ from }) => from}
      columns={[
        {
          name: "Stated between",
          isHeader: true,
          cell: (bin, i) => (
            <a href={linkOf(bin)} aria-current={i === current ? "true" : undefined}>
              {rangeText(bin.from, bin.to)}
            </a>
          ),
        },
        { name: "Stated", isNumber: true, cell: (bin) => valueText(bin.meanConfidence, "share") },
        {
          name: outcomeWords(data.axis).outcome,
          isNumber: true,
          cell: ({ observed, observedLower: lower, observedUpper: upper }) => (
            <span class="measured">
              {valueText(observed, "share")} <span class="interval">{intervalText({ lower, upper }, "share")}</span>
            </span>
          ),
        },
        {
          name: "Difference, points",
          isNumber: true,
          cell: ({ meanConfidence, observed }) => numberText(meanConfidence - observed, "points"),
        },
        { name: "Labelled", isNumber: true, cell: ({ count }) => countText(count) },
        { name: "Of all", isNumber: true, cell: ({ share }) => valueText(share, "share") },
      ]}
    />
  );
}
