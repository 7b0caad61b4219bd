import { bounds } from "./bounds.ts";
import type { Family } from "./guarantee.ts";
import { intervals } from "./intervals.ts";
import { leftOut } from "./left-out.ts";
import { alarms, meanRuns, online } from "./online.ts";
import { quantiles } from "./quantiles.ts";
import { repairs } from "./repairs.ts";
import { onAverage, riskControl, together } from "./risk-control.ts";
import { selectedLabels } from "./selected-labels.ts";
import { selection } from "./selection.ts";
import { sets } from "./sets.ts";
import { statements } from "./statements.ts";

/** Every guarantee of the library. */
export const families: readonly Family[] = [
  quantiles,
  sets,
  intervals,
  leftOut,
  repairs,
  online,
  alarms,
  meanRuns,
  bounds,
  riskControl,
  onAverage,
  together,
  selection,
  selectedLabels,
  statements,
];
