import { BadInput, nameList } from "@candor/input";
import { type BoxLayout, boxLayouts } from "./known-box-columns.ts";

/** What the user says about files of boxes beyond their names. */
export interface DetectionOptions {
  /** File with the true boxes. */
  readonly groundTruth?: string;
  /** File with the images that were looked at, where the ground truth names only those with boxes. */
  readonly images?: string;
  /** `xywh`, `xyxy` or `yxyx`, with a colon and four column names where they are not recognised. */
  readonly box?: string;
  readonly boxUnits?: "pixels" | "relative";
  readonly imageColumn?: string;
  readonly categoryColumn?: string;
  readonly score?: string;
  readonly skipBad?: boolean;
  readonly format?: string;
}

/** What `--box` says. */
export interface WantedBox {
  readonly layout: BoxLayout | undefined;
  /** Four columns; undefined where they are to be recognised. */
  readonly columns: readonly string[] | undefined;
}

/**
 * Reads `--box xywh` and `--box yxyx:top,left,bottom,right`.
 *
 * @throws {BadInput} for another layout, or not four columns
 */
export function wantedBox(text: string | undefined): WantedBox {
  if (text === undefined) return { layout: undefined, columns: undefined };
  const [name = "", rest] = text.split(":", 2);
  const layout = boxLayouts.find((known) => known === name.trim().toLowerCase());
  if (layout === undefined) throw new BadInput(`--box ${text}: expected one of ${boxLayouts.join(", ")}`);
  if (rest === undefined) return { layout, columns: undefined };
  const columns = rest.split(",").map((column) => column.trim());
  if (columns.length !== 4 || columns.includes(""))
    throw new BadInput(`--box ${text}: expected four columns after the colon, got ${nameList(columns)}`);
  return { layout, columns };
}
