import type { ClassDetections, CutoffPoint, DetectionDocument, DetectionGroup, SizeReliability } from "@candor/core";
import {
  evidenceColumn,
  factList,
  figure,
  formatCount,
  formatInterval,
  formatLevel,
  formatNumber,
  formatPercent,
  formatPValue,
  keyNumberList,
  type Page,
  type Section,
  section,
  sourceOf,
  specDetails,
  specRow,
  table,
  warningsSection,
  wholePage,
} from "@candor/pages";
import { cutoffLines, precisionRecall, reliabilityBinned, smallMultiples } from "@candor/plots";
import { cutoffText, detectionTone, namedErrors, namedPrecisions } from "../detection-words.ts";
import { fitStyles } from "./fit/fit-styles.ts";
import { createPage } from "./page.ts";

const symbols = { good: "✓", neutral: "?", bad: "✗" } as const;

function numbersSection(page: Page, document: DetectionDocument): Section {
  const { averagePrecision, calibration, cutoffs, level } = document;
  const cards = [
    ...(averagePrecision.ap === null
      ? []
      : [
          {
            label: "AP 0.50:0.95",
            value: formatNumber(averagePrecision.ap.value, 3),
            interval: formatInterval(averagePrecision.ap, 3),
            note: "as COCO defines it",
          },
        ]),
    ...(calibration === null
      ? []
      : [
          {
            label: "Detection ECE",
            value: formatNumber(calibration.ece.error.value, 3),
            interval: formatInterval(calibration.ece.error, 3),
            note: `a perfect detector would show ${formatNumber(calibration.ece.floor.value, 3)}`,
          },
          {
            label: "LaECE",
            value: formatNumber(calibration.laece.error.value, 3),
            interval: formatInterval(calibration.laece.error, 3),
            note: `a perfect detector would show ${formatNumber(calibration.laece.floor.value, 3)}`,
          },
        ]),
    ...(cutoffs?.best
      ? [
          {
            label: "Largest F1",
            value: formatNumber(cutoffs.best.f1.value, 3),
            interval: formatInterval(cutoffs.best.f1, 3),
            note: `at a cutoff of ${formatNumber(cutoffs.best.cutoff, 3)}`,
          },
        ]
      : []),
  ];
  return section(
    page,
    { id: "numbers", short: "Key numbers", title: "Key numbers" },
    page.make("p", { class: "lead" }, `Brackets: ${formatLevel(level)} intervals that count images, not detections.`),
    keyNumberList(page, cards),
    table(
      page,
      namedPrecisions(document),
      [
        { title: "Metric", cell: ({ name }) => name },
        { title: "Value", numeric: true, cell: ({ estimate }) => formatNumber(estimate.value) },
        { title: "Interval", numeric: true, cell: ({ estimate }) => formatInterval(estimate) },
      ],
      { caption: "Average precision and recall" },
    ),
  );
}

/** About twenty points of a curve. */
function some(points: readonly CutoffPoint[]): CutoffPoint[] {
  const step = Math.max(1, Math.ceil(points.length / 20));
  return points.filter((_, i) => i % step === 0);
}

function cutoffSection(page: Page, { cutoffs, level }: DetectionDocument): Section | undefined {
  if (cutoffs === null || cutoffs.best === null) return undefined;
  const { points, best, targets } = cutoffs;
  const share = (value: number | null): string => (value === null ? "–" : formatPercent(value));
  const data = table(
    page,
    some(points),
    [
      { title: "Cutoff", numeric: true, cell: ({ cutoff }) => formatNumber(cutoff, 3) },
      { title: "Kept", numeric: true, cell: ({ kept }) => formatCount(kept) },
      { title: "Precision", numeric: true, cell: ({ precision }) => formatPercent(precision.value) },
      {
        title: "Interval, %",
        numeric: true,
        cell: ({ precision: p }) => formatInterval({ lower: 100 * p.lower, upper: 100 * p.upper }, 1),
      },
      {
        title: "Band, %",
        numeric: true,
        cell: ({ precision: p }) => formatInterval({ lower: 100 * p.bandLower, upper: 100 * p.bandUpper }, 1),
      },
      { title: "Recall", numeric: true, cell: ({ recall }) => formatPercent(recall.value) },
      { title: "F1", numeric: true, cell: ({ f1 }) => formatNumber(f1.value, 3) },
    ],
    { caption: "Precision, recall and F1 by cutoff", hidden: true },
  );
  const finding = `F1 is largest, ${formatNumber(best.f1.value, 3)}, at a cutoff of ${formatNumber(best.cutoff, 3)}: precision ${share(best.precision.value)}, recall ${share(best.recall.value)}.`;
  return section(
    page,
    { id: "cutoffs", short: "Cutoffs", title: "Which detections to keep" },
    page.make(
      "div",
      { class: "grid two" },
      figure(page, {
        title: "Against the cutoff",
        finding,
        draw: (label) => cutoffLines(points, { document: page.document, best: best.cutoff, label }),
        reading: `Bands hold for the whole curve at once with ${formatLevel(level)}. Dashed: the cutoff of the largest F1.`,
        data,
      }),
      figure(page, {
        title: "Precision and recall",
        finding: `With all detections, precision is ${share(points.at(-1)?.precision.value ?? null)} and recall ${share(points.at(-1)?.recall.value ?? null)}.`,
        draw: (label) =>
          precisionRecall(
            points.map(({ recall, precision, cutoff }) => ({ x: recall.value, y: precision.value, threshold: cutoff })),
            { document: page.document, target: "boxes", label },
          ),
        reading: "All classes together. Average precision takes each class by itself and then the mean.",
        data: table(
          page,
          some(points),
          [
            { title: "Recall", numeric: true, cell: ({ recall }) => formatPercent(recall.value) },
            { title: "Precision", numeric: true, cell: ({ precision }) => formatPercent(precision.value) },
          ],
          { caption: "Precision by recall", hidden: true },
        ),
      }),
    ),
    table(
      page,
      targets,
      [
        { title: "Precision wanted", numeric: true, cell: ({ precision }) => formatPercent(precision, 0) },
        { title: "Cutoff observed", numeric: true, cell: ({ cutoff }) => cutoffText(cutoff) },
        { title: "Its recall", numeric: true, cell: ({ recall }) => share(recall) },
        { title: "Sure cutoff", numeric: true, cell: ({ sureCutoff }) => cutoffText(sureCutoff) },
        { title: "Recall of the sure one", numeric: true, cell: ({ sureRecall }) => share(sureRecall) },
      ],
      { caption: "Cutoffs for a wanted precision" },
    ),
    page.make(
      "p",
      { class: "note" },
      "The sure cutoff is the lowest at which the band of the whole curve stays above what is wanted. ",
      page.make("code", {}, "candor decide --max-error"),
      " proves one for any number of images.",
    ),
  );
}

function calibrationSection(page: Page, document: DetectionDocument): Section | undefined {
  const { calibration, iou, level } = document;
  if (calibration === null) return undefined;
  const { ece, reliability, meanScore, precision } = calibration;
  const { document: dom } = page;
  return section(
    page,
    { id: "calibration", short: "Calibration", title: "Do the scores mean what they say?" },
    page.make(
      "p",
      { class: "lead" },
      `On average the scores say ${formatPercent(meanScore)}, and ${formatPercent(precision.value)} of the detections are right: each has a true box of its class to itself and overlaps it by at least ${iou}.`,
    ),
    page.make(
      "div",
      { class: "grid two" },
      figure(page, {
        title: "Reliability",
        finding: `Scores are off by ${formatNumber(ece.error.value, 3)} ${formatInterval(ece.error, 3)} on average; those of a perfect detector would show ${formatNumber(ece.floor.value, 3)}.`,
        draw: (label) => reliabilityBinned({ axis: "confidence", bins: reliability }, { document: dom, label }),
        reading: `Points: share right per bin with its ${formatLevel(level)} interval by image. Grey bars: where the detections are.`,
        data: table(
          page,
          reliability,
          [
            { title: "Scores", numeric: true, cell: (b) => `${formatNumber(b.lower, 3)}–${formatNumber(b.upper, 3)}` },
            { title: "Detections", numeric: true, cell: (b) => formatCount(b.count) },
            { title: "Stated", numeric: true, cell: (b) => formatNumber(b.meanConfidence) },
            { title: "Right", numeric: true, cell: (b) => formatNumber(b.observed) },
            {
              title: "Interval",
              numeric: true,
              cell: (b) => formatInterval({ lower: b.observedLower, upper: b.observedUpper }),
            },
          ],
          { caption: "Bins: what was stated and what was right", hidden: true },
        ),
      }),
      sizeFigure(page, document),
    ),
    table(
      page,
      namedErrors(document),
      [
        { title: "Error", cell: ({ name }) => name },
        { title: "Value", numeric: true, cell: ({ error }) => formatNumber(error.error.value) },
        { title: "Interval", numeric: true, cell: ({ error }) => formatInterval(error.error) },
        { title: "Perfect detector", numeric: true, cell: ({ error }) => formatNumber(error.floor.value) },
        { title: "p", numeric: true, cell: ({ error }) => formatPValue(error.floor.pValue, "") },
        { title: "Without noise", numeric: true, cell: ({ error }) => formatNumber(error.debiased.value) },
        { title: "Bins", numeric: true, cell: ({ error }) => formatCount(error.bins) },
        { title: "Detections in them", numeric: true, cell: ({ error }) => formatPercent(error.counted) },
      ],
      { caption: "Calibration errors" },
    ),
  );
}

function groupTable(page: Page, groups: readonly (DetectionGroup | ClassDetections)[], caption: string): HTMLElement {
  const ap = (group: DetectionGroup | ClassDetections): string =>
    "ap" in group && group.ap !== null ? formatNumber(group.ap.value, 3) : "–";
  const hasPrecision = groups.some((group) => "ap" in group);
  return table(
    page,
    groups,
    [
      { title: "Name", cell: ({ name }) => page.name(name, 60) },
      { title: "Detections", numeric: true, cell: ({ n }) => formatCount(n) },
      { title: "Images", numeric: true, cell: ({ images }) => formatCount(images) },
      ...(hasPrecision ? [{ title: "AP", numeric: true, cell: ap }] : []),
      { title: "Stated", numeric: true, cell: ({ meanScore }) => formatPercent(meanScore) },
      { title: "Right", numeric: true, cell: ({ precision }) => formatPercent(precision) },
      {
        title: "Gap, points",
        numeric: true,
        cell: ({ gap }) =>
          gap.interval === "none"
            ? "too few images"
            : `${formatNumber(100 * gap.value, 1)} ${formatInterval({ lower: 100 * gap.lower, upper: 100 * gap.upper }, 1)}`,
      },
      { title: "ECE", numeric: true, cell: ({ ece }) => (ece === null ? "–" : formatNumber(ece.value)) },
      {
        title: "Noise floor",
        numeric: true,
        cell: ({ noiseFloor }) => (noiseFloor === null ? "–" : formatNumber(noiseFloor)),
      },
      evidenceColumn(page),
    ],
    { caption },
  );
}

function sizeFigure(page: Page, { calibration, sizes, units }: DetectionDocument): HTMLElement {
  const bins = new Map((calibration?.reliabilityBySize ?? []).map((one: SizeReliability) => [one.name, one.bins]));
  const drawn = sizes.map(({ name, n, ece, noiseFloor, flagged, gap }) => ({
    name,
    n,
    flagged,
    gap,
    ece,
    noiseFloor,
    bins: bins.get(name) ?? [],
  }));
  const flagged = sizes.filter((size) => size.flagged).map(({ name }) => name);
  return figure(page, {
    title: "By size of the box",
    finding: flagged.length === 0 ? "No size is off by more than noise." : `Off: ${flagged.join(", ")}.`,
    draw: (label) => smallMultiples(drawn, { document: page.document, label, width: 150 }),
    reading:
      units === "pixels"
        ? "Small up to 32 × 32 pixels, medium up to 96 × 96, large above."
        : "Small up to 0.33 % of the image, medium up to 3 %, large above: COCO's limits in an image of 640 × 480.",
    data: groupTable(page, sizes, "Sizes"),
  });
}

function classSection(page: Page, { perClass }: DetectionDocument): Section | undefined {
  if (perClass.length === 0) return undefined;
  const sorted = perClass.toSorted(
    (a, b) => Number(b.flagged) - Number(a.flagged) || Math.abs(b.gap.value) - Math.abs(a.gap.value),
  );
  return section(
    page,
    { id: "classes", short: "Classes", title: "Class by class" },
    page.make("p", { class: "lead" }, "Flags hold for all classes together: at most 5 % of them are false alarms."),
    groupTable(page, sorted, "Classes, flagged ones first"),
  );
}

function specSection(page: Page, document: DetectionDocument): Section {
  const { calibration, averagePrecision, units, iou, maxDets, detections, truths, ignoredTruths } = document;
  const estimates = [
    ...(averagePrecision.ap === null ? [] : [{ name: "AP", estimate: averagePrecision.ap }]),
    ...(calibration === null ? [] : namedErrors(document).map(({ name, error }) => ({ name, estimate: error.error }))),
  ];
  return section(
    page,
    { id: "specs", short: "How", title: "How it was computed" },
    factList(page, [
      ["Detections read", formatCount(detections)],
      ["True boxes", `${formatCount(truths)}, and ${formatCount(ignoredTruths)} ignored (crowds)`],
      ["Right from an overlap of", String(iou)],
      ["Counted per image and class", `the best ${formatCount(maxDets)}`],
      ["Boxes are in", units],
    ]),
    specDetails(
      page,
      estimates.flatMap(({ name, estimate }) => specRow(name, estimate)),
    ),
  );
}

/**
 * The report on detections as one self-contained HTML page: no network, no script, light and dark, printable.
 *
 * @param document a `candor.detection/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderDetectionHtml(document: DetectionDocument): string {
  const page = createPage();
  const { source, n, truths, images, verdict, version, schema, warnings } = document;
  const { tone, word } = detectionTone(document);
  return wholePage(page, {
    title: `Detections: ${source.name}`,
    eyebrow: "Object detection",
    status: { symbol: symbols[tone], word, tone },
    sentence: verdict.sentence,
    facts: [
      page.name(source.name, 120),
      ` · ${formatCount(n)} detections · ${formatCount(truths)} true boxes · ${formatCount(images)} images`,
    ],
    sections: [
      numbersSection(page, document),
      warningsSection(page, warnings),
      cutoffSection(page, document),
      calibrationSection(page, document),
      classSection(page, document),
      specSection(page, document),
      sourceOf(page, { ...source, approximate: false }, [
        ["File", page.name(source.name, 120)],
        ["Ground truth", source.groundTruth === null ? "none" : page.name(source.groundTruth, 120)],
        ["Rows", formatCount(source.rows)],
      ]),
    ].filter((part) => part !== undefined),
    contents: true,
    styles: fitStyles,
    version,
    schema,
  });
}
