import { FAILURES, SIZES } from "./guarantee.ts";
import type { Cell } from "./measure.ts";
import { beyondRank } from "./quantiles.ts";

/** A share in percent, with as many digits as the draws bear. */
function percent(share: number): string {
  return String(Number((100 * share).toPrecision(share < 0.001 ? 1 : share < 0.01 ? 2 : 3)));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The shares at all sizes, for every allowed failure. */
function shares(failures: readonly number[], find: (failure: number, n: number) => string): string[] {
  return failures.map((failure) => SIZES.map((n) => find(failure, n)).join(" · "));
}

function line(name: string, cells: readonly Cell[], failures: readonly number[]): string {
  const [first] = cells;
  const values = shares(failures, (failure, n) => {
    const cell = cells.find((one) => one.failure === failure && one.n === n);
    if (cell === undefined) return "–";
    const share = percent(cell.failures / cell.runs);
    return cell.inside ? share : `**${share}**`;
  });
  return row([name, first?.promise ?? "", ...values]);
}

function grouped<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

/** One table per family: the share of failures at all sizes, one column per allowed failure. */
export function tables(cells: readonly Cell[]): string {
  return grouped(cells, ({ family }) => family)
    .map(([family, some]) => {
      const isUsual = FAILURES.includes(some[0].failure);
      const failures = isUsual ? FAILURES : [some[0].failure];
      const head = row(["promise", "failures", ...failures.map((failure) => `allowed ${percent(failure)} %`)]);
      const rule = row(["---", "---", ...failures.map(() => "---")]);
      const exact = row([
        "*exact value of a threshold without ties*",
        "",
        ...shares(failures, (failure, n) => percent(beyondRank(n, failure))),
      ]);
      const lines = grouped(some, ({ name }) => name).map(([name, own]) => line(name, own, failures));
      const isExact = some.some(
        ({ n, failure, promised }) => promised === beyondRank(n, failure) && promised !== failure,
      );
      return [`### ${family}`, "", head, rule, ...(isExact ? [exact] : []), ...lines, ""].join("\n");
    })
    .join("\n");
}

/** How the whole compares with what chance allows. */
export function summary(cells: readonly Cell[]): string {
  const outside = cells.filter(({ inside }) => !inside);
  const smallest = Math.min(...cells.map(({ tail }) => tail));
  const draws = grouped(cells, ({ family, name, n }) => `${family}|${name}|${n}`).reduce(
    (sum, [, [first]]) => sum + first.runs,
    0,
  );
  return [
    `${cells.length} cells from ${draws} draws; ${outside.length} outside their band;`,
    `the smallest tail probability is ${smallest.toPrecision(2)}, 1 / cells is ${(1 / cells.length).toPrecision(2)}.`,
  ].join(" ");
}

/** Every cell with its band, as CSV. */
export function csv(cells: readonly Cell[]): string {
  const lines = cells.map(({ family, name, promise, n, failure, promised, runs, failures, lower, upper, inside }) =>
    [`"${family}"`, `"${name}"`, promise, n, failure, promised, runs, failures, lower, upper, inside].join(","),
  );
  return ["family,promise,failures,n,allowed,promised,draws,failed,lower,upper,inside", ...lines, ""].join("\n");
}
