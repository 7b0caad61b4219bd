import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom, matrix, topLabel } from "@candor/core";
import { afterAll, describe, expect, it } from "vitest";
import { data, npy } from "../packages/app/test/calibrate/class-data.ts";
import { band } from "./validity/measure.ts";
import { drawn, halved, type Known, known, study, type Tally } from "./validity/selective.ts";

const FOLDER = "c100_probs_3models";
const present = existsSync(join(data, FOLDER));
const table = process.env["SELECTIVE_TABLE"];
const runs = Number(process.env["SELECTIVE_RUNS"] ?? (table ? 1000 : 40));

if (!present) {
  if (process.env["CI"] === "true") throw new Error("../shared/data is missing: the study needs it");
  console.warn("skipped: ../shared/data is not there");
}

/** Largest error rates, with a coverage that the certificate must reach on average, few samples or many. */
const targets = [
  { maxError: 0.02, coverage: 0.22 },
  { maxError: 0.05, coverage: 0.5 },
  { maxError: 0.1, coverage: 0.64 },
] as const;

function wideResNet(): Known {
  const { values: labels } = npy(FOLDER, "labels.npy");
  const { values } = npy(FOLDER, "probs_wideresnet-16-4-cifar-100.npy");
  const { confidence, predicted } = topLabel(matrix(values, labels.length, 100));
  return known(
    confidence,
    Uint8Array.from(predicted, (k, i) => (k === labels[i] ? 0 : 1)),
  );
}

function rows(maxError: number, tallies: readonly Tally[]): string[] {
  return tallies.map(
    ({ name, coverage, broken, refused }) =>
      `| ${100 * maxError} % | ${name} | ${coverage.toFixed(4)} | ${broken} | ${refused} |`,
  );
}

const head: readonly string[] = [
  "",
  `| target | procedure | mean coverage | broken, of ${runs} | refused |`,
  "|---|---|---|---|---|",
];

describe.skipIf(!present)("certified selective risk on CIFAR-100", () => {
  const written: { readonly drawn: string[]; readonly halves: string[] } = { drawn: [], halves: [] };
  const { upper } = band(runs, 0.05, "at most");

  it.each(targets)(
    "certifySelectiveRisk(…) accepts more than $coverage at $maxError, within the failure",
    {
      timeout: 36e5,
    },
    ({ maxError, coverage }) => {
      const all = wideResNet();
      const random = createRandom(1);
      const tallies = study(maxError, runs, () => drawn(all, 5000, random));
      written.drawn.push(...rows(maxError, tallies));
      if (table)
        written.halves.push(
          ...rows(
            maxError,
            study(maxError, runs, () => halved(all, random)),
          ),
        );
      expect(tallies[0].coverage).toBeGreaterThan(coverage);
      for (const { name, broken } of tallies.slice(0, -1)) expect(broken, name).toBeLessThanOrEqual(upper);
    },
  );

  afterAll(() => {
    if (!table) return;
    const first = [`Drawn with replacement; up to ${upper} of ${runs} broken are in the band`, ...head];
    writeFileSync(table, [...first, ...written.drawn, "", "Halves", ...head, ...written.halves, ""].join("\n"));
  });
});
