import { visibleText } from "@candor/core";
import type { SegmentRow } from "../../api/api-types.ts";

/** What a segment is called: `country = DE`, with its model version where more than one is shown. */
export function segmentName(
  { key, value, model, version }: Pick<SegmentRow, "key" | "value" | "model" | "version">,
  withModel: boolean,
): string {
  const name = `${visibleText(key, 60)} = ${visibleText(value, 60) || "(empty)"}`;
  return withModel ? `${name} · ${visibleText(model, 60)} ${visibleText(version, 60)}` : name;
}

/** How strong the evidence is, as the share of false alarms among all that are flagged at it. */
export function evidenceText(qValue: number): string {
  if (qValue < 0.001) return "below 0.001";
  return qValue.toFixed(3);
}

/** What has been found over all segments, in a sentence. */
export function findingOf(rows: readonly SegmentRow[], withModel: boolean): string {
  const flagged = rows.filter((row) => row.flagged);
  const tested = `${rows.length} ${rows.length === 1 ? "segment" : "segments"} with enough labels`;
  if (rows.length === 0) return "No segment has enough labels to be tested.";
  if (flagged.length === 0) return `Nothing speaks against the confidences of any of ${tested}.`;
  const [worst] = flagged;
  const lead = `${flagged.length} of ${tested} ${flagged.length === 1 ? "is" : "are"} flagged`;
  return worst === undefined ? `${lead}.` : `${lead}. The strongest evidence: ${segmentName(worst, withModel)}.`;
}
