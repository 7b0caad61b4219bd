import { fitRegression, regressionReport } from "@candor/core";
import { it } from "vitest";
import { havePresent, numbers, origin, readColumns, words } from "./core-columns.ts";
import { hundredCases, normalCase } from "../../../core/test/regression/cases.ts";
it("prints", () => {
  const columns = readColumns("covid_eu_quantiles", "quantile_forecasts.csv.gz");
  const models = words(columns, "model"), targets = words(columns, "target_type");
  const names = [...columns.keys()].filter((n) => /^q0/.test(n));
  const levels = names.map((n) => Number(n.slice(1)));
  for (const key of new Set(models.map((m, i) => `${m}|${targets[i]}`))) {
    const isIn = (r: number) => `${models[r]}|${targets[r]}` === key;
    const q = names.map((n) => numbers(columns, n, isIn)); const outcomes = numbers(columns, "observed", isIn);
    const rows = outcomes.length; const data = new Float64Array(rows * 23);
    q.forEach((c, k) => c.forEach((v, i) => { data[i * 23 + k] = v; }));
    const p = { task: "regression", rows, forecast: { kind: "quantiles", levels, values: { data, rows, cols: 23 } }, outcomes, segments: [] } as const;
    console.log(key, "\n ", regressionReport(p, origin).verdict.sentence);
    const f = fitRegression(p, origin);
    console.log("  ", f.method, f.reason, f.verdict.sentence, "\n   area", f.improvement.miscalibrationArea?.value, f.candidates.map((c) => `${c.method}:${c.loss?.toPrecision(5)}:${c.reason}`).join(" | "));
  }
  const columns2 = readColumns("conformal", "diabetes_predictions.csv");
  const split = words(columns2, "split"); const of = (n: string) => numbers(columns2, n, (r) => split[r] === "cal");
  const outcomes = of("y");
  const rows = outcomes.length;
  for (const forecast of [{ kind: "point-and-sigma", point: of("mean"), sigma: of("sigma") }, { kind: "interval", lower: of("q05"), upper: of("q95"), level: 0.9, point: null }] as const) {
    const p = { task: "regression", rows, forecast, outcomes, segments: [] } as const;
    console.log(regressionReport(p, origin).verdict.sentence);
    const f = fitRegression(p, origin);
    console.log("  ", f.method, f.reason, f.verdict.sentence, f.candidates.map((c) => `${c.method}:${c.loss?.toPrecision(5)}:${c.reason}`).join(" | "));
  }
  for (const k of [0, 5, 41, 60, 70, 95]) {
    const d = hundredCases()[k]!; const p = normalCase(800, d, k);
    console.log(JSON.stringify(d), regressionReport(p, origin).verdict.sentence);
    const f = fitRegression(p, origin);
    console.log("  ", f.method, f.verdict.sentence);
  }
  const counts: Record<string, number> = {};
  for (let k = 0; k < 200; k++) { const v = regressionReport(normalCase(k % 2 ? 300 : 2000, { bias: 0, scale: 1, shape: "normal" }, 70000 + k), origin).verdict; counts[v.status] = (counts[v.status] ?? 0) + 1; }
  console.log(counts);
});
