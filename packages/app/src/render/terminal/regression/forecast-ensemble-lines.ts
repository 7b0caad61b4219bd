import type { ForecastEnsembleReport, RegressionReport, UncertainForecast } from "@candor/core";
import { formatCount, formatNumber, formatPercent } from "@candor/pages";
import { padEnd, padStart } from "../display-width.ts";
import { ensembleRow, ensembleShareRow, sentenceLines, uncertaintyGroupLines } from "../ensemble-lines.ts";
import { heading } from "../heading.ts";
import type { Pen } from "../pen.ts";

const shownRows = 5;

/** Where the uncertainty of an ensemble of forecasts comes from: nothing where there were no members. */
export function forecastEnsembleLines({ ensemble }: RegressionReport, pen: Pen): string[] {
  if (ensemble === undefined) return [];
  const { total, aleatoric, epistemic, epistemicSample, epistemicShare, squaredError, explained, ranking } = ensemble;
  const ranks = (["total", "aleatoric", "epistemic"] as const).flatMap((part) => {
    const auroc = ranking[part];
    return auroc === null ? [] : [ensembleRow(`  ${partNames[part]}`, auroc, 3)];
  });
  return [
    ...heading(pen, "Members", `${formatCount(ensemble.members)} members: noise and unknown`),
    ...sentenceLines(ensemble.sentences, pen),
    "",
    pen.style("dim", "  variances, unit of the outcome squared"),
    ...(total === null ? [] : [ensembleRow("All uncertainty", total)]),
    ...(aleatoric === null ? [] : [ensembleRow("  noise", aleatoric)]),
    ensembleRow("  unknown", epistemic),
    ensembleRow("  unknown, by M − 1", epistemicSample),
    ...(epistemicShare === null ? [] : [ensembleShareRow("  unknown, share", epistemicShare)]),
    ensembleRow("Squared error of the mean", squaredError),
    ensembleShareRow("  stated of it", explained),
    ...(ranks.length === 0
      ? []
      : [pen.style("dim", "  how well each ranks the larger half of the errors (AUROC)"), ...ranks]),
    ...ensemble.intervals.map(({ level, coverage }) =>
      ensembleShareRow(`In the ${formatPercent(level, 0)} interval of the mixture`.slice(0, 28), coverage),
    ),
    ...effectLines(ensemble, pen),
    ...rowLines("Noisiest rows", ensemble.noisiest, pen),
    ...rowLines("Least known rows", ensemble.leastKnown, pen),
    ...uncertaintyGroupLines(ensemble.segments, pen),
  ];
}

const partNames = { total: "all", aleatoric: "noise", epistemic: "unknown" } as const;

function effectLines({ effect }: ForecastEnsembleReport, pen: Pen): string[] {
  if (effect === null) return [];
  return [
    pen.style("dim", "  squared error by the number of members, over all subsets"),
    ...effect.points.map(({ members, squaredError }) => ensembleRow(`  ${members}`, squaredError)),
  ];
}

function rowLines(title: string, rows: readonly UncertainForecast[], pen: Pen): string[] {
  if (rows.length === 0) return [];
  return [
    pen.style(
      "dim",
      `  ${padEnd(title, 18)}${padStart("noise sd", 11)}${padStart("unknown sd", 11)}${padStart("forecast", 12)}${padStart("outcome", 12)}`,
    ),
    ...rows
      .slice(0, shownRows)
      .map(
        ({ row, aleatoric, epistemic, mean, outcome }) =>
          `  ${padEnd(`row ${formatCount(row)}`, 18)}${padStart(aleatoric === null ? "" : formatNumber(aleatoric, 3), 11)}${padStart(formatNumber(epistemic, 3), 11)}${padStart(formatNumber(mean, 3), 12)}${padStart(formatNumber(outcome, 3), 12)}`,
      ),
  ];
}
