import { decisionsOverTime, trafficOverTime } from "@candor/plots";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { DecisionShares, SeriesPoint } from "../../api/api-types.ts";
import { countText, numberText, valueText } from "../../parts/numbers.ts";
import { Picture } from "../../parts/picture.tsx";
import type { Line } from "./findings.ts";
import { framed } from "./framed.ts";
import { type NumbersRow, NumbersTable } from "./numbers-table.tsx";
import type { PageData } from "./page-data.ts";
import { bucketWords, type Stretch, stretchText } from "./stretches.ts";

/** What all versions did together in one stretch. */
interface Together extends Stretch {
  readonly predictions: number;
  readonly labelled: number;
  readonly mature: boolean;
  readonly decisions: DecisionShares;
}

const names = ["act", "review", "abstain", "none"] as const;

/** Adds counts of versions up, stretch by stretch. */
function together(lines: readonly Line[]): Together[] {
  const byStart = new Map<number, SeriesPoint[]>();
  for (const { points } of lines)
    for (const point of points) byStart.set(point.start, [...(byStart.get(point.start) ?? []), point]);
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .flatMap(([start, points]) => {
      const [first] = points;
      if (first === undefined) return [];
      const total = (of: (point: SeriesPoint) => number): number => points.reduce((sum, point) => sum + of(point), 0);
      const predictions = total((point) => point.predictions);
      const share = (name: keyof DecisionShares): number =>
        total((point) => (point.decisions?.[name] ?? 0) * point.predictions) / Math.max(1, predictions);
      return [
        {
          start,
          end: first.end,
          predictions,
          labelled: total((point) => point.labelled),
          mature: points.every(({ mature }) => mature),
          decisions: { act: share("act"), review: share("review"), abstain: share("abstain"), none: share("none") },
        },
      ];
    });
}

const words = {
  act: "acted on",
  review: "sent to review",
  abstain: "not answered",
  none: "without a decision",
} as const;

function decisionsSentence(stretches: readonly Together[]): string {
  const all = stretches.reduce((sum, { predictions }) => sum + predictions, 0);
  const shares = names.flatMap((name) => {
    const count = stretches.reduce((sum, { predictions, decisions }) => sum + predictions * decisions[name], 0);
    return count >= 0.5 ? [`${valueText(count / Math.max(1, all), "share")} ${words[name]}`] : [];
  });
  return `Of ${countText(all)} predictions ${shares.join(", ")}.`;
}

function trafficSentence(stretches: readonly Together[], { bucket }: PageData): string {
  const total = (which: (one: Together) => boolean, of: "predictions" | "labelled"): number =>
    stretches.filter(which).reduce((sum, one) => sum + one[of], 0);
  const mature = total((one) => one.mature, "predictions");
  const known = total((one) => one.mature, "labelled");
  const young = stretches.filter((one) => !one.mature);
  const waiting =
    young.length === 0
      ? ""
      : ` In the ${countText(young.length)} hatched ${bucketWords(bucket, young.length)} outcomes are still to come; those that come first are not like the others.`;
  if (mature === 0) return `No ${bucket} is old enough for all outcomes to be in.${waiting}`;
  return `${valueText(known / mature, "share")} of the ${countText(mature)} predictions that are old enough have an outcome.${waiting}`;
}

/** Decisions and traffic of all versions together. */
export function TrafficPictures(props: { readonly data: PageData }): VNode {
  const { data } = props;
  const { lines, bucket, window, changes, pick } = data;
  const stretches = useMemo(() => together(lines), [lines]);
  const zone = bucket === "hour" ? "local" : "utc";
  const drawDecisions = useMemo(() => {
    const shown = stretches.map(({ start, end, decisions }) => {
      const parts = names.flatMap((name) =>
        decisions[name] > 0 ? [`${valueText(decisions[name], "share")} ${words[name]}`] : [],
      );
      return { start, end, ...decisions, title: `${stretchText({ start, end }, bucket)}: ${parts.join(", ")}` };
    });
    return framed(
      (options) => decisionsOverTime(shown, { ...options, ...window, zone, changes, label: "Decisions" }),
      window,
      pick,
    );
  }, [stretches, bucket, window, zone, changes, pick]);
  const drawTraffic = useMemo(() => {
    const shown = stretches.map(({ start, end, predictions, labelled, mature }) => {
      const of = `${countText(labelled)} of ${countText(predictions)} with an outcome`;
      return { start, end, predictions, labelled, mature, title: `${stretchText({ start, end }, bucket)}: ${of}` };
    });
    return framed(
      (options) => trafficOverTime(shown, { ...options, ...window, zone, changes, label: "Predictions" }),
      window,
      pick,
    );
  }, [stretches, bucket, window, zone, changes, pick]);
  return (
    <>
      <Picture
        title="Decisions"
        finding={decisionsSentence(stretches)}
        draw={drawDecisions}
        most={960}
        table={
          <NumbersTable
            data={data}
            caption={`Decisions by ${bucket}, in percent`}
            columns={names.map((name) => ({
              name: { act: "Act", review: "Review", abstain: "Abstain", none: "None" }[name],
              isNumber: true,
              cell: ({ point }: NumbersRow) =>
                point.decisions === undefined ? "–" : numberText(point.decisions[name], "share"),
            }))}
          />
        }
      />
      <Picture
        title="Predictions and their outcomes"
        finding={trafficSentence(stretches, data)}
        draw={drawTraffic}
        most={960}
        table={
          <NumbersTable
            data={data}
            caption={`Predictions by ${bucket}`}
            columns={[
              { name: "Predictions", isNumber: true, cell: ({ point }: NumbersRow) => countText(point.predictions) },
              {
                name: "Share with outcome",
                isNumber: true,
                cell: ({ point }: NumbersRow) => valueText(point.maturity, "share"),
              },
              {
                name: "Without confidence",
                isNumber: true,
                cell: ({ point }: NumbersRow) => countText(point.withoutConfidence),
              },
            ]}
          />
        }
      />
    </>
  );
}
