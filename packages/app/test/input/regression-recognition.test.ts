import type { InputOptions } from "@candor/input";
import { describe, expect, it } from "vitest";
import { recogniseTask } from "../../src/input/index.ts";
import { data, file, hasData, npy, refusal } from "./helpers.ts";

async function task(text: string, options: InputOptions = {}): Promise<string> {
  const recognised = await recogniseTask(file("r.csv", text), options);
  await recognised.close();
  return recognised.task;
}

describe("recogniseTask(path, options)", () => {
  it.each([
    ["a forecast, its standard deviation and an outcome", "pred,sigma,y\n1.5,1,2\n2,1,1\n3,1,7\n"],
    ["quantiles and an outcome", "q0.05,q0.5,q0.95,observed\n1,2,3,2\n"],
    ["quantiles in percent", "q5,q50,q95,y\n1,2,3,2\n"],
    ["a forecast under a name that is no score", "mean,std,target\n1,1,0\n1,1,1\n"],
  ])("takes %s for forecasts of numbers", async (_, text) => {
    expect(await task(text)).toBe("regression");
  });

  it.each([
    ["a score and a label", "score,sigma,mean,y\n0.5,1,1,1\n"],
    ["probabilities of classes beside quantiles", "p_a,p_b,q0.1,q0.9,y\n0.5,0.5,1,2,1\n"],
    ["a prediction beside features, with labels", "prediction,mean,std,label\n0.5,1,1,1\n0.2,1,1,0\n0.3,2,2,1\n"],
    ["a prediction beside questions of a survey", "prediction,q1,q2,q3,label\n0.5,1,1,1,1\n"],
    ["questions of a survey alone", "q1,q2,q3,q4,y\n1,2,3,4,5\n"],
    ["a prediction and an outcome alone", "prediction,y\n5,6\n"],
    ["forecasts without an outcome", "pred,sigma,id\n1,1,1\n"],
    ["labels in words", "pred,sigma,label\n1,1,cat\n"],
    ["confidence and correctness", "confidence,correct,mean,sd,y\n0.5,1,1,1,1\n"],
  ])("does not take %s for forecasts of numbers", async (_, text) => {
    expect(await task(text)).toBe("classes");
  });

  it("obeys flags, whatever the names", async () => {
    const forecasts = "pred,sigma,y\n1.5,1,2\n";
    for (const flags of [{ task: "binary" }, { score: "pred" }, { probs: "p*" }, { confidence: "pred" }] as const)
      expect(await task(forecasts, flags)).toBe("classes");
    const scores = "score,y\n0.5,1\n";
    for (const flags of [
      { task: "regression" },
      { prediction: "score" },
      { quantiles: "q*" },
      { intervalLevel: 0.9 },
    ] as const)
      expect(await task(scores, flags)).toBe("regression");
  });

  it("looks for the outcome that --label names, and not among columns that flags use", async () => {
    expect(await task("mean,sd,sold\n1,1,5\n1,2,7\n", { label: "sold" })).toBe("regression");
    expect(await task("mean,sd,y\n1,1,5\n1,2,7\n", { weight: "sd" })).toBe("classes");
    expect(await task("mean,sd,y,score\n1,1,5,3\n1,2,7,4\n", { by: ["score"] })).toBe("regression");
  });

  it("takes arrays for classes, and complains of a file that is not there", async () => {
    const recognised = await recogniseTask(file("a.npy", npy("<f8", [2], Float64Array.of(1, 2))), {});
    expect(recognised.task).toBe("classes");
    expect((await refusal(recogniseTask("/nowhere/at-all.csv", {}))).message).toBe("no such file: /nowhere/at-all.csv");
  });

  it.skipIf(!hasData)("tells forecasts from scores among real files", async () => {
    const of = async (path: string) => (await recogniseTask(data(path), {})).task;
    expect(await of("covid_eu_quantiles/quantile_forecasts.csv.gz")).toBe("regression");
    expect(await of("conformal/diabetes_predictions.csv")).toBe("regression");
    expect(await of("regression_small/solubility_test.csv")).toBe("classes");
    expect(await of("tidymodels_small/two_class_example.csv")).toBe("classes");
  });
});
