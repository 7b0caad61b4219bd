import { BadInput, nameList, printable } from "@candor/input";
import type { EvidenceFile } from "./read-evidence.ts";

/**
 * The class of every row as its number: labels that name classes by these names, else whole numbers from 0 on. Without
 * logits, probabilities and a head the order does not matter, and any labels will do.
 *
 * @param classes how many classes there are; undefined where labels only part the rows
 * @throws {BadInput} for a label that is no class
 */
export function classCodes(
  { labels, classNames, sourceName }: Pick<EvidenceFile, "labels" | "classNames" | "sourceName">,
  classes: number | undefined,
): Int32Array | undefined {
  if (labels === undefined) return undefined;
  const { codes, values } = labels;
  if (classes === undefined) {
    const sorted = [...values].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
    const place = values.map((value) => sorted.indexOf(value));
    return codes.map((code) => place[code] ?? 0);
  }
  const places = values.map((value) => {
    const named = classNames?.indexOf(value) ?? -1;
    if (named >= 0) return named;
    const number = value.trim() === "" ? Number.NaN : Number(value);
    if (Number.isInteger(number) && number >= 0 && number < classes) return number;
    const expected = classNames === undefined ? "" : ` or one of ${nameList(classNames)}`;
    throw new BadInput(
      `${sourceName}: the label ${printable(value)} is no class, expected a whole number from 0 to ${classes - 1}${expected}`,
      { file: sourceName },
    );
  });
  return codes.map((code) => places[code] ?? 0);
}
