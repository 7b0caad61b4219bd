import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { ReportDocument } from "../../report/document.ts";
import { controlMultiLabel, type MultiLabelOptions } from "./control-multi-label.ts";
import type { MultiLabelControl } from "./multi-label-control.ts";
import { multiLabelDataHash } from "./multi-label-data-hash.ts";
import type { MultiLabelDocument } from "./multi-label-document.ts";
import { sealMultiLabel } from "./seal-multi-label.ts";

/** Thresholds that are tried. */
const CANDIDATES = 1001;
const NAMES_SHOWN = 5;

/** Choices of `fitMultiLabel`. */
export interface FitMultiLabelOptions extends Omit<MultiLabelOptions, "thresholds"> {
  /** In the order of the scores. */
  readonly labelNames: readonly string[];
  /** Lowest and highest score there can be, known without looking at these rows. Default [0, 1]. */
  readonly scoreRange?: readonly [from: number, to: number];
  /** Of the program that makes the document. */
  readonly version: string;
  readonly source: ReportDocument["source"];
  /** ISO 8601. Default: not recorded. */
  readonly created?: string;
}

/**
 * The threshold of a multi-label classifier that keeps a risk within a target, as a sealed document.
 *
 * @param scores rows × labels, which the model has not seen; higher is likelier
 * @param labels rows × labels, row-major, 1 where the label is true
 * @returns `attained` is false where no threshold qualifies; `missingRows` then says how many more it would take
 * @throws {InputError} as `controlMultiLabel`; `shape-mismatch` for another number of names; `out-of-range` for scores outside
 * of `scoreRange`
 *
 * Source: see `controlMultiLabel`. Thresholds are the 1001 that divide `scoreRange` evenly. All scores lie in it, so the
 * lowest threshold misses nothing, as the guarantee of `crc` needs.
 */
export function fitMultiLabel(scores: Matrix, labels: Uint8Array, options: FitMultiLabelOptions): MultiLabelDocument {
  const { labelNames, scoreRange = [0, 1], version, source, created, ...choices } = options;
  const [from, to] = scoreRange;
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to))
    throw new InputError("out-of-range", `scoreRange must ascend, got [${from}, ${to}]`);
  if (labelNames.length !== scores.cols)
    throw new InputError("shape-mismatch", `${scores.cols} labels need as many names, got ${labelNames.length}`);
  const outside = scores.data.findIndex((score) => score < from || score > to);
  if (outside >= 0) {
    const row = Math.floor(outside / scores.cols);
    const name = labelNames[outside % scores.cols];
    throw new InputError(
      "out-of-range",
      `score ${scores.data[outside]} of ${name} at row ${row} is not in [${from}, ${to}]`,
      row,
    );
  }
  const thresholds = Float64Array.from({ length: CANDIDATES }, (_, i) => threshold(from, to, i));
  const { kind: _, labels: __, ...control } = controlMultiLabel(scores, labels, { ...choices, thresholds });
  return sealMultiLabel({
    schema: "candor.multi-label/1",
    version,
    created: created ?? null,
    ...control,
    labelNames,
    candidates: { from, to, count: CANDIDATES },
    rows: scores.rows,
    source,
    dataHash: multiLabelDataHash(scores, labels),
    warnings: warnings(control, labels, labelNames),
    evaluation: null,
  });
}

function threshold(from: number, to: number, i: number): number {
  const last = CANDIDATES - 1;
  return i === last ? to : from + ((to - from) * i) / last;
}

function warnings(
  control: Omit<MultiLabelControl, "kind" | "labels">,
  labels: Uint8Array,
  names: readonly string[],
): string[] {
  const { attained, meanLabels, n } = control;
  const result: string[] = [];
  const rows = labels.length / names.length;
  if (attained && meanLabels === names.length) result.push("every calibration row is given every label");
  if (attained && meanLabels === 0) result.push("no calibration row is given any label");
  if (n < rows)
    result.push(
      `${(rows - n).toLocaleString("en")} of ${rows.toLocaleString("en")} rows ${rows - n === 1 ? "has" : "have"} no true label, so none can be missed: the promise is for the others`,
    );
  const never = names.filter((_, k) => !occurs(labels, k, names.length));
  if (never.length > 0) {
    const shown = never.slice(0, NAMES_SHOWN).join(", ");
    const more = never.length > NAMES_SHOWN ? ` and ${never.length - NAMES_SHOWN} more` : "";
    result.push(`never true among the calibration rows: ${shown}${more}`);
  }
  return result;
}

function occurs(labels: Uint8Array, label: number, cols: number): boolean {
  for (let cell = label; cell < labels.length; cell += cols) if (labels[cell] === 1) return true;
  return false;
}
