import { confidenceOverTime } from "@candor/plots";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { countText, numberText, valueText } from "../../parts/numbers.ts";
import { Picture } from "../../parts/picture.tsx";
import { confidenceSentence, type Line } from "./findings.ts";
import { framed } from "./framed.ts";
import { type NumbersRow, NumbersTable } from "./numbers-table.tsx";
import type { PageData } from "./page-data.ts";
import { stretchText } from "./stretches.ts";

const quantiles = ["p05", "p25", "p50", "p75", "p95"] as const;

/** Where the confidences of one version lay over time, or of versions that took over from each other. */
export function ConfidencePicture(props: {
  readonly data: PageData;
  readonly line: Line;
  /** Whether there are others beside it. */
  readonly isOne: boolean;
}): VNode {
  const { data, line, isOne } = props;
  const { bucket, window, changes, pick } = data;
  const axis = line.task === "binary" ? "probability" : "confidence";
  const title = `${axis === "probability" ? "Probability" : "Confidence"} stated${isOne ? "" : `, ${line.name}`}`;
  const draw = useMemo(() => {
    const stretches = line.points.map(({ start, end, histogram = [], quantiles: found = null, predictions }) => {
      const median = found === null ? "" : `: median ${valueText(found.p50, "share")}`;
      const when = stretchText({ start, end }, bucket);
      return { start, end, histogram, quantiles: found, title: `${when}${median} of ${countText(predictions)}` };
    });
    const zone = bucket === "hour" ? "local" : "utc";
    return framed(
      (options) => confidenceOverTime(stretches, { ...options, ...window, zone, axis, changes, label: title }),
      window,
      pick,
    );
  }, [line, axis, title, bucket, window, changes, pick]);
  return (
    <Picture
      title={title}
      finding={confidenceSentence(line, bucket)}
      draw={draw}
      most={960}
      table={
        <NumbersTable
          data={data}
          lines={isOne ? data.lines : [line]}
          caption={`${title} by ${bucket}: mean and quantiles, in percent`}
          columns={[
            {
              name: "Mean",
              isNumber: true,
              cell: ({ point: { served } }: NumbersRow) =>
                served === null || served === undefined ? "–" : numberText(served, "share"),
            },
            ...quantiles.map((name) => ({
              name: name === "p50" ? "Median" : `${Number(name.slice(1))} %`,
              isNumber: true,
              cell: ({ point: { quantiles: found } }: NumbersRow) =>
                found === null || found === undefined ? "–" : numberText(found[name], "share"),
            })),
          ]}
        />
      }
    />
  );
}
