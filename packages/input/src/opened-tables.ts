import { baseName } from "./base-name.ts";
import type { ScorePlan } from "./plan.ts";
import type { Located, TableSet } from "./table-set.ts";

const mostRowsPerBatch = 131_072;
/** A batch holds no more cells than this, so that a thousand classes stay within 64 MB. */
const cellsPerBatch = 8_388_608;

/** Rows read at a time, for so many numbers per row. */
export function rowsPerBatch(width: number): number {
  return Math.max(1024, Math.min(mostRowsPerBatch, Math.floor(cellsPerBatch / width)));
}

/** The main file, opened, and those that flags will add to it. */
export interface OpenedTables {
  readonly set: TableSet;
  close(): Promise<void>;
}

/** What to call the data: the main file without its folder, or the files that take its place. */
export function sourceName(plan: ScorePlan, { main }: TableSet, truth?: Located): string {
  if (main !== undefined) return baseName(main.file);
  const { table } = plan.task === "multiclass" ? plan.classes : plan.score;
  return [...new Set([table, truth?.table ?? table])].map(({ file }) => baseName(file)).join(" + ");
}
