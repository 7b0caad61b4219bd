import type { Predictions } from "@candor/core";
import { joinPredictions } from "./join-predictions.ts";
import type { OpenedPredictions } from "./opened-predictions.ts";

/** How rows are held: `exact` keeps all in memory, `cells` never does, `auto` decides by size. */
export type SizeMode = "auto" | "exact" | "cells";

/** Rows above which they are summed up instead of kept, unless `--exact` is given. */
export const EXACT_ROWS = 3_000_000;

/** The same for rows × classes: what would have to be held in memory. */
export const EXACT_VALUES = 50_000_000;

/** Something that rows can be added to without being kept. */
export interface Accumulation<Sums> {
  create(): Sums;
  add(sums: Sums, batch: Predictions): void;
}

/** All rows of a file, or what they add up to. */
export type Collected<Sums> =
  | { readonly predictions: Predictions; readonly sums?: never }
  | { readonly predictions?: never; readonly sums: Sums };

/**
 * All rows where they fit, sums where they do not.
 *
 * @param change applied to every batch first
 */
export async function collectBatches<Sums>(
  opened: OpenedPredictions,
  mode: SizeMode,
  { create, add }: Accumulation<Sums>,
  change: (batch: Predictions) => Predictions = (batch) => batch,
): Promise<Collected<Sums>> {
  const width = opened.task === "multiclass" ? opened.classNames.length : 1;
  const isTooLarge = (rows: number): boolean => mode === "auto" && (rows > EXACT_ROWS || rows * width > EXACT_VALUES);
  const fromStart = mode === "cells" || isTooLarge(opened.rowsKnown ?? 0);
  let sums = fromStart ? create() : undefined;
  let batches: Predictions[] = [];
  let rows = 0;
  let firstNames: readonly string[] | undefined;
  for await (const read of opened.batches()) {
    if (read.rows === 0) continue;
    const batch = change(read);
    if (batch.classNames === read.classNames) firstNames ??= read.classNames;
    rows += batch.rows;
    if (sums === undefined && isTooLarge(rows)) {
      sums = create();
      for (const earlier of batches) add(sums, earlier);
      batches = [];
    }
    if (sums) add(sums, batch);
    else batches.push(batch);
  }
  if (sums) return { sums };
  const predictions = joinPredictions(batches);
  const isLearnt = predictions.task === "binary" && predictions.classNames === firstNames;
  return { predictions: isLearnt ? { ...predictions, classNames: opened.classNames } : predictions };
}
