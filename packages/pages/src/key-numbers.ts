import type { Estimate, ReportDocument } from "@candor/core";
import { noiseFloorStrip } from "@candor/plots";
import { figure } from "./figure.ts";
import { type KeyNumber, keyNumberList } from "./key-number-list.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";
import {
  formatCount,
  formatEstimate,
  formatInterval,
  formatLevel,
  formatNumber,
  formatPercent,
  formatPValue,
} from "./words/format.ts";

function percentCard(label: string, estimate: Estimate, note: string): KeyNumber {
  const inPercent = (bound: number) => (Number.isFinite(bound) ? bound * 100 : bound);
  const bounds = { lower: inPercent(estimate.lower), upper: inPercent(estimate.upper) };
  const interval = estimate.interval === "none" ? "" : formatInterval(bounds, 1);
  return { label, value: formatPercent(estimate.value), interval, note };
}

function plainCard(label: string, estimate: Estimate, note: string): KeyNumber {
  const interval = estimate.interval === "none" ? "" : formatInterval(estimate);
  return { label, value: formatNumber(estimate.value), interval, note };
}

function cards(document: ReportDocument): KeyNumber[] {
  const { metrics, noiseFloor, accuracy, meanConfidence, baseRate, meanProbability, task } = document;
  const stated =
    baseRate !== null && meanProbability !== null
      ? [
          percentCard("Share positive", baseRate, "what happened"),
          percentCard("Mean probability stated", meanProbability, "what the model promised"),
        ]
      : [
          percentCard("Accuracy", accuracy, "what happened"),
          percentCard("Mean confidence", meanConfidence, "what the model promised"),
        ];
  const floor = `noise floor ${formatNumber(noiseFloor.value)} at this n`;
  return [
    ...stated,
    plainCard("ECE", metrics.ece, floor),
    plainCard("Brier score", metrics.brier, "lower is better"),
    plainCard("Log loss", metrics.logLoss, "lower is better; in nats"),
    ...(metrics.auroc === null
      ? []
      : [plainCard("AUROC", metrics.auroc, task === "binary" ? "ranking of positives" : "ranking of correct rows")]),
    baseRate === null
      ? plainCard("Smooth ECE", metrics.smoothEce, "without bins")
      : percentCard("Accuracy", accuracy, "at threshold 0.5"),
    plainCard("AURC", metrics.aurc, "area under risk-coverage; lower is better"),
  ];
}

function noiseFinding({ metrics, noiseFloor }: ReportDocument): string {
  const { value, lower, upper, level, n, pValue } = noiseFloor;
  return (
    `The ECE is ${formatEstimate(metrics.ece)}. A perfectly calibrated model with these scores would show about ` +
    `${formatNumber(value)} at n = ${formatCount(n)} (${formatLevel(level)} range ${formatNumber(lower)} to ` +
    `${formatNumber(upper)}); at least the ECE seen: ${formatPValue(pValue)}.`
  );
}

function moreLabels({ moreLabels: labels, wantedWidth }: ReportDocument["noiseFloor"]): string {
  const width = formatNumber(wantedWidth, 3);
  return labels > 0 && Number.isFinite(labels)
    ? `About ${formatCount(labels)} more labels would bring the interval of the ECE to a width of ${width}.`
    : labels === 0
      ? `The interval of the ECE is already no wider than ${width}.`
      : "";
}

/**
 * The key numbers: what was promised and what happened, scores with intervals, and the ECE against the noise floor.
 *
 * @param page the page it is for
 * @param document the report
 */
export function keyNumbers(page: Page, document: ReportDocument): Section {
  const { metrics, noiseFloor } = document;
  const strip = figure(page, {
    title: "Is the ECE more than chance?",
    finding: noiseFinding(document),
    draw: (label) => noiseFloorStrip(metrics.ece, noiseFloor, { document: page.document, label }),
    reading: [
      "With finitely many labels even a perfect model shows some ECE: the grey range. An ECE within it is no evidence.",
      moreLabels(noiseFloor),
    ].join(" "),
    data: table(
      page,
      [
        { name: "This model", ...metrics.ece },
        { name: "A perfect model at this n", ...noiseFloor },
      ],
      [
        { title: "ECE of", cell: ({ name }) => name },
        { title: "Value", numeric: true, cell: ({ value }) => formatNumber(value) },
        { title: "Range", numeric: true, cell: (row) => formatInterval(row) },
      ],
      { caption: "The ECE and the noise floor", hidden: true },
    ),
    wide: true,
  });
  return section(
    page,
    { id: "key-numbers", short: "Key numbers", title: "Key numbers" },
    keyNumberList(page, cards(document)),
    strip,
  );
}
