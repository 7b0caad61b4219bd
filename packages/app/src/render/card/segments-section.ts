import type { Estimate, FitDocument } from "@candor/core";
import { formatCount, formatInterval, formatNumber, formatPercent, formatPValue } from "@candor/pages";
import type { Block, CardSection } from "./card-content.ts";

const SHOWN = 12;

function points({ value, lower, upper, interval }: Estimate): string {
  const text = `${value > 0 ? "+" : ""}${formatNumber(value * 100, 1)}`;
  return interval === "none" ? text : `${text} ${formatInterval({ lower: lower * 100, upper: upper * 100 }, 1)}`;
}

function corrections({ segments, calibrator }: FitDocument): Block[] {
  if (segments.length === 0) return [];
  const ranked = segments.toSorted((a, b) => b.n - a.n);
  const rest = ranked.length - SHOWN;
  return [
    {
      kind: "paragraph",
      runs: [
        calibrator.segments === null
          ? "These segments do not differ by more than chance explains, so the common calibrator serves all of them. "
          : "Each of these segments has a correction of its own, used as far as its rows justify (own weight). ",
        "Gap: mean score minus the share that came true, in percentage points; above 0 the scores are too high.",
      ],
    },
    {
      kind: "table",
      caption: "Segments, the largest first",
      columns: [
        { title: "Segment" },
        { title: "Rows", numeric: true },
        { title: "Gap without", numeric: true },
        { title: "Gap with", numeric: true },
        { title: "Own weight", numeric: true },
      ],
      rows: ranked
        .slice(0, SHOWN)
        .map(({ by, name, n, gapPooled, gapOwn, shrinkage }) => [
          [{ name: by }, " = ", { name }],
          [formatCount(n)],
          [points(gapPooled)],
          [points(gapOwn)],
          [formatPercent(shrinkage, 0)],
        ]),
    },
    ...(rest > 0
      ? [{ kind: "paragraph", runs: [`And ${formatCount(rest)} more, in the JSON document of the fit.`] } as const]
      : []),
  ];
}

function audited({ audit }: FitDocument): Block[] {
  if (audit.length === 0) return [];
  const flagged = audit.filter((result) => result.flagged).toSorted((a, b) => a.qValue - b.qValue);
  const total = `${formatCount(audit.length)} segments and pairs of segments were tested after calibration`;
  if (flagged.length === 0)
    return [{ kind: "paragraph", runs: [`${total}: none is off by more than chance explains.`] }];
  const rest = flagged.length - SHOWN;
  return [
    { kind: "paragraph", runs: [`${total}; ${formatCount(flagged.length)} still cannot be trusted as much:`] },
    {
      kind: "list",
      items: [
        ...flagged
          .slice(0, SHOWN)
          .map(({ by, name, n, gap, qValue }) => [
            { name: by },
            " = ",
            { name },
            `: off by ${points(gap)} points in ${formatCount(n)} rows (adjusted ${formatPValue(qValue)})`,
          ]),
        ...(rest > 0 ? [[`and ${formatCount(rest)} more, in the JSON document of the fit`]] : []),
      ],
    },
  ];
}

/** How segments fare, and which are still off. */
export function segmentsSection(document: FitDocument): CardSection {
  const blocks = [...corrections(document), ...audited(document)];
  const none: Block = {
    kind: "paragraph",
    runs: [
      "No segments were compared, so it is not known whether the scores hold in every part of the data (",
      { code: "--by" },
      " compares them).",
    ],
  };
  return { id: "segments", title: "Segments", blocks: blocks.length > 0 ? blocks : [none] };
}
