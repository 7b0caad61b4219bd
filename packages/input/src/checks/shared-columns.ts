import type { InsidePValues, SegmentColumn, TimeColumn } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import { CategoryCodes } from "../category-codes.ts";
import type { SharedPlan } from "../locate-shared.ts";
import type { Slots } from "../slots.ts";
import type { CategoryColumn, Column } from "../table.ts";
import type { Located } from "../table-set.ts";
import { checkNumbers, explainValue } from "./check-numbers.ts";
import { largestNumber } from "./largest-number.ts";
import { pickDoubles, pickInts } from "./pick.ts";
import type { RowScreen } from "./row-screen.ts";

/** Most groups a `--by` column can have. */
export const mostSegments = 10_000;
/** Most groups of rows that belong together. */
const mostGroups = 10_000_000;
const missingSegment = "(missing)";

interface Segment {
  readonly at: number;
  readonly name: string;
  /** Codes of the file to codes of the report, where nothing is a value too. */
  readonly codes: CategoryCodes;
  map: Int32Array;
  mapped: number;
}

export interface SharedParts {
  readonly weights?: Float64Array;
  readonly segments: readonly SegmentColumn[];
  readonly groups?: SegmentColumn;
  readonly time?: TimeColumn;
  readonly propensities?: Float64Array;
  readonly rowIds?: readonly (string | null)[];
  readonly insidePValues?: InsidePValues;
}

/** Weight, time, segments and groups: what every task may have. */
export class SharedColumns {
  readonly #plan: SharedPlan;
  readonly #weight: number | undefined;
  readonly #propensity: number | undefined;
  readonly #rowId: number | undefined;
  readonly #inside: number | undefined;
  readonly #time: number | undefined;
  readonly #segments: readonly Segment[];
  readonly #group: Segment | undefined;
  #totalWeight = 0;

  constructor(plan: SharedPlan, slots: Slots, screen: RowScreen) {
    this.#plan = plan;
    this.#weight = addWeight(plan, slots, screen);
    this.#propensity = addPropensity(plan, slots, screen);
    this.#rowId = plan.rowId && slots.add(plan.rowId.table, { as: "text", field: plan.rowId.field });
    this.#inside = addInside(plan, slots, screen);
    this.#time = addTime(plan, slots, screen);
    const category = ({ table, field }: Located, limit: number, purpose: string): Segment => ({
      at: slots.add(table, { as: "category", field, limit, purpose }),
      name: field.name,
      codes: new CategoryCodes(Number.POSITIVE_INFINITY, () => new RangeError(purpose)),
      map: new Int32Array(0),
      mapped: 0,
    });
    this.#segments = plan.by.map((located) => ({
      ...category(located, mostSegments, "too many groups for --by"),
      name: located.name,
    }));
    this.#group = plan.group && category(plan.group, mostGroups, "too many for --group");
  }

  /** The parts of a batch, without the rows left out. */
  parts(columns: readonly Column[], keep: Int32Array | undefined): SharedParts {
    const weights = this.#weight === undefined ? undefined : columns[this.#weight];
    const time = this.#time === undefined ? undefined : columns[this.#time];
    const column = (segment: Segment): SegmentColumn => {
      const codes = mapCodes(segment, columns[segment.at]!, keep);
      return { name: segment.name, codes, values: segment.codes.values };
    };
    const propensity = this.#propensity === undefined ? undefined : columns[this.#propensity];
    const propensities = propensity?.as === "number" ? pickDoubles(propensity.values, keep) : undefined;
    const own = weights?.as === "number" ? pickDoubles(weights.values, keep) : undefined;
    const kept = propensities === undefined ? own : propensities.map((p, i) => (own === undefined ? 1 : own[i]!) / p);
    const inside = this.#inside === undefined ? undefined : columns[this.#inside];
    const ids = this.#rowId === undefined ? undefined : columns[this.#rowId];
    if (kept) for (let i = 0; i < kept.length; i++) this.#totalWeight += kept[i]!;
    return {
      segments: this.#segments.map(column),
      ...(this.#group ? { groups: column(this.#group) } : {}),
      ...(kept ? { weights: kept } : {}),
      ...(propensities ? { propensities } : {}),
      ...(ids?.as === "text"
        ? { rowIds: keep === undefined ? ids.values : Array.from(keep, (i) => ids.values[i] ?? null) }
        : {}),
      ...(inside?.as === "number"
        ? { insidePValues: { name: this.#plan.inDistribution!.field.name, values: pickDoubles(inside.values, keep) } }
        : {}),
      ...(time?.as === "time"
        ? { time: { name: this.#plan.time!.field.name, values: pickDoubles(time.values, keep), kind: time.kind } }
        : {}),
    };
  }

  /** @throws {BadInput} when all weights are zero */
  finish(): void {
    const { weight } = this.#plan;
    if (weight === undefined || this.#totalWeight > 0) return;
    throw new BadInput(`${weight.table.file}: all weights are 0, expected a weight above 0 in some row`, {
      file: weight.table.file,
      column: weight.field.name,
    });
  }
}

function mapCodes(segment: Segment, column: Column, keep: Int32Array | undefined): Int32Array {
  if (column.as !== "category") throw new TypeError("not a column of categories");
  const { values } = column satisfies CategoryColumn;
  if (values.length > segment.map.length) {
    const larger = new Int32Array(values.length * 2);
    larger.set(segment.map);
    segment.map = larger;
  }
  for (; segment.mapped < values.length; segment.mapped++)
    segment.map[segment.mapped] = segment.codes.code(values[segment.mapped]!);
  const picked = pickInts(column.codes, keep);
  const out = new Int32Array(picked.length);
  for (let i = 0; i < picked.length; i++) {
    const code = picked[i]!;
    out[i] = code < 0 ? segment.codes.code(missingSegment) : segment.map[code]!;
  }
  return out;
}

function addWeight({ weight }: SharedPlan, slots: Slots, screen: RowScreen): number | undefined {
  if (weight === undefined) return undefined;
  const at = slots.add(weight.table, { as: "number", field: weight.field });
  const check = { at, located: weight, what: "weight", expected: "a weight of 0 or more" };
  checkNumbers(screen, check);
  const negative = screen.mark("negative weight", explainValue(check));
  const tooLarge = screen.mark(
    "weight too large",
    explainValue(check, () => `its size may be ${largestNumber} at most`),
  );
  screen.add((columns, marks) => {
    const column = columns[at];
    if (column?.as !== "number") return;
    for (let i = 0; i < marks.length; i++) {
      const value = column.values[i]!;
      if ((value >= 0 && value <= largestNumber) || marks[i] !== 0) continue;
      marks[i] = value < 0 ? negative : tooLarge;
    }
  });
  return at;
}

function addPropensity({ propensity }: SharedPlan, slots: Slots, screen: RowScreen): number | undefined {
  if (propensity === undefined) return undefined;
  const at = slots.add(propensity.table, { as: "number", field: propensity.field });
  const expected = "a probability of being labelled, above 0 and at most 1";
  const check = { at, located: propensity, what: "propensity", expected };
  checkNumbers(screen, check);
  const outside = screen.mark(
    "propensity not in (0, 1]",
    explainValue(check, ({ columns, index }) => {
      const column = columns[at];
      return column?.as === "number" && column.values[index] === 0
        ? "a row that could not be selected cannot stand for others"
        : "a column of that name that is something else: --propensity none";
    }),
  );
  screen.add((columns, marks) => {
    const column = columns[at];
    if (column?.as !== "number") return;
    for (let i = 0; i < marks.length; i++) {
      const value = column.values[i]!;
      if (marks[i] === 0 && !(value >= smallestPropensity && value <= 1)) marks[i] = outside;
    }
  });
  return at;
}

function addInside({ inDistribution }: SharedPlan, slots: Slots, screen: RowScreen): number | undefined {
  if (inDistribution === undefined) return undefined;
  const at = slots.add(inDistribution.table, { as: "number", field: inDistribution.field });
  const check = { at, located: inDistribution, what: "p-value", expected: "a p-value in [0, 1]" };
  checkNumbers(screen, check);
  const outside = screen.mark("p-value outside [0, 1]", explainValue(check));
  screen.add((columns, marks) => {
    const column = columns[at];
    if (column?.as !== "number") return;
    for (let i = 0; i < marks.length; i++) {
      const value = column.values[i]!;
      if (marks[i] === 0 && !(value >= 0 && value <= 1)) marks[i] = outside;
    }
  });
  return at;
}

/** Below this the square of a weight says nothing any more. */
const smallestPropensity = 1e-12;

function addTime({ time }: SharedPlan, slots: Slots, screen: RowScreen): number | undefined {
  if (time === undefined) return undefined;
  const at = slots.add(time.table, { as: "time", field: time.field });
  const expected = "an ISO 8601 date (or a number in every row)";
  checkNumbers(screen, { at, located: time, what: "time", expected, nature: "a date or number" });
  return at;
}
