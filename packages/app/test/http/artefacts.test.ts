import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator, classCalibrator, logistic } from "../cli/calibrators.ts";
import { artefactOf, costPolicy, demandingPolicy } from "../serving/serving-with.ts";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
const calibrator = binaryCalibrator({ scoreKind: "confidence", classNames: [] });
const policy = costPolicy(calibrator);
const calibratorId = artefactOf(calibrator).id;
const policyId = artefactOf(policy).id;
let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await openServer(now);
  admin = await server.key(["admin"]);
  await server.project("other");
});
afterAll(() => server.close());

const own = { model: "fraud", version: "v1" };
const post = (path: string, json: unknown, headers = {}) =>
  server.ask(`/api/v1/${path}`, { key: admin, json, headers });
const get = (path: string, headers = {}) => server.ask(`/api/v1/${path}`, { key: admin, headers });

async function refusal(path: string, json: unknown): Promise<[status: number, message: string]> {
  const reply = await post(path, json);
  return [reply.status, (await reply.json()).error.message];
}

describe("POST /api/v1/calibrators and /api/v1/policies", () => {
  it("POST keeps a calibrator, and gives its document back byte by byte", async () => {
    const file = `${JSON.stringify(calibrator, undefined, 1)}\n`;
    const reply = await post("calibrators", { document: JSON.parse(file), ...own, note: "spring" });
    expect(reply.status).toBe(201);
    const said = {
      id: calibratorId,
      kind: "calibrator",
      ...own,
      createdAt: now.value,
      createdBy: expect.any(String),
      note: "spring",
      fingerprint: calibrator.fingerprint,
      scoreKind: "confidence",
      classNames: [],
      segments: [],
      summary: "platt",
      n: 1000,
      isTargetCertified: null,
      ownCalibratorId: null,
    };
    expect(await reply.json()).toEqual(said);
    expect(await (await get(`calibrators/${calibratorId}`)).json()).toEqual(said);
    const download = await get(`calibrators/${calibratorId}/document`);
    expect(await download.text()).toBe(file);
    expect(download.headers.get("content-disposition")).toBe(`attachment; filename="${calibratorId}.json"`);
  });

  it("POST of the same document again keeps it once, and for another version refuses it", async () => {
    expect((await post("calibrators", { document: calibrator, ...own })).status).toBe(200);
    expect(await refusal("calibrators", { document: calibrator, model: "fraud", version: "v2" })).toEqual([
      409,
      `this calibrator is kept as ${calibratorId} for version v1 of fraud: one document belongs to one model version`,
    ]);
    const { calibrators } = await (await get("calibrators?model=fraud")).json();
    expect(calibrators.map(({ id }: { id: string }) => id)).toEqual([calibratorId]);
    expect((await (await get("calibrators?model=nobody")).json()).calibrators).toEqual([]);
  });

  it("POST keeps a policy with what it brings", async () => {
    const reply = await post("policies", { document: policy, ...own });
    expect(reply.status).toBe(201);
    expect(await reply.json()).toMatchObject({
      id: policyId,
      kind: "policy",
      summary: policy.verdict.sentence,
      ownCalibratorId: calibratorId,
    });
    expect(await (await get(`policies/${policyId}/document`)).json()).toEqual(JSON.parse(JSON.stringify(policy)));
  });

  it("POST of a calibrator with infinite ends of intervals gives the same file back", async () => {
    const estimate = {
      value: 0.4,
      lower: -Infinity,
      upper: Infinity,
      level: 0.95,
      n: 3,
      effectiveN: 3,
      interval: "none",
      spec: { metric: "log-loss" },
    } as const;
    const { improvement, before } = {
      improvement: { logLoss: estimate, brier: estimate },
      before: { logLoss: estimate, brier: estimate, ece: estimate },
    };
    const made = binaryCalibrator({ map: logistic(0.25), evidence: { before, after: before, improvement } });
    const file = `${JSON.stringify(made, undefined, 1)}\n`;
    expect(file).toContain('"upper": null');
    expect((await post("calibrators", { document: JSON.parse(file), ...own })).status).toBe(201);
    expect(await (await get(`calibrators/${artefactOf(made).id}/document`)).text()).toBe(file);
  });

  it.each([
    ["calibrators", { ...calibrator, n: 1001 }, /^document: .*fingerprint/],
    [
      "calibrators",
      { ...calibrator, schema: "candor.calibrator/9" },
      /^document: schema: expected "candor.calibrator\/1", got "candor.calibrator\/9"/,
    ],
    [
      "calibrators",
      { schema: "candor.fit/1" },
      /^document: this tells about a fit; the calibrator is what `candor fit -o` writes$/,
    ],
    ["calibrators", policy, /^document: this is a policy: POST it to \/api\/v1\/policies$/],
    ["calibrators", {}, /^document: this is no calibrator/],
    ["calibrators", { ...calibrator, extra: 1 }, /^document: extra/],
    ["policies", calibrator, /^document: this is a calibrator: POST it to \/api\/v1\/calibrators$/],
    ["policies", { ...policy, thresholds: { act: 0, abstain: null } }, /^document: /],
    ["policies", { ...policy, fingerprint: calibrator.fingerprint }, /^document: .*fingerprint/],
  ])("POST to %s refuses a document that is not what it says %#", async (path, document, message) => {
    const [status, said] = await refusal(path, { document, ...own });
    expect(status).toBe(400);
    expect(said).toMatch(message);
  });

  it("POST without a model, or by a key that may only write, is refused", async () => {
    expect((await refusal("policies", { document: policy }))[0]).toBe(400);
    const key = await server.key(["write"]);
    expect((await server.ask("/api/v1/policies", { key, json: { document: policy, ...own } })).status).toBe(403);
  });

  it("GET of another project knows nothing of them", async () => {
    const headers = { "X-Candor-Project": "other" };
    for (const path of [`calibrators/${calibratorId}`, `calibrators/${calibratorId}/document`]) {
      const reply = await get(path, headers);
      expect([reply.status, (await reply.json()).error.message]).toEqual([
        404,
        `project other has no calibrator ${calibratorId}`,
      ]);
    }
    expect((await (await get("policies", headers)).json()).policies).toEqual([]);
    expect((await get(`policies/${calibratorId}`)).status).toBe(404);
  });
});

describe("/api/v1/activations", () => {
  it("POST activates, GET says what is and was, DELETE leaves it to the wider scope", async () => {
    const wide = await post("activations", { model: "fraud", calibratorId });
    expect(await wide.json()).toMatchObject({
      activation: { model: "fraud", version: null, route: null, calibratorId, policyId: null, activatedAt: now.value },
      warnings: [
        `Decisions will not be certified: the calibrator ${calibratorId} was made for version v1 of fraud, this is all versions.`,
      ],
    });
    const narrow = await post("activations", { ...own, route: "eu", policyId });
    expect((await narrow.json()).warnings).toEqual([]);
    const before = await (await get("activations?model=fraud")).json();
    expect([before.current.length, before.history.length]).toEqual([2, 2]);
    const effect = "activations/in-effect?model=fraud&version=v1&route=eu";
    expect((await (await get(effect)).json()).inEffect.policyId).toBe(policyId);
    const scope = "activations?model=fraud&version=v1&route=eu";
    const ended = await server.ask(`/api/v1/${scope}`, { key: admin, method: "DELETE" });
    expect(await ended.json()).toMatchObject({
      ended: { version: "v1", route: "eu", calibratorId: null, policyId: null },
      inEffect: { version: null, route: null, calibratorId },
    });
    expect((await (await get(effect)).json()).inEffect.calibratorId).toBe(calibratorId);
    const after = await (await get("activations?model=fraud")).json();
    expect([after.current.length, after.history.length]).toEqual([1, 3]);
    const again = await server.ask(`/api/v1/${scope}`, { key: admin, method: "DELETE" });
    expect([again.status, (await again.json()).error.message]).toEqual([
      404,
      "nothing is active for this scope of its own",
    ]);
    expect((await (await get("activations/in-effect?model=nobody&version=v1")).json()).inEffect).toBe(null);
  });

  it("POST dates an activation back in a demo project, and nowhere else", async () => {
    const owner = await server.key(["admin"]);
    const made = { method: "POST", key: owner, json: { id: "made-up", demo: true } };
    expect((await server.ask("/api/v1/projects", made)).status).toBe(201);
    const activatedAt = Date.UTC(2026, 1, 1);
    const inDemo = { key: owner, headers: { "X-Candor-Project": "made-up" } };
    await server.ask("/api/v1/calibrators", { ...inDemo, json: { document: calibrator, ...own } });
    const reply = await server.ask("/api/v1/activations", { ...inDemo, json: { ...own, calibratorId, activatedAt } });
    expect((await reply.json()).activation.activatedAt).toBe(activatedAt);
    expect(await refusal("activations", { ...own, calibratorId, activatedAt })).toEqual([
      400,
      "activatedAt is for demo projects; elsewhere an activation counts from now",
    ]);
  });

  it("POST with dryRun=true says what it would do, and changes nothing", async () => {
    const before = await (await get("activations")).json();
    const audited = (await server.deps.state.audit({ project: "default", limit: 100 })).length;
    const asked = { model: "fraud", version: "v77", calibratorId };
    const reply = await post("activations?dryRun=true", asked);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({
      activation: { version: "v77", calibratorId },
      warnings: [expect.stringMatching(/was made for version v1 of fraud, this is version v77/)],
    });
    expect((await post("activations?dryRun=true", { ...asked, calibratorId: "cal_nothing" })).status).toBe(404);
    expect(await (await get("activations")).json()).toEqual(before);
    expect((await server.deps.state.audit({ project: "default", limit: 100 })).length).toBe(audited);
  });

  it("POST and DELETE are in the audit", async () => {
    const entries = await server.deps.state.audit({ project: "default", limit: 100 });
    const actions = entries.map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(["calibrator.upload", "policy.upload", "activation.set", "activation.clear"]),
    );
  });

  it("POST warns where thresholds follow from costs alone and nothing calibrates", async () => {
    const alone = costPolicy({ scoreKind: "confidence", classNames: [] });
    await post("policies", { document: alone, ...own });
    const bare = await post("activations", { ...own, policyId: artefactOf(alone).id });
    expect((await bare.json()).warnings).toEqual([
      "Decisions will not be certified: its thresholds follow from costs alone, which hold for calibrated probabilities, and nothing calibrates these.",
    ]);
    const both = await post("activations", { ...own, policyId: artefactOf(alone).id, calibratorId });
    expect((await both.json()).warnings).toEqual([]);
  });

  it("POST of a policy that demands rows in distribution says what requests need", async () => {
    const demanding = demandingPolicy();
    expect((await post("policies", { document: demanding, ...own })).status).toBe(201);
    const reply = await post("activations", { ...own, policyId: artefactOf(demanding).id });
    expect([reply.status, (await reply.json()).warnings]).toEqual([
      200,
      [
        "Requests have to say inDistribution, the p-value of being like the training data (above 0.05 to be inside): those without are refused.",
      ],
    ]);
  });

  it("POST refuses what cannot be applied together, or is not there", async () => {
    const other = binaryCalibrator({ scoreKind: "confidence", classNames: [], map: logistic(0.9) });
    const classes = classCalibrator();
    for (const document of [other, classes]) await post("calibrators", { document, ...own });
    const alone = artefactOf(costPolicy({ scoreKind: "confidence", classNames: [] })).id;
    expect(await refusal("activations", { ...own, policyId, calibratorId: artefactOf(other).id })).toEqual([
      400,
      `the policy ${policyId} brings a calibrator of its own: leave calibratorId out`,
    ]);
    expect((await post("activations", { ...own, policyId, calibratorId })).status).toBe(200);
    expect(await refusal("activations", { ...own, policyId: alone, calibratorId: artefactOf(classes).id })).toEqual([
      400,
      `the policy ${alone} does not go with it: the calibrator reads logits per class, the scores are confidences`,
    ]);
    expect(await refusal("activations", own)).toEqual([
      400,
      "calibratorId or policyId must be given; to end what is active, send DELETE /api/v1/activations",
    ]);
    expect(await refusal("activations", { ...own, calibratorId: "cal_0" })).toEqual([
      404,
      "project default has no calibrator cal_0",
    ]);
    expect(await refusal("activations", { ...own, policyId: calibratorId })).toEqual([
      404,
      `project default has no policy ${calibratorId}`,
    ]);
    const foreign = await post("activations", { ...own, policyId }, { "X-Candor-Project": "other" });
    expect((await foreign.json()).error.message).toBe(`project other has no policy ${policyId}`);
  });
});
