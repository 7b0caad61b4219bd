import { benjaminiHochberg, type Cells, calibrationEvidence, cellPairs, mergeCells } from "@candor/core";
import type { CellTable } from "../store/event-store.ts";
import { cellsOfTable } from "./cells-of-table.ts";

/** Evidence against calibration in one stretch of a series. */
export interface StretchEvidence {
  /** Against calibration; right for few outcomes too. */
  readonly pValue: number;
  /** Adjusted for all stretches of the series that were tested. */
  readonly qValue: number;
  /** Of the stretches of a series that are flagged, at most 5 % are expected to be false alarms. */
  readonly flagged: boolean;
}

/** q-value at or below which a stretch is flagged. */
const FLAG_AT = 0.05;

/**
 * The evidence against calibration in the stretches of each stream, with the false discovery rate controlled over those of one
 * stream: what the report says of its stretches of time.
 *
 * @param table of a query without groups
 * @param startOf start of the stretch that a bucket belongs to
 * @param tested per stream of the table, the starts of the stretches to test; those without outcomes are left out
 * @returns per stream the evidence by start of the stretch
 *
 * Source: Benjamini & Hochberg (1995), JRSS B 57; p-values of `calibrationEvidence`.
 */
export function seriesEvidence(
  table: CellTable,
  startOf: (bucket: number) => number,
  tested: readonly ReadonlySet<number>[],
): readonly ReadonlyMap<number, StretchEvidence>[] {
  const position = new Map(table.streams.map((stream, s) => [stream, s]));
  const cellsOf = table.streams.map(() => new Map<number, Cells>());
  for (const { stream, bucket, cells } of cellsOfTable(table)) {
    const s = position.get(stream) ?? -1;
    const start = startOf(bucket);
    const byStart = cellsOf[s];
    if (!byStart || !tested[s]?.has(start) || !cells.sums.weight.some((weight) => weight > 0)) continue;
    const there = byStart.get(start);
    byStart.set(start, there ? mergeCells(there, cells) : cells);
  }
  return cellsOf.map(evidenceOf);
}

function evidenceOf(byStart: ReadonlyMap<number, Cells>): ReadonlyMap<number, StretchEvidence> {
  const starts = [...byStart.keys()];
  const pValues = [...byStart.values()].map((cells) => {
    const { probabilities, outcomes, weights, merged } = cellPairs(cells);
    return calibrationEvidence(probabilities, outcomes, { weights, merged });
  });
  const adjusted = benjaminiHochberg(pValues);
  return new Map(
    starts.map((start, k) => {
      const qValue = adjusted[k] ?? 1;
      return [start, { pValue: pValues[k] ?? 1, qValue, flagged: qValue <= FLAG_AT }];
    }),
  );
}
