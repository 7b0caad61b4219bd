import { timeGrid } from "../../cells/grid.ts";
import { nextUp } from "../next-up.ts";

/** The smallest double that lies in a cell of `timeGrid`: the threshold that parts the cell from those below. */
export function smallestOfCell(cell: number): number {
  const { lower } = timeGrid.boundsOf(cell);
  return timeGrid.cellOf(lower) === cell ? lower : nextUp(lower);
}
