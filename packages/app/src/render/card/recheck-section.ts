import type { FitDocument } from "@candor/core";
import { formatCount, formatNumber, formatPercent } from "@candor/pages";
import type { CardSection, Runs } from "./card-content.ts";
import { isLeftAlone } from "./status-words.ts";

const NAMED = 3;

function meanShift({ after, validation }: FitDocument): Runs[] {
  const { value, lower, upper } = after.meanConfidence;
  if (!(Number.isFinite(lower) && Number.isFinite(upper))) return [];
  const half = ((upper - lower) / 2) * 100;
  const digits = half < 1 ? 2 : 1;
  const points = formatNumber(half, digits);
  return [
    [
      `When the mean calibrated confidence of new rows stays outside ${formatPercent(lower, digits)} to ${formatPercent(upper, digits)}, ` +
        `that is, more than ${points} points from the ${formatPercent(value, digits)} it has here: the mix of rows has shifted. ` +
        `No labels are needed to see it; a single batch of about ${formatCount(validation.heldOut)} rows may do so by chance.`,
    ],
  ];
}

function gapOnFreshLabels(document: FitDocument): Runs[] {
  const { upper } = document.after.ece;
  return Number.isFinite(upper)
    ? [
        [
          `When on fresh labels, about as many as here, the calibration error (ECE) of the ${isLeftAlone(document) ? "" : "calibrated "}scores is above ` +
            `${formatNumber(upper)}, the upper end of its interval.`,
        ],
      ]
    : [];
}

function moreLabels({ learningCurve, n }: FitDocument): Runs[] {
  const next = learningCurve?.points.find((point) => !point.measured && point.n > n);
  if (learningCurve === null || next === undefined) return [];
  return [
    [
      `After about ${formatCount(next.n - n)} new labels, to see whether the forecast holds: `,
      { said: learningCurve.sentence },
    ],
  ];
}

function flaggedSegments({ audit, segments, calibrator }: FitDocument): Runs[] {
  const flagged = audit.filter((result) => result.flagged).toSorted((a, b) => a.qValue - b.qValue);
  const rest = flagged.length - NAMED;
  const columns = calibrator.segments === null ? [] : [...new Set(segments.map(({ by }) => by))];
  return [
    ...(flagged.length === 0
      ? []
      : [
          [
            "Soon, for what is still off: ",
            ...flagged
              .slice(0, NAMED)
              .flatMap(({ by, name }, i) => [...(i === 0 ? [] : [", "]), { name: by }, " = ", { name }]),
            `${rest > 0 ? ` and ${formatCount(rest)} more` : ""}. Collect labels there first.`,
          ],
        ]),
    ...columns
      .slice(0, NAMED)
      .map((by) => [
        "When a value of ",
        { name: by },
        " appears that is not listed here: it gets the common calibrator, unchecked.",
      ]),
  ];
}

/** Concrete events after which the calibrator has to be looked at again. */
export function recheckSection(document: FitDocument): CardSection {
  const { verdict, n, scoreKind, learningCurve } = document;
  const isMulticlass = scoreKind === "probabilities" || scoreKind === "logits";
  const isOpen = verdict.status === "likely-improved" || verdict.status === "too-few-labels";
  const items: Runs[] = [
    [
      "At once when the model, its version or anything that changes how the scores are made changes. A calibrator belongs to one model.",
    ],
    ...(isOpen ? [["As soon as there are more labels: the gain is not proven yet."]] : []),
    ...flaggedSegments(document),
    ...meanShift(document),
    ...gapOnFreshLabels(document),
    ...moreLabels(document),
    [
      `At the latest when as many new labels have come in as were used here (${formatCount(n)})${learningCurve === null ? "" : ", even if the curve above is flat: the world moves"}.`,
    ],
    ...(isMulticlass ? [["When a class is added, removed or redefined."]] : []),
  ];
  return { id: "recheck", title: "When to check again", blocks: [{ kind: "list", items }] };
}
