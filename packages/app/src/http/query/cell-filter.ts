import type { CellQuery, PredictionFilter } from "../../store/event-store.ts";
import { oneSegment } from "./scope.ts";

/**
 * The query of cells that a filter of predictions amounts to.
 *
 * @throws {HttpError} 400 for several segments: cells are kept of one at a time
 */
export function cellFilter(filter: PredictionFilter): Omit<CellQuery, "bucket" | "groups"> {
  const { project, model, version, from, to } = filter;
  return {
    project,
    ...(model === undefined ? {} : { model }),
    ...(version === undefined ? {} : { version }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    segment: oneSegment(filter),
  };
}
