import { type Comparison, type Judged, type PairedDifference, pairedDifference, type Single } from "./compare-auto.ts";
import type { SplitSet } from "./compare-sets.ts";

/** Sets of one kind that were compared. */
export interface ComparedGroup {
  readonly title: string;
  /** The method of a column of its own: SMS for networks, Platt for confidences. */
  readonly third: string;
  readonly compared: readonly (readonly [SplitSet, Comparison])[];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line), ""];
}

const show = (value: number): string => value.toFixed(4);

function interval({ value, lower, upper }: PairedDifference): string {
  return `${show(value)} [${show(lower)}, ${show(upper)}]`;
}

function single({ singles }: Comparison, method: string): Single | undefined {
  return singles.find((candidate) => candidate.method === method);
}

function metricTable(
  { third, compared }: ComparedGroup,
  metric: "logLoss" | "brier" | "ece15",
  others: (comparison: Comparison) => string[],
  head: readonly string[],
): string[] {
  const cell = (judged: Judged | undefined): string => (judged ? show(judged[metric]) : "no fit");
  const rows = compared.map(([, c]) => [
    c.name,
    cell(c.before),
    cell(single(c, "temperature")),
    cell(single(c, third)),
    cell(c.singles[0]),
    cell(c.auto),
    ...others(c),
  ]);
  return table(["set", "before", "temperature", third, "best single", "auto", ...head], rows);
}

function choices({ compared }: ComparedGroup): string[] {
  const rows = compared.map(([, c]) => {
    const { label, improvement } = c.document;
    const promised = interval(improvement.logLoss);
    const kept = show(c.before.logLoss - c.auto.logLoss);
    return [c.name, `${c.rows}`, label, promised, kept, c.seconds.toFixed(1), c.singles[0]?.method ?? ""];
  });
  const head = ["set", "rows", "auto chose", "gain in log loss it promised", "on the test half", "s", "best single"];
  return table(head, rows);
}

function oneForAll({ compared }: ComparedGroup): string[] {
  const sets = compared.length;
  const methods = compared[0]?.[1].singles.map(({ method }) => method) ?? [];
  const rows = methods.flatMap((method) => {
    const differences = compared.flatMap(([{ test }, c]) => {
      const judged = single(c, method);
      return judged ? [pairedDifference(judged.losses, c.auto.losses, test)] : [];
    });
    if (differences.length < sets) return [];
    const values = differences.map(({ value }) => value);
    return [
      {
        method,
        mean: values.reduce((a, b) => a + b, 0) / sets,
        most: Math.max(...values),
        worse: differences.filter(({ lower }) => lower > 0).length,
        better: differences.filter(({ upper }) => upper < 0).length,
      },
    ];
  });
  rows.sort((a, b) => a.mean - b.mean);
  const cells = rows
    .slice(0, 10)
    .map(({ method, mean, most, worse, better }) => [method, show(mean), show(most), `${worse}`, `${better}`]);
  return table(["one method for all sets", "mean excess over auto", "largest", "worse", "better"], cells);
}

function counts({ compared }: ComparedGroup): string {
  const all = compared.map(([, comparison]) => comparison);
  const count = (of: (c: Comparison) => PairedDifference): string => {
    const worse = all.filter((c) => of(c).lower > 0).length;
    const better = all.filter((c) => of(c).upper < 0).length;
    return `${worse} above 0 (auto worse), ${better} below 0 (auto better)`;
  };
  return [
    `Intervals of the ${all.length} sets that exclude 0: ${count((c) => c.fromBest)} against the best with hindsight;`,
    `${count((c) => c.fromChosen)} against the best chosen on other test rows.`,
  ].join(" ");
}

/** The Markdown of one kind of sets. */
export function groupTables(group: ComparedGroup): string {
  const differences = (c: Comparison): string[] => [interval(c.fromBest), interval(c.fromChosen)];
  return [
    `## ${group.title}`,
    "",
    "Log loss on the test half:",
    "",
    ...metricTable(group, "logLoss", differences, ["auto − best single", "auto − best chosen on other rows"]),
    counts(group),
    "",
    "Brier score:",
    "",
    ...metricTable(group, "brier", () => [], []),
    "Calibration error (ECE, 15 bins):",
    "",
    ...metricTable(group, "ece15", () => [], []),
    "What was chosen, and whether the promise was kept:",
    "",
    ...choices(group),
    ...oneForAll(group),
  ].join("\n");
}
