import type { Field } from "@candor/input";
import type { AnyReport, DroppedFile } from "./make-report.ts";

/** What the page asks its worker. */
export type Wish = DroppedFile;

/** Why there is no report. */
export interface Failure {
  /** As the command line says it: file, row and column, what was expected, what came, and what to do. */
  readonly message: string;
  /** False: it is not the file, it is us. */
  readonly isExpected: boolean;
}

/** What the worker tells the page. */
export type News =
  | { readonly kind: "fields"; readonly fields: readonly Pick<Field, "name" | "kind">[] }
  | { readonly kind: "reading"; readonly fraction: number | undefined; readonly rows: number }
  | { readonly kind: "computing"; readonly rows: number }
  | { readonly kind: "done"; readonly report: AnyReport; readonly seconds: number }
  | ({ readonly kind: "failed" } & Failure);
