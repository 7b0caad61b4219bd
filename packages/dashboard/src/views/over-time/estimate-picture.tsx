import { estimateOverTime, type TimeEstimates } from "@candor/plots";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { SeriesPoint } from "../../api/api-types.ts";
import { Measured } from "../../parts/measured.tsx";
import { measureText, type NumberKind, valueText } from "../../parts/numbers.ts";
import { Picture } from "../../parts/picture.tsx";
import { eceSentence, gapSentence, type Line, slopeSentence } from "./findings.ts";
import { framed } from "./framed.ts";
import { type NumbersRow, NumbersTable } from "./numbers-table.tsx";
import type { PageData } from "./page-data.ts";
import { type Bucket, stretchText } from "./stretches.ts";

/** What is estimated. */
export type Quantity = "gap" | "ece" | "slope";

const titles: Readonly<Record<Quantity, string>> = {
  gap: "Stated minus observed",
  ece: "Calibration error",
  slope: "Slope of stated against observed",
};

const kinds: Readonly<Record<Quantity, NumberKind>> = { gap: "points", ece: "plain", slope: "plain" };

/** Lines as the picture takes them. */
export function estimatesOf(lines: readonly Line[], quantity: Quantity, bucket: Bucket): TimeEstimates[] {
  return lines.map(({ name, points }) => ({
    name,
    points: points.map((point) => {
      const { start, end, mature, evidence, noiseFloor } = point;
      const found = point[quantity];
      const { value, lower, upper } = found?.value == null ? nothing : found;
      const flagged = evidence?.flagged === true;
      const title = titleOf(point, quantity, `${stretchText(point, bucket)}${lines.length > 1 ? `, ${name}` : ""}`);
      return { start, end, value, lower, upper, mature, flagged, noiseFloor: noiseFloor ?? null, title };
    }),
  }));
}

const nothing = { value: null, lower: null, upper: null } as const;

function titleOf(point: SeriesPoint, quantity: Quantity, when: string): string {
  const found = point[quantity];
  if (found === undefined) return when;
  const digits = quantity === "slope" ? 2 : undefined;
  return `${when}: ${measureText(found, kinds[quantity], digits)}${point.evidence?.flagged ? ", flagged" : ""}`;
}

/** Evidence of a stretch in a word: `◆ flagged, q 0.003`. */
export function evidenceText({ evidence }: SeriesPoint): string {
  if (evidence === null || evidence === undefined) return "–";
  const q = evidence.qValue < 0.001 ? "q < 0.001" : `q ${evidence.qValue.toFixed(3)}`;
  return evidence.flagged ? `◆ flagged, ${q}` : q;
}

/** One estimate over time, of all versions. */
export function EstimatePicture(props: { readonly data: PageData; readonly quantity: Quantity }): VNode {
  const { data, quantity } = props;
  const { lines, bucket, window, changes, pick, level } = data;
  const draw = useMemo(() => {
    const series = estimatesOf(lines, quantity, bucket);
    const zone = bucket === "hour" ? "local" : "utc";
    return framed(
      (options) =>
        estimateOverTime(series, { ...options, ...window, zone, quantity, changes, label: titles[quantity] }),
      window,
      pick,
    );
  }, [lines, quantity, bucket, window, changes, pick]);
  const sentence = (line: Line): string =>
    quantity === "gap"
      ? gapSentence(line, bucket, level)
      : quantity === "ece"
        ? eceSentence(line, bucket)
        : slopeSentence(line, bucket);
  return (
    <Picture
      title={titles[quantity]}
      finding={<Findings lines={lines} sentence={sentence} />}
      draw={draw}
      most={960}
      table={
        <NumbersTable
          data={data}
          caption={`${titles[quantity]} by ${bucket}`}
          columns={[
            {
              name: titles[quantity],
              cell: ({ point }: NumbersRow) => {
                const found = point[quantity];
                return found === undefined || !point.mature ? "–" : <Measured of={found} kind={kinds[quantity]} />;
              },
            },
            ...(quantity === "ece"
              ? [
                  {
                    name: "Noise floor",
                    isNumber: true,
                    cell: ({ point: { noiseFloor } }: NumbersRow) =>
                      typeof noiseFloor === "number" ? valueText(noiseFloor, "plain") : "–",
                  },
                ]
              : []),
            { name: "Evidence against", cell: ({ point }: NumbersRow) => evidenceText(point) },
          ]}
        />
      }
    />
  );
}

/** A sentence per version, with its name where there are several. */
export function Findings(props: { readonly lines: readonly Line[]; readonly sentence: (line: Line) => string }): VNode {
  const { lines, sentence } = props;
  return (
    <>
      {lines.map((line) => (
        <span key={line.version} class="over-time-finding">
          {lines.length > 1 ? <strong>Version {line.name}: </strong> : null}
          {sentence(line)}{" "}
        </span>
      ))}
    </>
  );
}
