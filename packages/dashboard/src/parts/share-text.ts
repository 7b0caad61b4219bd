import { valueText } from "./numbers.ts";

/**
 * A probability in percent: one digit, two where one would say 0 or 100 of what is neither, and beyond that a bound.
 *
 * @param share in [0, 1]
 */
export function shareText(share: number): string {
  if (share === 0 || share === 1) return valueText(share, "share", 0);
  if (share < 0.0001) return `< ${valueText(0.0001, "share", 2)}`;
  if (share > 0.9999) return `> ${valueText(0.9999, "share", 2)}`;
  return valueText(share, "share", share < 0.0005 || share >= 0.9995 ? 2 : 1);
}
