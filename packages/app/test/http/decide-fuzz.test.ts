import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkDecide } from "../../src/http/decide/check-decide.ts";
import { decideSchema } from "../../src/http/decide/decide-schema.ts";
import { binaryCalibrator, classCalibrator } from "../cli/calibrators.ts";
import { artefactOf, costPolicy } from "../serving/serving-with.ts";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
const fixtures = join(import.meta.dirname, "../../../llm/test/fixtures");
const policy = costPolicy(binaryCalibrator({ scoreKind: "confidence", classNames: [] }));
const calibrator = classCalibrator();
let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await openServer(now, { requestsPerSecond: 1e9, burst: 1e9 });
  admin = await server.key(["admin"]);
  const post = (path: string, json: unknown) => server.ask(`/api/v1/${path}`, { key: admin, json });
  await post("policies", { document: policy, model: "answers", version: "v1" });
  await post("activations", { model: "answers", version: "v1", policyId: artefactOf(policy).id });
  await post("calibrators", { document: calibrator, model: "pets", version: "v1" });
  await post("activations", { model: "pets", version: "v1", calibratorId: artefactOf(calibrator).id });
});
afterAll(() => server.close());

const odd = fc.constantFrom<unknown>(null, "", "x", 0, -1, 0.5, 1, 1e308, -1e308, 5e-324, [], {}, true, "__proto__", [
  [],
]);
const anything = fc.oneof({ weight: 3, arbitrary: odd }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });

/** The same value with something else in one place of it. */
function mutated(value: unknown, path: readonly number[], instead: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return instead;
  if (Array.isArray(value)) {
    const at = value.length === 0 ? 0 : step % value.length;
    return value.map((one, i) => (i === at ? mutated(one, rest, instead) : one));
  }
  const names = Object.keys(value);
  const name = names[step % Math.max(1, names.length)];
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === name ? mutated(one, rest, instead) : one]),
  );
}

const place = fc.array(fc.nat(50), { minLength: 1, maxLength: 8 });

async function never500(path: string, json: unknown): Promise<void> {
  const reply = await server.ask(path, { key: admin, json });
  const text = await reply.text();
  expect([reply.status < 500, JSON.stringify(json), text]).toEqual([true, JSON.stringify(json), text]);
}

describe("what anybody may send", () => {
  const whole = { id: "f", model: "answers", version: "v1", score: 0.9, route: "r", segments: { a: "b" }, task: null };
  const wide = { id: "f", model: "pets", version: "v1", logits: { cat: 1, dog: 2, bird: 3 }, propensity: 0.5 };
  const llm = { id: "f", model: "answers", version: "v1", llm: { response: {}, index: 0, question: "q" } };
  const item = fc
    .tuple(fc.constantFrom<unknown>(whole, wide, llm), place, anything)
    .map(([value, path, instead]) => mutated(value, path, instead));

  it("POST /api/v1/decide never fails for it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 20 }), (items) =>
        never500("/api/v1/decide?dryRun=true", items),
      ),
      { numRuns: 60 },
    );
  });

  it("POST /api/v1/decide never fails for a response with something else in one place", async () => {
    const bodies: unknown[] = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(fixtures, name), "utf8")));
    const made = [
      { tokens: [1], toolCalls: [], text: "a", basis: "b" },
      { choices: [{ index: 0 }], answers: [7], format: "x", fault: null },
    ];
    const response = fc
      .tuple(fc.constantFrom<unknown>(...bodies, ...made), place, anything)
      .map(([value, path, instead]) => mutated(value, path, instead));
    await fc.assert(
      fc.asyncProperty(fc.array(response, { minLength: 1, maxLength: 10 }), (responses) =>
        never500(
          "/api/v1/decide?dryRun=true",
          responses.map((one) => ({ model: "answers", version: "v1", llm: { response: one } })),
        ),
      ),
      { numRuns: 60 },
    );
  });

  it("POST infer, artefacts and activations never fail for it", async () => {
    const request = {
      id: "1",
      parameters: { route: "r" },
      inputs: [
        { name: "logits", shape: [1, 3], datatype: "FP32", data: [[1, 2, 3]] },
        { name: "segment:a", shape: [1], datatype: "BYTES", data: ["b"] },
      ],
      outputs: [{ name: "decision" }],
    };
    const bodies: readonly (readonly [path: string, body: unknown])[] = [
      ["/v2/models/pets/infer", request],
      ["/api/v1/calibrators", { document: calibrator, model: "m", version: "v", note: "n" }],
      ["/api/v1/policies", { document: policy, model: "m", version: "v", note: "n" }],
      ["/api/v1/activations", { model: "m", version: "v", route: "r", policyId: artefactOf(policy).id }],
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodies), place, anything, ([path, body], at, instead) =>
        never500(path, mutated(body, at, instead)),
      ),
      { numRuns: 150 },
    );
  });

  it("checkDecide(item) takes what decideSchema describes, and nothing else", () => {
    const schema = decideSchema(() => now.value);
    fc.assert(
      fc.property(item, (value) => {
        const checked = checkDecide(value, { project: "p", now: now.value, isDry: false });
        if (checked.kind === "checked") expect(schema.safeParse(value).error?.issues ?? []).toEqual([]);
        else if (checked.field !== "" && checked.field !== "id")
          expect([value, schema.safeParse(value).success]).toEqual([value, false]);
      }),
      { numRuns: 1000 },
    );
  });
});
