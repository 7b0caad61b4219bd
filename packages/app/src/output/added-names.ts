import type { AddedColumns } from "./calibrated-writer.ts";

/** What to call a name that the file already uses. */
const prefix = "calibrated_";

/** A name for each added column that no column of the file has, and which names had to be changed. */
export interface AddedNames {
  readonly added: AddedColumns;
  /** All of them, in the order in which they are written. */
  readonly names: readonly string[];
  /** Names that the file already uses, and what takes their place. */
  readonly changed: readonly { readonly name: string; readonly instead: string }[];
  /** A name that is taken either way. */
  readonly clash: string | undefined;
}

/**
 * Names for what is added to a file: `confidence` and, of several classes, `prediction` and `p_<class>`. One that the
 * file already uses, in upper or lower case, is put behind `calibrated_`.
 *
 * @param existing columns of the file
 * @param into what to call the confidence instead; taken as it is
 * @param classNames undefined for one score per row
 */
export function nameAdded(
  existing: readonly string[],
  into: string | undefined,
  classNames: readonly string[] | undefined,
): AddedNames {
  const taken = new Set(existing.map((name) => name.toLowerCase()));
  const changed: { name: string; instead: string }[] = [];
  let clash: string | undefined;
  const free = (name: string): string => {
    const isTaken = taken.has(name.toLowerCase());
    const chosen = isTaken ? `${prefix}${name}` : name;
    if (taken.has(chosen.toLowerCase())) clash ??= chosen;
    if (isTaken) changed.push({ name, instead: chosen });
    taken.add(chosen.toLowerCase());
    return chosen;
  };
  const keep = (name: string): string => {
    if (taken.has(name.toLowerCase())) clash ??= name;
    taken.add(name.toLowerCase());
    return name;
  };
  const prediction = classNames === undefined ? undefined : free("prediction");
  const confidence = into === undefined ? free("confidence") : keep(into);
  if (classNames === undefined || prediction === undefined)
    return { added: { confidence, classes: undefined }, names: [confidence], changed, clash };
  const probabilities = classNames.map((name) => free(`p_${name}`));
  return {
    added: { confidence, classes: { prediction, names: classNames, probabilities } },
    names: [prediction, confidence, ...probabilities],
    changed,
    clash,
  };
}
