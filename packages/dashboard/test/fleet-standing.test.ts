import { expect, it } from "vitest";
import type { Models, ModelTraffic } from "../src/api/api-types.ts";
import { sortRows } from "../src/views/fleet/sort-rows.ts";
import { headline, judge } from "../src/views/fleet/standing.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 2, 31, 9);
const today = now - (now % day);

type Status = NonNullable<ModelTraffic["verdict"]>["status"];

function rowOf(status: Status | null, own: Partial<ModelTraffic> = {}): ModelTraffic {
  const none = { value: null, reason: "no outcomes yet", n: 0 };
  const some = { value: 0.05, lower: 0.03, upper: 0.07, n: 900 };
  return {
    ...{ model: "m", version: "1", task: "confidence", firstTime: 0, lastTime: now, segments: {}, routes: [] },
    ...{ predictions: 1000, labelled: 900, maturity: 0.9, matureMaturity: 1, withoutConfidence: 0, uncertified: 0 },
    traffic: [{ day: today, predictions: 1000, labelled: 900 }],
    verdict: status === null ? null : { status, sentence: "" },
    accuracy: status === null ? none : some,
    gap: status === null ? none : some,
    ece: status === null ? none : some,
    ...{ estimatedAccuracy: 0.9, noiseFloor: 0.01, pValue: 0.5, weighted: false, active: null, recalibratedAt: null },
    decisions: { act: 0, review: 0, abstain: 0, none: 1 },
    ...own,
  };
}

function modelsOf(rows: readonly ModelTraffic[], window: Partial<Models["window"]> = {}): Models {
  const ends = { from: today - 30 * day, to: null, matureBefore: today - 7 * day, ...window };
  return { asOf: now, schema: "candor.fleet/1", level: 0.95, window: ends, models: rows, notes: [] };
}

const judged = (row: ModelTraffic, window: Partial<Models["window"]> = {}) =>
  judge(row, modelsOf([row], window), "shop");

const active: ModelTraffic["active"] = {
  ...{ calibratorId: "cal_1", policyId: "pol_1", since: today - 60 * day, scope: "version", uncertified: null },
  certificate: { status: "certified", target: { maxError: 0.02, sure: 0.95 }, sentence: "" },
};
const deciding = { act: 0.8, review: 0.2, abstain: 0, none: 0 };

it("judge(row) tells wrong, unproven, unknown, fine and idle apart", () => {
  expect(judged(rowOf("overconfident")).standing).toBe("wrong");
  expect(judged(rowOf("calibrated", { decisions: deciding })).standing).toBe("unproven");
  expect(judged(rowOf("calibrated", { decisions: deciding, active })).standing).toBe("fine");
  expect(judged(rowOf("calibrated")).standing).toBe("fine");
  expect(judged(rowOf(null)).standing).toBe("unknown");
  expect(judged(rowOf("too-few-labels")).standing).toBe("unknown");
  const old = { lastTime: now - 9 * day, traffic: [{ day: today - 9 * day, predictions: 5, labelled: 5 }] };
  expect(judged(rowOf("overconfident", old)).standing).toBe("idle");
  expect(judged(rowOf("overconfident", old), { to: today - 8 * day }).standing).toBe("wrong");
});

it("judge(row) says what to do: to repair, to look at what came after, to wait, to send, to decide", () => {
  const step = (row: ModelTraffic) => judged(row).next;
  const repair = step(rowOf("overconfident", { model: "it's", task: "binary" }));
  expect(repair.text).toContain("Calibrate it");
  expect(repair.command).toBe(
    [
      "npx candor export --project shop --model 'it'\\''s' --model-version 1 --from 2026-03-01 --until 2026-03-24 -o labelled.parquet",
      "npx candor fit labelled.parquet --score confidence --label outcome --skip-bad -o cal.json --card card.md",
    ].join("\n"),
  );
  const before = { active, recalibratedAt: today - 50 * day };
  expect(step(rowOf("overconfident", before)).text).toContain("Recalibrate it");
  expect(step(rowOf("overconfident", before)).command).toContain("--confidence raw_confidence --correct outcome");
  expect(step(rowOf("overconfident", { weighted: true })).command).toContain("--weight label_weight");
  const within = step(rowOf("overconfident", { active, recalibratedAt: today - 20 * day }));
  expect(within.link).toEqual({ to: "/calibration", name: "Since then", from: "2026-03-12" });
  expect(step(rowOf("overconfident", { active, recalibratedAt: today - 2 * day })).text).toContain("Wait for outcomes");
  expect(step(rowOf(null, { labelled: 0 })).text).toContain("Send outcomes");
  expect(step(rowOf(null, { withoutConfidence: 1000 })).text).toContain("Send a confidence");
  expect(step(rowOf(null, { labelled: 3 })).text).toContain("Wait for outcomes");
  expect(step(rowOf("too-few-labels")).text).toContain("longer time");
  expect(step(rowOf("too-few-labels", { matureMaturity: 0.1 })).text).toContain("Label more");
  const refused = { ...active, certificate: { status: "not-certified" as const, target: null, sentence: "" } };
  expect(step(rowOf("calibrated", { active: refused })).text).toContain("was not certified");
  const foreign = { ...active, uncertified: "the policy pol_1 was made for version 0 of m, this is version 1" };
  expect(step(rowOf("calibrated", { active: foreign })).text).toContain("made for version 0");
  expect(step(rowOf("calibrated", { active })).text).toBe("Fine today: nothing to do.");
});

it("headline(judged) counts what can be trusted, what cannot and what is not known", () => {
  const say = (...rows: ModelTraffic[]): string =>
    headline(
      rows.map((row) => judged(row)),
      true,
    );
  const [good, bad, unknown] = [rowOf("calibrated"), rowOf("overconfident"), rowOf(null)];
  const idle = rowOf("calibrated", { traffic: [], lastTime: now - 20 * day });
  expect(say(good)).toBe("The one model version can be trusted today.");
  expect(say(good, good)).toBe("All 2 model versions can be trusted today.");
  expect(say(good, good, bad, unknown, unknown)).toBe(
    "2 of 5 model versions can be trusted today; 1 cannot; 2 have too few outcomes to tell.",
  );
  expect(say(bad, idle)).toBe("The one model version cannot be trusted today. 1 more is no longer in use.");
  expect(say(idle)).toBe("No model version is in use today; 1 was before.");
});

it("sortRows(rows, key, order) has the largest proven error first, and rows without a value last either way", () => {
  const ece = (lower: number) => ({ value: 0.2, lower, upper: 0.3, n: 900 });
  const rows = [
    rowOf("calibrated", { model: "fine", predictions: 9 }),
    rowOf(null, { model: "unknown" }),
    rowOf("overconfident", { model: "less", ece: ece(0.05) }),
    rowOf("miscalibrated", { model: "more", ece: ece(0.15) }),
    rowOf("calibrated", { model: "unproven", decisions: deciding }),
  ].map((row) => judged(row));
  const names = (key: Parameters<typeof sortRows>[1], order: 1 | -1) =>
    sortRows(rows, key, order).map(({ row }) => row.model);
  expect(names("attention", 1)).toEqual(["more", "less", "unproven", "unknown", "fine"]);
  expect(names("attention", -1)).toEqual(["fine", "unknown", "unproven", "less", "more"]);
  expect(names("error", -1).at(-1)).toBe("unknown");
  expect(names("error", 1).at(-1)).toBe("unknown");
  expect(names("traffic", 1)[0]).toBe("fine");
  expect(names("model", 1)).toEqual(["fine", "less", "more", "unknown", "unproven"]);
});
