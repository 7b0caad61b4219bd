import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Estimate, ReportDocument, TestEstimate } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvColumns } from "../calibrate/binary-sets.ts";
import { data } from "../calibrate/class-data.ts";
import { agree, isRecord, type Reference, reference } from "../calibrate/reference-json.ts";
import { candor } from "../cli/run.ts";

const FOLDER = "llm_selfcheck_wikibio";
const present = existsSync(join(data, FOLDER));
const judges = ["gemma", "qwen", "qwenthink", "bert", "nli"];

let temporary = "";
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "candor-self-check-"));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** What `candor report` says of the scored sentences of a judge; of one part of the split where it is given. */
async function reportOf(
  judge: string,
  part?: string,
  event: "factual" | "nonfactual" = "nonfactual",
): Promise<ReportDocument> {
  const column = csvColumns(`${FOLDER}/sentences.csv`);
  const [scores, labels, splits] = [column(`score_${judge}`), column("nonfactual"), column("split")];
  const rows = scores.flatMap((score, i) => {
    if (score === "" || (part !== undefined && splits[i] !== part)) return [];
    const p = Math.min(1, Math.max(0, Number(score)));
    return event === "nonfactual" ? [`${p},${labels[i]}`] : [`${1 - p},${1 - Number(labels[i])}`];
  });
  const file = join(temporary, `${judge}-${part ?? "all"}-${event}.csv`);
  writeFileSync(file, ["score,label", ...rows, ""].join("\n"));
  const { code, stdout, stderr } = await candor(["report", file, "--score", "score", "--label", "label", "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const value = (estimate: Estimate | TestEstimate | null | undefined): number | undefined => estimate?.value;

function agreeOnAll(document: ReportDocument, figures: Reference): void {
  const { metrics, decompositions } = document;
  const found: Record<string, number | undefined> = {
    n: document.n,
    base_rate: document.baseRate?.value,
    mean_p: document.meanProbability?.value,
    accuracy_at_0_5: document.accuracy.value,
    auroc: value(metrics.auroc),
    ece15: metrics.ece.value,
    ece15_left: metrics.eceLeft.value,
    ece10: value(metrics["ece10"]),
    mce15: metrics.mce.value,
    toplabel_ece15: value(metrics["eceTopLabel"]),
    brier: metrics.brier.value,
    nll: metrics.logLoss.value,
    spiegelhalter_z: metrics.spiegelhalter?.z,
  };
  for (const [key, number] of Object.entries(found)) agree(key, number, figures[key], 1e-9);
  const { corp, cox } = figures;
  if (!isRecord(corp) || !isRecord(cox)) throw new Error("figures without corp and cox");
  agree("MCB", decompositions.brierCorp?.miscalibration.value, corp["MCB"], 1e-9);
  agree("DSC", decompositions.brierCorp?.discrimination.value, corp["DSC"], 1e-9);
  agree("slope", value(metrics["coxSlope"]), cox["slope"], 1e-9);
  agree("intercept", value(metrics["coxIntercept"]), cox["intercept"], 1e-9);
}

it("the self-checked sentences are there in continuous integration", () => {
  if (process.env["CI"]) expect(present).toBe(true);
  else if (!present) console.warn("skipped: ../shared/data is not there");
});

describe.skipIf(!present)("candor report of sentences that a language model checked by its own samples", () => {
  it.each(judges)("%s: the reference figures to 1e-9, whole and by split", async (judge) => {
    const figures = reference(FOLDER, "scores", judge);
    const probability = (key: string): Reference => reference(FOLDER, "scores", judge, "as_probability", key);
    const whole = await reportOf(judge);
    agreeOnAll(whole, probability("full"));
    agreeOnAll(await reportOf(judge, "0"), probability("uncalibrated_cal"));
    agreeOnAll(await reportOf(judge, "1"), probability("uncalibrated_test"));

    const factual = await reportOf(judge, undefined, "factual");
    agree("auroc", value(whole.metrics.auroc), figures["auroc"], 1e-9);
    agree("aucpr_nonfact", value(whole.metrics["averagePrecision"]), figures["aucpr_nonfact"], 1e-9);
    agree("aucpr_factual", value(factual.metrics["averagePrecision"]), figures["aucpr_factual"], 1e-9);
  });
});
