import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";
import type { Matrix } from "../../matrix.ts";
import type { LinearHead, OodReads } from "../detector.ts";
import type { OodRows } from "../rows.ts";
import type { OodFitOptions } from "../training.ts";

/** Checked rows to fit to. */
export interface FitRows extends OodRows {
  /** Labels as given, or the predicted classes; null where there is neither. */
  readonly labels: Int32Array | null;
  readonly head: LinearHead | null;
  /** Classes that logits, probabilities or the head know; 0 where there are none of them. */
  readonly classes: number;
}

/** A fitted score, its arrays as the arithmetic reads them. */
export interface LoadedPart {
  readonly settings: Readonly<Record<string, number | string>>;
  readonly arrays: Readonly<Record<string, Matrix>>;
}

/** A fitted score and what had to be done about the data, in sentences. */
export interface FittedPart extends LoadedPart {
  readonly notes: readonly string[];
}

/** What a method must be given. */
export type OodNeed = "logits" | "probabilities" | "features" | "head" | "labels";

/** A choice of `OodFitOptions` that belongs to some methods only. */
export type OodChoice =
  | "temperature"
  | "gamma"
  | "top"
  | "k"
  | "shrinkage"
  | "dimension"
  | "rankTolerance"
  | "percentile";

/** Expected rows and columns of an array; a name stands for any number, the same everywhere in a part. */
export type ArrayLayout = Readonly<Record<string, readonly [number | string, number | string]>>;

/** A method: how it is fitted and how it scores. */
export interface OodKind {
  readonly needs: readonly OodNeed[];
  /** Choices of `OodFitOptions` that it reads. */
  readonly options: readonly OodChoice[];
  /** What its settings must be in a document. */
  readonly settings: Readonly<Record<string, JsonSchema>>;
  /** What its arrays must be in a document. */
  readonly arrays: (reads: OodReads) => ArrayLayout;
  /** @throws {InputError} for rows or options that it cannot be fitted with */
  readonly fit: (rows: FitRows, options: OodFitOptions) => FittedPart;
  /** The score of any rows, larger for rows like the training data. What it takes to score is worked out once. */
  readonly scorer: (part: LoadedPart, head: LinearHead | null) => (rows: OodRows) => Float64Array;
}

/** A number setting of a schema. */
export function numberIn(limits: Omit<JsonSchema, "type">): JsonSchema {
  return { type: "number", ...limits };
}

/** The setting as a number; documents are checked before they get here. */
export function numberOf({ settings }: LoadedPart, name: string): number {
  return Number(settings[name]);
}
