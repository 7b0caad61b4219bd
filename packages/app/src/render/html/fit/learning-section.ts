import type { FitDocument, LearningPoint } from "@candor/core";
import {
  figure,
  formatCount,
  formatInterval,
  formatName,
  formatNumber,
  type Page,
  type Section,
  section,
  table,
} from "@candor/pages";
import { learningCurve } from "@candor/plots";

/**
 * What more labels would bring.
 *
 * @param page the page it is for
 * @param curve of the fit
 * @param n labels there are now
 */
export function learningSection(page: Page, curve: NonNullable<FitDocument["learningCurve"]>, n: number): Section {
  const { points, sentence } = curve;
  const level: (point: LearningPoint) => string = ({ measured }) => (measured ? "measured" : "drawn on");
  return section(
    page,
    { id: "labels", short: "More labels", title: "Would more labels help?" },
    figure(page, {
      title: "Learning curve",
      finding: formatName(sentence, 400),
      draw: (label) => learningCurve(points, { document: page.document, now: n, label }),
      reading:
        "Log loss on rows held out, of the same method fitted on parts of the labels. Beyond what was measured the curve is drawn on; its band holds the noise of the rows, not the doubt about its shape.",
      data: table(
        page,
        points,
        [
          { title: "Labels", numeric: true, cell: (point) => formatCount(point.n) },
          { title: "Log loss", numeric: true, cell: ({ logLoss }) => formatNumber(logLoss) },
          { title: "Interval", numeric: true, cell: (point) => formatInterval(point) },
          { title: "How", cell: level },
        ],
        { caption: "Expected log loss by number of labels", hidden: true },
      ),
      wide: true,
    }),
  );
}
