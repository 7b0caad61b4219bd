import { timeGrid } from "@candor/core";

/** A group of `week_cells` by its first cell. The table holds what this says: another grouping is another migration. */
export const firstOfGroupSql = `CAST(CASE WHEN cell IN (0, 259, 518, 519) THEN cell
  WHEN cell < 21 OR cell > 497 THEN greatest(1, cell // 3 * 3)
  ELSE greatest(21, (cell - 4) // 8 * 8 + 4) END AS SMALLINT)`;

/** Groups of cells that `week_cells` keeps: 60 stretches, the points 0, ½ and 1 apart, the halvings near 0 and 1 by threes. */
export function firstOfGroup(cell: number): number {
  if ([0, (timeGrid.size - 1) / 2, timeGrid.size - 1, timeGrid.size].includes(cell)) return cell;
  if (cell < 21 || cell > 497) return Math.max(1, Math.floor(cell / 3) * 3);
  return Math.max(21, Math.floor((cell - 4) / 8) * 8 + 4);
}

/**
 * How far a query tells cells apart: not at all, no further than the groups that are kept, or further.
 *
 * @param groups per cell its group; undefined: every cell by itself
 */
export function finenessOf(groups: Int16Array | undefined): "one" | "groups" | "cells" {
  if (groups?.length !== timeGrid.size + 1) return "cells";
  if (groups.every((group) => group === groups[0])) return "one";
  return groups.every((group, cell) => group === groups[firstOfGroup(cell)]) ? "groups" : "cells";
}
