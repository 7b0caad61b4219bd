import { noiseFloorStrip, scoreHistogram } from "@candor/plots";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Reliability } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { intervalText, valueText } from "../../parts/numbers.ts";
import { type DrawOptions, Picture } from "../../parts/picture.tsx";
import { outcomeWords, pText, rangeText } from "./words.ts";

/** How often each confidence was stated, on the axis of the diagram above it. */
export function HistogramPicture({ data }: { readonly data: Reliability }): VNode | null {
  const { histogram, axis } = data;
  const draw = useMemo(
    () =>
      histogram === null
        ? null
        : (options: DrawOptions): Element =>
            scoreHistogram(histogram, { ...options, axis, height: 220, label: "How often each confidence was stated" }),
    [histogram, axis],
  );
  if (histogram === null) return null;
  const words = outcomeWords(axis);
  const rows = histogram.shares.flatMap((share, i) => {
    const [lower, upper, observed] = [histogram.edges[i], histogram.edges[i + 1], histogram.observed[i] ?? null];
    return lower === undefined || upper === undefined || observed === null ? [] : [{ lower, upper, share, observed }];
  });
  return (
    <Picture
      title="How often each confidence was stated"
      draw={draw}
      most={600}
      table={
        <DataTable
          caption="Labelled predictions by confidence"
          rows={rows}
          columns={[
            { name: "Stated between", isHeader: true, cell: ({ lower, upper }) => rangeText(lower, upper) },
            { name: "Of all", isNumber: true, cell: ({ share }) => valueText(share, "share") },
            { name: words.outcome, isNumber: true, cell: ({ observed }) => valueText(observed, "share") },
          ]}
        />
      }
    />
  );
}

/** The calibration error beside what chance alone would show. */
export function FloorPicture({ data }: { readonly data: Reliability }): VNode | null {
  const { ece, eceDebiased, noiseFloor } = data;
  const draw = useMemo(
    () =>
      ece === null || noiseFloor === null
        ? null
        : (options: DrawOptions): Element => {
            const ends = { value: ece.value, lower: ece.lower ?? ece.value, upper: ece.upper ?? ece.value };
            return noiseFloorStrip(ends, noiseFloor, {
              ...options,
              label: "Calibration error against the noise floor",
            });
          },
    [ece, noiseFloor],
  );
  if (ece === null || eceDebiased === null || noiseFloor === null) return null;
  const rows = [
    { name: "Calibration error (ECE)", of: ece },
    { name: "The same, noise taken off", of: eceDebiased },
    { name: "Noise floor", of: noiseFloor },
  ];
  return (
    <Picture
      title="Error against chance"
      finding={`The grey band is what a perfect model would show by chance with as many outcomes; it would reach this error with ${pText(noiseFloor.pValue)}.`}
      draw={draw}
      most={600}
      table={
        <DataTable
          caption="Calibration error against the noise floor"
          rows={rows}
          columns={[
            { name: "Number", isHeader: true, cell: ({ name }) => name },
            { name: "Value", isNumber: true, cell: ({ of }) => valueText(of.value, "plain") },
            { name: "Interval", isNumber: true, cell: ({ of }) => intervalText(of, "plain") },
          ]}
        />
      }
    />
  );
}
