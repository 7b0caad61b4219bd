import type { Estimate, PolicyDocument, SegmentPolicy } from "@candor/core";
import { type Column, formatCount, formatPercent, type Page, type Section, section, table } from "@candor/pages";
import { shareEstimate } from "../../policy-words.ts";

function share(estimate: Estimate): string {
  const { value, interval } = shareEstimate(estimate);
  return interval === "" ? value : `${value} ${interval}`;
}

function finding(segments: readonly SegmentPolicy[]): string {
  const total = `${formatCount(segments.length)} segments`;
  const sought = segments.filter(({ certificate }) => certificate !== null);
  if (sought.length === 0) return `How each of ${total} fares under the policy.`;
  const certified = sought.filter(({ certificate }) => certificate?.certified).length;
  return `${formatCount(certified)} of ${total} have a certificate of their own. All of them hold together as surely as asked for.`;
}

/** How each segment fares. */
export function segmentsSection(page: Page, { perSegment }: PolicyDocument): Section {
  const { make } = page;
  const ranked = perSegment.toSorted((a, b) => b.n - a.n);
  const proof: Column<SegmentPolicy> = {
    title: "Certified",
    cell: ({ certificate, missingLabels }) => {
      if (certificate?.certified) return `acting on ${formatPercent(certificate.coverage)}`;
      return make(
        "span",
        { class: "flagged" },
        missingLabels === null ? "no" : `no: ${formatCount(missingLabels)} labels missing`,
      );
    },
  };
  return section(
    page,
    { id: "segments", short: "Segments", title: "How segments fare" },
    make("p", { class: "lead" }, finding(ranked)),
    table(
      page,
      ranked,
      [
        { title: "Segment", cell: ({ name }) => page.name(name) },
        { title: "Column", cell: ({ by }) => page.name(by, 40) },
        { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
        { title: "Acted on", numeric: true, cell: ({ expected }) => share(expected.coverage) },
        {
          title: "Wrong among those",
          numeric: true,
          cell: ({ expected: { error } }) => (error === null ? "none" : share(error)),
        },
        { title: "Reviewed", numeric: true, cell: ({ expected }) => share(expected.reviewVolume) },
        ...(ranked.some(({ certificate }) => certificate !== null) ? [proof] : []),
      ],
      { caption: "All segments, the largest first" },
    ),
  );
}
