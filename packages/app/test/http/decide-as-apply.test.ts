import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Calibrator, createRandom, fitSpline, policyFromCosts } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator, classCalibrator } from "../cli/calibrators.ts";
import { classesCsv, confidencesCsv, scoresCsv } from "../cli/policy-files.ts";
import { candor } from "../cli/run.ts";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
let folder = "";
let server: TestServer;
let admin: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "candor-as-apply-"));
  server = await openServer(now);
  admin = await server.key(["admin"]);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<void> {
  const { code, stderr } = await candor(args);
  expect({ code, stderr: stderr.replace(/^note: .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
}

/** Cells of a CSV without quotes, by column. */
function table(path: string): Record<string, string>[] {
  const [head = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i] ?? "", cell])));
}

interface Case {
  readonly name: string;
  readonly rows: string;
  /** Writes a policy to a file. */
  readonly make: (path: string) => Promise<void> | void;
  readonly given: (row: Record<string, string>) => Record<string, unknown>;
}

const costs = { error: 5, review: 1, abstain: 0.9, missed: 0, reviewError: 0 };

function save(path: string, calibrator: Calibrator): void {
  const policy = policyFromCosts(calibrator, costs, { version: "0.1.0" });
  writeFileSync(path, `${JSON.stringify(policy, undefined, 1)}\n`);
}

function simulated(): [scores: Float64Array, outcomes: Uint8Array] {
  const random = createRandom(9);
  const scores = Float64Array.from({ length: 800 }, () => random.uniform());
  return [scores, Uint8Array.from(scores, (score) => (random.uniform() < score ** 2 ? 1 : 0))];
}

/** The same rows with a p-value each. */
function withInside(csv: string, seed: number): string {
  const random = createRandom(seed);
  const [head = "", ...lines] = csv.trim().split("\n");
  return [`${head},ood_p`, ...lines.map((line) => `${line},${(random.uniform() ** 2).toFixed(4)}`)].join("\n");
}

const cases: readonly Case[] = [
  {
    name: "score",
    rows: scoresCsv(300, 4),
    make: async (path) => {
      const train = `${path}.csv`;
      writeFileSync(train, scoresCsv(500, 3));
      await run("fit", train, "--method", "isotonic", "-o", `${path}.cal.json`, "--anyway");
      const prices = ["--cost-error", "20", "--cost-review", "1.5"];
      await run("decide", train, ...prices, "--calibrator", `${path}.cal.json`, "-o", path);
    },
    given: (row) => ({ score: Number(row["score"]) }),
  },
  {
    name: "confidence",
    rows: confidencesCsv(300, 6),
    make: (path) => {
      const { map } = fitSpline(...simulated());
      save(path, binaryCalibrator({ scoreKind: "confidence", classNames: [], map }));
    },
    given: (row) => ({ score: Number(row["confidence"]) }),
  },
  {
    name: "inside",
    rows: withInside(scoresCsv(300, 4), 1),
    make: async (path) => {
      const train = `${path}.csv`;
      writeFileSync(train, withInside(scoresCsv(2000, 3), 2));
      await run("decide", train, "--max-error", "30%", "--in-distribution", "ood_p", "-o", path);
    },
    given: (row) => ({ score: Number(row["score"]), inDistribution: Number(row["ood_p"]) }),
  },
  {
    name: "classes",
    rows: classesCsv(300, 8),
    make: (path) => save(path, classCalibrator({ scoreKind: "probabilities", clip: 1e-9 })),
    given: (row) => ({
      probabilities: { cat: Number(row["p_cat"]), dog: Number(row["p_dog"]), bird: Number(row["p_bird"]) },
    }),
  },
];

describe("POST /api/v1/decide", () => {
  it.each(cases)("decides $name as candor apply does, bit for bit", async ({ name, rows, make, given }) => {
    const at = (file: string): string => join(folder, `${name}-${file}`);
    writeFileSync(at("rows.csv"), rows);
    await make(at("policy.json"));
    await run("apply", at("policy.json"), at("rows.csv"), "-o", at("applied.csv"));
    const applied = table(at("applied.csv"));

    const own = { model: name, version: "v1" };
    const document: unknown = JSON.parse(readFileSync(at("policy.json"), "utf8"));
    const upload = await server.ask("/api/v1/policies", { key: admin, json: { document, ...own } });
    const { id: policyId } = await upload.json();
    await server.ask("/api/v1/activations", { key: admin, json: { ...own, policyId } });
    const json = applied.map((row, i) => ({ id: `${name}-${i}`, ...own, ...given(row) }));
    const reply = await server.ask("/api/v1/decide", { key: admin, json });
    expect(reply.status).toBe(200);
    const { items } = await reply.json();
    expect(applied.length).toBe(300);
    applied.forEach((row, i) => {
      expect([items[i].probability, items[i].decision]).toEqual([
        Number(row["calibrated_confidence"] ?? row["confidence"] ?? row["score"]),
        row["decision"],
      ]);
    });
    expect(new Set(applied.map((row) => row["decision"])).size).toBeGreaterThan(1);
    const download = await server.ask(`/api/v1/policies/${policyId}/document`, { key: admin });
    expect(await download.text()).toBe(readFileSync(at("policy.json"), "utf8"));
  });
});
