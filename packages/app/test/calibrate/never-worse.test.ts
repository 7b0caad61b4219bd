import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Draw, drawNeverWorse, type Summary, summarize } from "./never-worse.ts";
import { binarySets, multiclassSets, present, type RealSet } from "./real-sets.ts";

const draws = Number(process.env["NEVER_WORSE_DRAWS"] ?? 200);
const table = process.env["NEVER_WORSE_TABLE"];

if (!present) {
  if (process.env["CI"] === "true") throw new Error("../shared/data is missing: the simulation needs it");
  console.warn("skipped: ../shared/data is not there");
}

function line({
  name,
  draws: count,
  logLoss,
  brier,
  worstLogLoss,
  worstBrier,
  mostLogLoss,
  mostBrier,
  leftAlone,
}: Summary): string {
  const cells = [logLoss, worstLogLoss, mostLogLoss, brier, worstBrier, mostBrier].map((x) => x.toFixed(4));
  return `| ${name} | ${count} | ${cells.join(" | ")} | ${leftAlone} |`;
}

function record(title: string, all: readonly Draw[], sets: readonly RealSet[]): Summary {
  const overall = summarize("all", all);
  if (table) {
    const bySize = [
      [30, 60],
      [60, 120],
      [120, 250],
      [250, 501],
    ].flatMap(([from = 0, to = 0]) => {
      const some = all.filter(({ n }) => n >= from && n < to);
      return some.length > 0 ? [summarize(`n ${from} to ${to - 1}`, some)] : [];
    });
    const bySet = sets.map(({ name }) =>
      summarize(
        name,
        all.filter((draw) => draw.set === name),
      ),
    );
    const claims = all.filter((draw) => draw.claimedAbove0);
    const wrong = claims.filter((draw) => draw.logLoss > 0).length;
    const moved = all.filter((draw) => draw.method !== "identity");
    const claimed = moved.reduce((sum, draw) => sum + draw.claimed, 0) / moved.length;
    const true_ = moved.reduce((sum, draw) => sum - draw.logLoss, 0) / moved.length;
    const lines = [
      `### ${title}`,
      "",
      "| set | draws | log loss | worst 1 % | worst | Brier | worst 1 % | worst | left alone |",
      "|---|---|---|---|---|---|---|---|---|",
      ...[overall, ...bySize, ...bySet].map(line),
      "",
      `Interval of the gain above 0: ${claims.length} draws, of which ${wrong} are worse on the other rows. Mean gain where the scores were changed: ${claimed.toFixed(4)} in the documents, ${true_.toFixed(4)} on the other rows.`,
      "",
    ];
    writeFileSync(table, `${lines.join("\n")}\n`, { flag: "a" });
  }
  return overall;
}

describe.skipIf(!present)("auto on small calibration sets drawn from real ones", () => {
  it("fitDocument(data) is on average not worse than the scores, and its worst 1 % is bounded: one score per row", {
    timeout: 36e5,
  }, () => {
    const sets = binarySets();
    const { logLoss, brier, worstLogLoss, worstBrier } = record(
      "One score per row",
      drawNeverWorse(sets, draws, 1),
      sets,
    );
    expect(logLoss).toBeLessThan(0);
    expect(brier).toBeLessThan(0);
    expect(worstLogLoss).toBeLessThan(0.05);
    expect(worstBrier).toBeLessThan(0.02);
  });

  it("fitDocument(data) is on average not worse than the scores, and its worst 1 % is bounded: one score per class", {
    timeout: 36e5,
  }, () => {
    const sets = multiclassSets();
    const all = drawNeverWorse(sets, Math.ceil(draws / 5), 2);
    const { logLoss, brier, worstLogLoss, worstBrier } = record("One score per class", all, sets);
    expect(logLoss).toBeLessThan(0);
    expect(brier).toBeLessThan(0);
    expect(worstLogLoss).toBeLessThan(0.05);
    expect(worstBrier).toBeLessThan(0.02);
  });
});
