import type { Field } from "./table.ts";

/** A column whose name fits a pattern. */
export interface FittingField {
  readonly field: Field;
  /** What stands in the name for each star of the pattern, in order; each but the last as short as it can be. */
  readonly stars: readonly string[];
}

/**
 * The columns whose names fit a pattern such as `p_*`, in the order of the file: exactly, or else but for upper and lower
 * case. A star stands for one character or more.
 *
 * @param isMeant passes over columns that the pattern cannot mean, before case is given up
 */
export function fieldsLike(
  fields: readonly Field[],
  pattern: string,
  isMeant: (fitting: FittingField) => boolean = () => true,
): FittingField[] {
  const source = `^${pattern
    .split("*")
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("(.+?)")}$`;
  const matched = (flags: string): FittingField[] => {
    const expression = new RegExp(source, flags);
    return fields
      .flatMap((field) => {
        const stars = expression.exec(field.name)?.slice(1);
        return stars === undefined ? [] : [{ field, stars }];
      })
      .filter(isMeant);
  };
  const exact = matched("su");
  return exact.length > 0 ? exact : matched("sui");
}
