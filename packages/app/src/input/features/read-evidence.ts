import type { Matrix, OodEvidence } from "@candor/core";
import { BadInput, type ReadSummary } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { type EvidenceKind, evidenceKinds } from "./evidence-plan.ts";
import { type EvidenceRequest, type OpenedEvidence, openEvidence } from "./open-evidence.ts";

/** Most numbers of one kind that are kept in memory. */
const mostValues = 250_000_000;

/** All rows of a file, checked. */
export interface EvidenceFile {
  readonly evidence: OodEvidence;
  readonly rows: number;
  /** What was found. */
  readonly kinds: readonly EvidenceKind[];
  /** Labels as they are written, and for each row which of them it has. */
  readonly labels: { readonly codes: Int32Array; readonly values: readonly string[] } | undefined;
  /** Names of the classes, where columns name them. */
  readonly classNames: readonly string[] | undefined;
  readonly sourceName: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly summary: ReadSummary;
}

async function collect(opened: OpenedEvidence): Promise<Pick<EvidenceFile, "evidence" | "rows" | "labels">> {
  const parts: Readonly<Record<EvidenceKind, Matrix[]>> = { features: [], logits: [], probabilities: [] };
  const labels: Int32Array[] = [];
  let rows = 0;
  for await (const batch of opened.batches()) {
    rows += batch.count;
    if (rows * opened.width > mostValues)
      throw new BadInput(
        `${opened.sourceName}: more than ${Math.floor(mostValues / opened.width).toLocaleString("en")} rows of ${opened.width} numbers, which are all kept in memory`,
        { file: opened.sourceName, hint: "give a sample of the rows" },
      );
    for (const kind of evidenceKinds) {
      const matrix = batch.evidence[kind];
      if (matrix !== undefined) parts[kind].push(matrix);
    }
    if (batch.labels !== undefined) labels.push(batch.labels);
  }
  const evidence: Partial<Record<EvidenceKind, Matrix>> = {};
  for (const kind of evidenceKinds) {
    if (parts[kind].length > 0) evidence[kind] = stacked(parts[kind]);
  }
  return {
    evidence,
    rows,
    labels: opened.hasLabels ? { codes: joined(labels), values: opened.labelValues } : undefined,
  };
}

function stacked(parts: readonly Matrix[]): Matrix {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const cols = first?.cols ?? 0;
  const rows = parts.reduce((total, part) => total + part.rows, 0);
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, rows, cols };
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * All rows of a file with features, logits or probabilities, checked.
 *
 * @throws {BadInput} when the file or the flags cannot be used, or a row is bad and bad rows are not left out
 */
export async function readEvidence(request: EvidenceRequest, context: FileContext = {}): Promise<EvidenceFile> {
  const opened = await openEvidence(request, context);
  try {
    const all = await collect(opened);
    const { kinds, classNames, sourceName, columns } = opened;
    return { ...all, kinds, classNames, sourceName, columns, summary: opened.summary() };
  } finally {
    await opened.close();
  }
}

/**
 * The numbers of a file of its own: an array, or a table of numbers only.
 *
 * @param flag for messages, such as `--head-weights`
 * @throws {BadInput} when it is no such file, or a number is missing or not finite
 */
export async function readMatrix(path: string, flag: string, context: FileContext = {}): Promise<Matrix> {
  const names = { features: flag, logits: flag, probs: flag, labels: flag };
  const { evidence } = await readEvidence({ file: undefined, flags: { features: path }, names }, context);
  if (evidence.features === undefined) throw new TypeError("no numbers were read");
  return evidence.features;
}
