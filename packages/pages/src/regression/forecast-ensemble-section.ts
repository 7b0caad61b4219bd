import type { Estimate, ForecastEnsembleReport, UncertainForecast } from "@candor/core";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { table } from "../table.ts";
import { uncertaintyGroupTable } from "../uncertainty-group-table.ts";
import { formatCount, formatEstimate, formatPercent, formatShare } from "../words/format.ts";
import { formatMeasure, formatMeasured } from "../words/measure.ts";

/** Where the uncertainty of an ensemble of forecasts comes from. */
export function forecastEnsembleSection(page: Page, ensemble: ForecastEnsembleReport): Section {
  const { make } = page;
  const { total, aleatoric, epistemic, epistemicSample, squaredError, ranking, intervals, effect, segments } = ensemble;
  const parts: { name: string; estimate: Estimate | null; rank: Estimate | null }[] = [
    { name: "All", estimate: total, rank: ranking.total },
    { name: "Noise that members state", estimate: aleatoric, rank: ranking.aleatoric },
    { name: "Unknown: variance over members", estimate: epistemic, rank: ranking.epistemic },
    { name: "Unknown, by M − 1", estimate: epistemicSample, rank: null },
    { name: "Squared error of the mean", estimate: squaredError, rank: null },
  ];
  return section(
    page,
    { id: "members", short: "Members", title: "Where does the uncertainty come from?" },
    ...ensemble.sentences.map((sentence) => make("p", { class: "lead" }, sentence)),
    table(
      page,
      parts.filter(({ estimate }) => estimate !== null),
      [
        { title: "Variance", cell: ({ name }) => name },
        {
          title: "Mean over rows",
          numeric: true,
          cell: ({ estimate }) => (estimate === null ? "–" : formatMeasured(estimate)),
        },
        {
          title: "Ranks large errors (AUROC)",
          numeric: true,
          cell: ({ rank }) => (rank === null ? "–" : formatEstimate(rank, 3)),
        },
      ],
      { caption: "Variances, in the unit of the outcome squared" },
    ),
    ...(intervals.length === 0
      ? []
      : [
          table(
            page,
            intervals,
            [
              { title: "Interval of the mixture", cell: ({ level }) => formatPercent(level, 0) },
              { title: "Outcomes inside", numeric: true, cell: ({ coverage }) => formatShare(coverage) },
              { title: "Mean width", numeric: true, cell: ({ meanWidth }) => formatMeasured(meanWidth) },
            ],
            { caption: "Central intervals of the mixture of normals" },
          ),
        ]),
    ...(ensemble.noisiest.length === 0 ? [] : [rowTable(page, ensemble.noisiest, "Rows with most noise")]),
    rowTable(page, ensemble.leastKnown, "Rows that are least known"),
    ...(effect === null
      ? []
      : [
          table(
            page,
            effect.points,
            [
              { title: "Members", cell: ({ members }) => formatCount(members) },
              { title: "Squared error", numeric: true, cell: (point) => formatMeasured(point.squaredError) },
            ],
            { caption: "By the number of members, over all subsets" },
          ),
        ]),
    ...(segments.length === 0 ? [] : [uncertaintyGroupTable(page, segments, formatMeasured)]),
  );
}

function rowTable(page: Page, rows: readonly UncertainForecast[], caption: string): HTMLElement {
  return table(
    page,
    rows,
    [
      { title: "Row", cell: ({ row }) => formatCount(row) },
      {
        title: "Noise (sd)",
        numeric: true,
        cell: ({ aleatoric }) => (aleatoric === null ? "–" : formatMeasure(aleatoric)),
      },
      { title: "Unknown (sd)", numeric: true, cell: ({ epistemic }) => formatMeasure(epistemic) },
      { title: "Forecast", numeric: true, cell: ({ mean }) => formatMeasure(mean) },
      { title: "Outcome", numeric: true, cell: ({ outcome }) => formatMeasure(outcome) },
    ],
    { caption },
  );
}
