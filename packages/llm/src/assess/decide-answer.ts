import { type Decision, decide, decisionNames, type PolicyDocument, type SegmentColumn } from "@candor/core";

/** What a policy does with a probability of being right; without one never `act`. */
export function decideAnswer(
  { rule, choices }: PolicyDocument,
  probability: number | null,
  segments: Readonly<Record<string, string>> = {},
): Decision {
  const column = Float64Array.of(probability ?? 0);
  const { codes } = decide(rule, {
    rows: 1,
    confidence: column,
    positive: column,
    segments: segmentColumns(segments, 1),
  });
  const decision = decisionNames[codes[0] ?? 1] ?? "review";
  return probability === null && decision === "act" ? choices.below : decision;
}

/** Columns in which every row has the same value. */
export function segmentColumns(segments: Readonly<Record<string, string>>, rows: number): SegmentColumn[] {
  return Object.entries(segments).map(([name, value]) => ({ name, values: [value], codes: new Int32Array(rows) }));
}
