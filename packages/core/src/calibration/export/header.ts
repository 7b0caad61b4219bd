import { confidenceScore } from "../../scores/confidence-score.ts";
import { recordedScore } from "../../scores/recorded-score.ts";
import type { Calibrator } from "../calibrator.ts";

/** One line of plain text: nothing in it can end a comment or a text. */
export function plain(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 32 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029 ? " " : character;
  })
    .join("")
    .replaceAll("*/", "* /");
}

/** How the number that the code reads is made of a model's outputs, where the calibrator is of a score of them. */
function scoreLines(calibrator: Calibrator): string[] {
  const recorded = recordedScore(calibrator);
  if (recorded === undefined) return [];
  const { name, formula, map } = confidenceScore(recorded.choice, recorded.classes);
  const outputs = recorded.classes === null ? "the forecast" : `the outputs for ${recorded.classes} classes`;
  return [`That is x = ${name} of ${outputs}, ${formula}, given as ${map}.`];
}

/** What generated code says about itself, line by line. */
export function headerLines(calibrator: Calibrator, usage: readonly string[]): string[] {
  const { method, n, created, data, fingerprint, scoreKind, classNames, segments } = calibrator;
  const reads: Record<Calibrator["scoreKind"], string> = {
    probability: `the probability of ${JSON.stringify(classNames[1])}`,
    confidence: "the confidence in a prediction",
    probabilities: "one probability per class",
    logits: "one logit per class",
  };
  const isClasses = scoreKind === "probabilities" || scoreKind === "logits";
  return [
    `Calibrator "${method}", fitted on ${n} rows of ${data.name}${created === null ? "" : `, ${created}`}.`,
    `Reads ${reads[scoreKind]}.`,
    ...scoreLines(calibrator),
    ...(isClasses ? [`Classes, in order: ${classNames.map((name) => JSON.stringify(name)).join(", ")}.`] : []),
    ...(segments === null ? [] : [`Segments, in order: ${segments.columns.join(", ")}.`]),
    `Calibrator ${fingerprint}`,
    "Written by Candor; needs nothing else.",
    "",
    ...usage,
  ].map(plain);
}

/** The complaint about a number of segment values, to be followed by the number that came. */
export function segmentComplaint(columns: readonly string[]): string {
  const values = columns.length === 1 ? "value" : "values";
  return plain(`expected ${columns.length} segment ${values} (${columns.join(", ")}), got `);
}
