import type { Estimate, ForecastEnsembleReport, RegressionReport, UncertainForecast } from "@candor/core";
import { formatCount, formatMeasure, formatMeasureInterval, formatMeasureValue, formatPercent } from "@candor/pages";
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
    ...(total === null ? [] : [measureRow("All uncertainty", total)]),
    ...(aleatoric === null ? [] : [measureRow("  noise", aleatoric)]),
    measureRow("  unknown", epistemic),
    measureRow("  unknown, by M − 1", epistemicSample),
    ...(epistemicShare === null ? [] : [ensembleShareRow("  unknown, share", epistemicShare)]),
    measureRow("Squared error of the mean", squaredError),
    ensembleShareRow("  stated of it", explained),
    ...(ranks.length === 0
      ? []
      : [pen.style("dim", "  how well each ranks the larger half of the errors (AUROC)"), ...ranks]),
    ...ensemble.intervals.map(({ level, coverage }) =>
      ensembleShareRow(`In the ${formatPercent(level, 0)} interval`, coverage),
    ),
    ...effectLines(ensemble, pen),
    ...rowLines("Noisiest rows", ensemble.noisiest, pen),
    ...rowLines("Least known rows", ensemble.leastKnown, pen),
    ...uncertaintyGroupLines(ensemble.segments, pen),
  ];
}

/** A variance with its interval, of any size. */
function measureRow(name: string, estimate: Estimate): string {
  return `  ${padEnd(name, 28)}${padStart(formatMeasureValue(estimate), 9)}  ${formatMeasureInterval(estimate)}`;
}

const partNames = { total: "all", aleatoric: "noise", epistemic: "unknown" } as const;

function effectLines({ effect }: ForecastEnsembleReport, pen: Pen): string[] {
  if (effect === null) return [];
  return [
    pen.style("dim", "  squared error by the number of members, over all subsets"),
    ...effect.points.map(({ members, squaredError }) => measureRow(`  ${members}`, squaredError)),
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
          `  ${padEnd(`row ${formatCount(row)}`, 18)}${padStart(aleatoric === null ? "" : formatMeasure(aleatoric), 11)}${padStart(formatMeasure(epistemic), 11)}${padStart(formatMeasure(mean), 12)}${padStart(formatMeasure(outcome), 12)}`,
      ),
  ];
}
