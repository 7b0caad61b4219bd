import { complainAbout, type ScreenedRows } from "@candor/input";
import { CheckedBlock, type NumberCheck } from "../checked-block.ts";
import type { EvidenceKind } from "./evidence-plan.ts";
import type { FeatureColumns } from "./feature-columns.ts";

/** How far single precision may carry a probability above 1, and the sum of a row from 1. */
const ROUNDING = 1e-6;
const SUM_TOLERANCE = 1e-3;

function atPosition(k: number): string {
  return ` at position ${k}`;
}

function finite(what: string): NumberCheck {
  return {
    what,
    wrongLength: `wrong number of ${what}s`,
    outside: `${what} that is no finite number`,
    expected: `a finite ${what}`,
    isGood: Number.isFinite,
    which: atPosition,
  };
}

const checks: Readonly<Record<EvidenceKind, NumberCheck>> = {
  features: finite("feature"),
  logits: finite("logit"),
  probabilities: {
    what: "probability",
    wrongLength: "wrong number of probabilities",
    outside: "probability outside [0, 1]",
    expected: "a probability in [0, 1]",
    isGood: (value) => value >= 0 && value <= 1 + ROUNDING,
    which: atPosition,
  },
};

/** The numbers of one kind, checked row by row. */
export function evidenceValues(columns: FeatureColumns, kind: EvidenceKind, rows: ScreenedRows): CheckedBlock {
  const block = new CheckedBlock(columns, checks[kind], rows);
  if (kind === "probabilities") checkSums(block, columns, rows);
  return block;
}

function checkSums(block: CheckedBlock, { table, fields }: FeatureColumns, { screen }: ScreenedRows): void {
  const sumOf = (values: Float64Array, row: number): number => {
    let sum = 0;
    for (let cell = row * block.width; cell < (row + 1) * block.width; cell++) sum += values[cell]!;
    return sum;
  };
  const badSum = screen.mark("probabilities that do not sum to 1", ({ columns, index, row }) => {
    const sum = Number(sumOf(block.block(columns).values, index).toPrecision(6));
    return complainAbout({ table, field: fields[0]! }, row, "probabilities that sum to 1", sum);
  });
  screen.add((columns, marks) => {
    const { values } = block.block(columns);
    for (let row = 0; row < marks.length; row++)
      if (marks[row] === 0 && !(Math.abs(sumOf(values, row) - 1) <= SUM_TOLERANCE)) marks[row] = badSum;
  });
}
