import type { Estimate, UncertaintyGroup } from "@candor/core";
import type { Page } from "./page.ts";
import { table } from "./table.ts";
import { formatCount, formatPercent, formatPValue } from "./words/format.ts";

/** Noise and unknown by segment, those of which least is known first. */
export function uncertaintyGroupTable(
  page: Page,
  groups: readonly UncertaintyGroup[],
  write: (estimate: Estimate) => string,
): HTMLElement {
  const hasNoise = groups.some(({ aleatoric }) => aleatoric !== null);
  const orDash = (estimate: Estimate | null, words: (estimate: Estimate) => string) =>
    estimate === null ? "–" : words(estimate);
  return table(
    page,
    groups,
    [
      { title: "Group", cell: ({ name }) => page.name(name) },
      { title: "Column", cell: ({ by }) => page.name(by, 30) },
      {
        title: "Finding",
        cell: ({ isLacking }) =>
          page.make("span", { class: isLacking ? "flagged" : "unflagged" }, isLacking ? "knowledge is lacking" : "–"),
      },
      { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
      ...(hasNoise
        ? [{ title: "Noise", numeric: true, cell: ({ aleatoric }: UncertaintyGroup) => orDash(aleatoric, write) }]
        : []),
      { title: "Unknown", numeric: true, cell: ({ epistemic }) => write(epistemic) },
      ...(hasNoise
        ? [
            {
              title: "Share of the unknown",
              numeric: true,
              cell: ({ epistemicShare }: UncertaintyGroup) =>
                orDash(epistemicShare, ({ value }) => formatPercent(value)),
            },
          ]
        : []),
      { title: "Adjusted p", numeric: true, cell: ({ qValue }) => formatPValue(qValue, "") },
    ],
    { caption: "By segment, least known first" },
  );
}
