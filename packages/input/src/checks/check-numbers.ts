import { gap, type NumberColumn, type TimeValues } from "../table.ts";
import type { Located } from "../table-set.ts";
import { complainAbout } from "./complain.ts";
import type { BadRow, Explain, RowScreen } from "./row-screen.ts";

type Numbers = NumberColumn | TimeValues;

export interface NumberCheck {
  /** Position of the column in the batch. */
  readonly at: number;
  readonly located: Located;
  /** What the number is, for the count: `score`, `weight`. */
  readonly what: string;
  /** What is expected, for the complaint: `a probability in [0, 1]`. */
  readonly expected: string;
  /** What values of it are, for the count. Default `a number`. */
  readonly nature?: string;
}

function numbersAt({ columns }: BadRow, at: number): Numbers {
  const column = columns[at];
  if (column?.as !== "number" && column?.as !== "time") throw new TypeError("not a column of numbers");
  return column;
}

/** The complaint about a number that is out of its range. */
export function explainValue(
  { at, located, expected }: NumberCheck,
  hint?: (bad: BadRow) => string | undefined,
): Explain {
  return (bad) => {
    const value = numbersAt(bad, at).values[bad.index]!;
    return complainAbout(located, bad.row, expected, value, hint?.(bad));
  };
}

/** Lets the screen refuse rows where the number is missing, is no number, or is not finite. */
export function checkNumbers(screen: RowScreen, check: NumberCheck): void {
  const { at, located, what, expected, nature = "a number" } = check;
  const missing = screen.mark(`missing ${what}`, ({ row }) => complainAbout(located, row, expected, undefined));
  const notANumber = screen.mark(`${what} not ${nature}`, async ({ row }) =>
    complainAbout(located, row, expected, await located.table.textAt(located.field, row)),
  );
  const notFinite = screen.mark(`${what} not finite`, explainValue(check));
  screen.add((columns, marks) => {
    const column = columns[at];
    if (column?.as !== "number" && column?.as !== "time") throw new TypeError("not a column of numbers");
    const { values, gaps } = column;
    for (let i = 0; i < marks.length; i++) {
      const value = values[i]!;
      if (value - value === 0 || marks[i] !== 0) continue;
      const why = gaps?.[i] ?? gap.none;
      marks[i] = why === gap.missing ? missing : why === gap.notANumber ? notANumber : notFinite;
    }
  });
}
