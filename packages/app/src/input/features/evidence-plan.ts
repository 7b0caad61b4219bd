import { BadInput, type Field, fieldsLike, fieldsNamed, type Located, nameList, type TableSet } from "@candor/input";
import type { FileTable } from "../file-table.ts";
import { type FeatureColumns, featureColumns } from "./feature-columns.ts";

/** What rows of evidence can have. */
export type EvidenceKind = "features" | "logits" | "probabilities";

/** All of `EvidenceKind`. */
export const evidenceKinds: readonly EvidenceKind[] = ["features", "logits", "probabilities"];

/** What flags say of some rows: columns of their file, or files of their own. */
export interface EvidenceFlags {
  readonly features?: string | undefined;
  readonly logits?: string | undefined;
  readonly probs?: string | undefined;
  readonly labels?: string | undefined;
}

/** How the flags are called, for messages. */
export interface FlagNames {
  readonly features: string;
  readonly logits: string;
  readonly probs: string;
  readonly labels: string;
}

/** Which columns hold what. */
export interface EvidencePlan {
  readonly columns: Readonly<Partial<Record<EvidenceKind, FeatureColumns>>>;
  readonly labels: (Located & { readonly title: string }) | undefined;
}

const flagOf = { features: "features", logits: "logits", probabilities: "probs" } as const;

/** Names under which arrays of an archive, or patterns under which columns of a table, are found without a flag. */
const known: Readonly<
  Record<EvidenceKind, { readonly names: readonly string[]; readonly patterns: readonly string[] }>
> = {
  features: {
    names: ["features", "feature", "feats", "feat", "embeddings", "embedding", "penultimate"],
    patterns: ["f_*", "feature_*", "feat_*", "embedding_*"],
  },
  logits: { names: ["logits", "logit", "z"], patterns: ["logit_*", "z_*"] },
  probabilities: { names: ["probs", "probabilities", "proba", "softmax"], patterns: ["p_*", "prob_*", "proba_*"] },
};

const labelNames = ["label", "labels", "y", "y_true", "target", "class", "truth"];

function recognised(table: FileTable, kind: EvidenceKind): string | undefined {
  const { names, patterns } = known[kind];
  const wide = table.fields.filter((field) => field.kind === "list" || field.kind === "matrix");
  const named = names.flatMap((name) => fieldsNamed(wide, name).map((field) => field.name));
  if (named.length > 0) return named[0];
  return patterns.find((pattern) => fieldsLike(table.fields, pattern).length > 1);
}

function recognisedLabel(table: FileTable): Field | undefined {
  const single = table.fields.filter(({ kind }) => kind !== "list" && kind !== "matrix" && kind !== "other");
  const found = labelNames.flatMap((name) => fieldsNamed(single, name));
  return found[0];
}

/**
 * What is where: by the flags; what they leave open by the names of the file, where a kind is asked for.
 *
 * @param kinds what may be found without a flag
 * @param wantsLabels a column of labels is looked for too
 * @throws {BadInput} when a flag names nothing, or nothing at all is found
 */
export async function evidencePlan(
  set: TableSet<FileTable>,
  flags: EvidenceFlags,
  names: FlagNames,
  { kinds, wantsLabels }: { readonly kinds: readonly EvidenceKind[]; readonly wantsLabels: boolean },
): Promise<EvidencePlan> {
  const { main } = set;
  const columns: Partial<Record<EvidenceKind, FeatureColumns>> = {};
  const isBare = main !== undefined && !main.named;
  const areNamed = evidenceKinds.some((kind) => flags[flagOf[kind]] !== undefined);
  for (const kind of evidenceKinds) {
    const flag = names[flagOf[kind]];
    const text =
      flags[flagOf[kind]] ?? (main === undefined || isBare || areNamed ? undefined : recognisedIn(main, kind, kinds));
    if (text !== undefined) columns[kind] = await featureColumns(set, text, flag);
  }
  const [only] = kinds;
  if (isBare && !areNamed && kinds.length === 1 && only !== undefined)
    columns[only] = await featureColumns(set, main.fields[0]?.name ?? "", names[flagOf[only]]);
  if (Object.keys(columns).length === 0) throw nothingFound(main, names, kinds);
  const labels =
    flags.labels !== undefined
      ? await located(set, flags.labels, names.labels)
      : wantsLabels && main?.named
        ? ownLabel(main)
        : undefined;
  return { columns, labels };
}

function recognisedIn(main: FileTable, kind: EvidenceKind, kinds: readonly EvidenceKind[]): string | undefined {
  return kinds.includes(kind) ? recognised(main, kind) : undefined;
}

async function located(set: TableSet<FileTable>, text: string, flag: string): Promise<EvidencePlan["labels"]> {
  const found = await set.locate(text, flag, "label");
  return { ...found, title: set.title(found) };
}

function ownLabel(main: FileTable): EvidencePlan["labels"] {
  const field = recognisedLabel(main);
  return field && { table: main, field, title: field.name };
}

function nothingFound(main: FileTable | undefined, names: FlagNames, kinds: readonly EvidenceKind[]): BadInput {
  const flags = kinds.map((kind) => names[flagOf[kind]]).join(", ");
  if (main === undefined) return new BadInput(`expected some of ${flags}`);
  const columns = nameList(main.fields.map(({ name }) => name));
  return new BadInput(`${main.file}: cannot tell which columns are what, expected ${flags}; columns: ${columns}`, {
    file: main.file,
  });
}
