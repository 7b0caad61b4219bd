import type { Table } from "@candor/input";
import type { RowSource } from "./row-source.ts";

/** A file on disk with rows, which can be copied as well as read. */
export interface FileTable extends Table {
  /** How all columns are copied; undefined for arrays, which have none. */
  rowSource(): Promise<RowSource | undefined>;
}
