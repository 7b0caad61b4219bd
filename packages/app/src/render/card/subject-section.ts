import type { FitDocument } from "@candor/core";
import { formatCount, formatNumber } from "@candor/pages";
import type { CardSection, Run, Runs } from "./card-content.ts";
import { scoresAre } from "./scores-are.ts";

const SHOWN = 12;

/** Names joined by commas, and how many more there are. */
export function nameRuns(names: readonly string[], shown: number = SHOWN): Runs {
  const rest = names.length - shown;
  return [
    ...names.slice(0, shown).flatMap((name, i): Run[] => (i === 0 ? [{ name }] : [", ", { name }])),
    ...(rest > 0 ? [` and ${formatCount(rest)} more`] : []),
  ];
}

/** What was calibrated, on what data and when. */
export function subjectSection(document: FitDocument): CardSection {
  const { source, n, effectiveN, classNames, calibrator, version } = document;
  const { text, positive } = scoresAre(document);
  const left = source.skipped.reduce((sum, { count }) => sum + count, 0);
  const weighted = effectiveN === n ? "" : `; weighted, worth ${formatNumber(effectiveN, 1)} rows`;
  const columns = Object.entries(source.columns).flatMap(([role, name], i): Run[] => [
    ...(i === 0 ? [] : [", "]),
    { name },
    " as ",
    { said: role },
  ]);
  return {
    id: "what",
    title: "What was calibrated",
    blocks: [
      {
        kind: "facts",
        items: [
          ["Data", [{ name: source.name }]],
          [
            "Rows",
            [
              `${formatCount(n)} used of ${formatCount(source.rows)} read${left > 0 ? `, ${formatCount(left)} left out` : ""}${weighted}`,
            ],
          ],
          ["Scores", positive === null ? [text] : [text, " ", { name: positive }]],
          ...(classNames.length === 0 ? [] : [["Classes, in order", nameRuns(classNames)] as const]),
          ...(columns.length === 0 ? [] : [["Columns", columns] as const]),
          [
            "Made",
            [
              calibrator.created === null ? "date not given" : { said: calibrator.created },
              ", by Candor ",
              { said: version },
            ],
          ],
          ["Fingerprint of the data", [{ code: calibrator.data.fingerprint }]],
          ["Fingerprint of the calibrator", [{ code: calibrator.fingerprint }]],
        ],
      },
    ],
  };
}
