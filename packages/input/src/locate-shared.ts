import { BadInput } from "./bad-input.ts";
import type { InputOptions } from "./input-options.ts";
import { labelWeightName, plainName, propensityName, type Role } from "./known-names.ts";
import { printable } from "./show.ts";
import type { Field, Table } from "./table.ts";
import type { Located, TableSet } from "./table-set.ts";

/** The columns that rows of every kind may have. */
export interface SharedPlan {
  readonly weight: Located | undefined;
  readonly time: Located | undefined;
  readonly by: readonly (Located & { readonly name: string })[];
  readonly group: Located | undefined;
  readonly propensity?: Located | undefined;
  readonly rowId?: Located | undefined;
  readonly inDistribution?: Located | undefined;
}

/**
 * The field as one that holds a number per row.
 *
 * @param flag what asked for it, e.g. `--score`
 * @throws {BadInput} when it holds several values per row, dates or nested values
 */
export function checkedNumeric(located: Located, flag: string): Located {
  const { field, table } = located;
  if (field.kind === "number" || field.kind === "text" || field.kind === "boolean") return located;
  const got =
    field.kind === "matrix" ? `${field.width} values per row` : field.kind === "time" ? "dates" : "nested values";
  const hint = field.kind === "matrix" && flag === "--score" ? "name it with --probs or --logits" : undefined;
  throw new BadInput(`${table.file}: expected one number per row in ${printable(field.name)} (${flag}), got ${got}`, {
    file: table.file,
    column: field.name,
    hint,
  });
}

/** The column or file that a flag names, as one that holds a number per row. */
export async function locateNumber(set: TableSet, text: string, flag: string, role?: Role): Promise<Located> {
  return checkedNumeric(await set.locate(text, flag, role), flag);
}

/** What `--propensity` says where a column of that name is something else. */
export const noPropensity = "none";

/**
 * The column of propensities that is known by its name, where no flag says anything about it.
 *
 * @param taken fields that are something else
 */
export function recognisedPropensity(
  main: Table | undefined,
  { propensity, weight }: Pick<InputOptions, "propensity" | "weight">,
  taken: ReadonlySet<Field>,
): Located | undefined {
  if (propensity !== undefined || main === undefined || !main.named) return undefined;
  if (weight !== undefined && plainName(weight) === labelWeightName) return undefined;
  const found = main.fields.filter((field) => plainName(field.name) === propensityName && !taken.has(field));
  return found.length === 1 ? checkedNumeric({ table: main, field: found[0]! }, "--propensity") : undefined;
}

/** The columns that flags name for weight, time, segments, groups, propensities and numbers of rows. */
export async function locateShared(
  set: TableSet,
  {
    weight,
    time,
    by = [],
    group,
    propensity,
    rowId,
    inDistribution,
  }: Pick<InputOptions, "weight" | "time" | "by" | "group" | "propensity" | "rowId" | "inDistribution">,
): Promise<SharedPlan> {
  const segments: (Located & { name: string })[] = [];
  const weights = weight === undefined ? undefined : await locateNumber(set, weight, "--weight");
  const times = time === undefined ? undefined : await set.locate(time, "--time");
  for (const text of by) {
    const located = await set.locate(text, "--by");
    segments.push({ ...located, name: located.field.name });
  }
  const groups = group === undefined ? undefined : await set.locate(group, "--group");
  const isGiven = propensity !== undefined && propensity !== noPropensity;
  const propensities = isGiven ? await locateNumber(set, propensity, "--propensity") : undefined;
  const ids = rowId === undefined ? undefined : await set.locate(rowId, "--row-id");
  const inside =
    inDistribution === undefined ? undefined : await locateNumber(set, inDistribution, "--in-distribution");
  return {
    weight: weights,
    time: times,
    by: segments,
    group: groups,
    propensity: propensities,
    rowId: ids,
    inDistribution: inside,
  };
}

/** The names of these columns by role, for the report. */
export function sharedTitles(
  set: TableSet,
  { weight, time, by, group, propensity, rowId, inDistribution }: SharedPlan,
): Record<string, string> {
  const title = (located: Located) => set.title(located);
  return {
    ...(weight ? { weight: title(weight) } : {}),
    ...(time ? { time: title(time) } : {}),
    ...(by.length > 0 ? { by: by.map(title).join(", ") } : {}),
    ...(group ? { group: title(group) } : {}),
    ...(propensity ? { propensity: title(propensity) } : {}),
    ...(rowId ? { rowId: title(rowId) } : {}),
    ...(inDistribution ? { inDistribution: title(inDistribution) } : {}),
  };
}

/** The fields of these columns. */
export function sharedFields(plan: SharedPlan): Set<Field> {
  const { weight, time, by, group, propensity, rowId, inDistribution } = plan;
  return new Set(
    [weight, time, ...by, group, propensity, rowId, inDistribution].flatMap((located) => located?.field ?? []),
  );
}
