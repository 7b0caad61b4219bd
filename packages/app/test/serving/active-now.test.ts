import { expect, it } from "vitest";
import { readActiveStates } from "../../src/serving/active-now.ts";
import type { Activation } from "../../src/store/state-store.ts";
import { binaryCalibrator, logistic } from "../cli/calibrators.ts";
import { artefactOf, costPolicy } from "./serving-with.ts";

const first = artefactOf(binaryCalibrator({ map: logistic(0.5) }));
const second = artefactOf(binaryCalibrator({ map: logistic(0.7) }));
const policy = artefactOf(costPolicy(binaryCalibrator({ map: logistic(0.5) })));
const artefacts = [first, second, policy];

function statesOf(activations: readonly Partial<Activation>[]) {
  const all = activations.map(
    (own, i): Activation => ({
      ...{ project: "p", model: "fraud", version: null, route: null, calibratorId: null, policyId: null },
      ...{ activatedAt: i + 1, activatedBy: "cli" },
      ...own,
    }),
  );
  return readActiveStates(
    {
      activations: async () => all,
      artefact: async (_, id) => artefacts.find((one) => one.id === id) ?? null,
    },
    "p",
  );
}

it("readActiveStates(state, project) says what decides for a version, since when, and what it proves", async () => {
  const of = await statesOf([{ calibratorId: first.id }, { version: "v1", policyId: policy.id }]);
  expect(of("fraud", "v1")).toMatchObject({
    active: {
      calibratorId: first.id,
      policyId: policy.id,
      since: 2,
      scope: "version",
      certificate: { status: "none", target: null },
      uncertified: null,
    },
    recalibratedAt: 1,
    routes: [],
  });
  expect(of("fraud", "v2")).toMatchObject({
    active: { calibratorId: first.id, policyId: null, since: 1, scope: "model", certificate: null },
    recalibratedAt: 1,
  });
  expect(of("fraud", "v2").active?.uncertified).toContain("was made for version v1 of fraud");
  expect(of("churn", "v1")).toEqual({ active: null, recalibratedAt: null, routes: [] });
});

it("readActiveStates(state, project) takes the time of the last change of the calibrator, not of the last activation", async () => {
  const version = "v1";
  const changed = await statesOf([
    { version, calibratorId: first.id },
    { version, calibratorId: second.id },
    { version, calibratorId: second.id },
    { version: "v2", calibratorId: first.id },
    { version, route: "eu", calibratorId: first.id },
  ]);
  expect(changed("fraud", "v1")).toMatchObject({ recalibratedAt: 2, routes: ["eu"], active: { since: 3 } });
  expect(changed("fraud", "v2")).toMatchObject({ recalibratedAt: 4, routes: [] });
  const back = await statesOf([{ calibratorId: first.id }, { version, calibratorId: second.id }, { version }]);
  expect(back("fraud", "v1")).toMatchObject({ recalibratedAt: 3, active: { calibratorId: first.id, since: 1 } });
  const over = await statesOf([{ calibratorId: first.id }, {}]);
  expect(over("fraud", "v1")).toMatchObject({ active: null, recalibratedAt: 1 });
});

it("readActiveStates(state, project) refuses a state without what is active in it", async () => {
  await expect(statesOf([{ calibratorId: "cal_0" }])).rejects.toMatchObject({
    code: "damaged",
    message: "cal_0 is active in p but is not there",
  });
});
