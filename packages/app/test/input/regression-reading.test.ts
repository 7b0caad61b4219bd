import type { ForecastBatch, InputOptions } from "@candor/input";
import { describe, expect, it } from "vitest";
import { openForecasts, readRegression } from "../../src/input/index.ts";
import { data, duck, file, hasData, inFolder, npy, refusal } from "./helpers.ts";

async function read(content: string, options: InputOptions = {}, name = "f.csv") {
  return readRegression(file(name, content), { task: "regression", ...options });
}

async function refused(content: string, options: InputOptions = {}): Promise<string> {
  return (await refusal(read(content, options))).message;
}

describe("readRegression(path, options)", () => {
  it("readRegression(path) recognises a forecast, its standard deviation and the outcome", async () => {
    const { predictions, source } = await read("pred,sigma,y\n1.5,0.5,2\n-3,2e3,-1\n");
    expect(predictions).toEqual({
      task: "regression",
      rows: 2,
      forecast: { kind: "point-and-sigma", point: Float64Array.of(1.5, -3), sigma: Float64Array.of(0.5, 2000) },
      outcomes: Float64Array.of(2, -1),
      segments: [],
    });
    expect(source).toEqual({
      name: "f.csv",
      rows: 2,
      skipped: [],
      columns: { prediction: "pred", sigma: "sigma", label: "y" },
      notes: [],
    });
  });

  it("readRegression(path) puts quantiles in order of their levels", async () => {
    const { predictions, source } = await read("q0.9,q0.1,q0.5,observed\n9,1,5,4\n90,10,50,40\n");
    expect(predictions.forecast).toEqual({
      kind: "quantiles",
      levels: [0.1, 0.5, 0.9],
      values: { data: Float64Array.of(1, 5, 9, 10, 50, 90), rows: 2, cols: 3 },
    });
    expect(source.columns).toEqual({ quantiles: "q0.1, q0.5, q0.9", label: "observed" });
  });

  it("readRegression(path, { quantiles }) takes a pattern, names, or levels with names", async () => {
    const text = "y,low,mid,high,f_0.25,f_0.75,f_name\n1,2,3,4,5,6,x\n";
    const forecast = async (quantiles: string) => (await read(text, { quantiles })).predictions.forecast;
    expect(await forecast("0.9=high,0.1=low,.5=mid")).toMatchObject({ levels: [0.1, 0.5, 0.9] });
    expect(await forecast("f_*")).toMatchObject({ levels: [0.25, 0.75], values: { data: Float64Array.of(5, 6) } });
    expect(await forecast("f_0.75,f_0.25")).toMatchObject({ levels: [0.25, 0.75] });
  });

  it("readRegression(path, { quantiles }) takes a single quantile", async () => {
    const { predictions } = await read("y,q0.5\n1,2\n3,4.5\n", { quantiles: "q0.5" });
    expect(predictions.forecast).toEqual({
      kind: "quantiles",
      levels: [0.5],
      values: { data: Float64Array.of(2, 4.5), rows: 2, cols: 1 },
    });
  });

  it("readRegression(path, { intervalLevel }) reads an interval, with a point where there is one", async () => {
    const { predictions } = await read("lo,hi,yhat,y\n1,3,2,2.5\n2,2,2,2\n", { intervalLevel: 0.9 });
    expect(predictions.forecast).toEqual({
      kind: "interval",
      lower: Float64Array.of(1, 2),
      upper: Float64Array.of(3, 2),
      level: 0.9,
      point: Float64Array.of(2, 2),
    });
    const named = await read("a,b,y\n1,3,2\n", { lower: "a", upper: "b", intervalLevel: 0.5 });
    expect(named.predictions.forecast).toMatchObject({ level: 0.5, point: null });
  });

  it("readRegression(path, { prediction }) reads a forecast alone, and says what it leaves", async () => {
    const { predictions, source } = await read("mean,sigma,q05,q95,y\n1,2,0,4,1.5\n", { prediction: "mean" });
    expect(predictions.forecast).toEqual({ kind: "point", point: Float64Array.of(1) });
    expect(source.notes).toEqual([
      "not read: sigma, which --sigma would add",
      "not read: q05, q95, which --quantiles would take instead",
    ]);
  });

  it("readRegression(path, { by, time, weight, group }) reads what rows of every kind may have", async () => {
    const text = "pred,y,region,day,w,trip\n1,2,north,2025-01-01,1,a\n3,4,south,2025-01-02,2,a\n5,6,,2025-01-03,0,b\n";
    const options = { prediction: "pred", by: ["region"], time: "day", weight: "w", group: "trip" };
    const { predictions, source } = await read(text, options);
    expect(predictions.segments).toEqual([
      { name: "region", codes: Int32Array.of(0, 1, 2), values: ["north", "south", "(missing)"] },
    ]);
    expect(predictions.weights).toEqual(Float64Array.of(1, 2, 0));
    expect(predictions.groups).toEqual({ name: "trip", codes: Int32Array.of(0, 0, 1), values: ["a", "b"] });
    expect(predictions.time).toMatchObject({ name: "day", kind: "date" });
    expect(source.columns).toEqual({
      prediction: "pred",
      label: "y",
      weight: "w",
      time: "day",
      by: "region",
      group: "trip",
    });
  });

  it("readRegression(path) joins what is read in batches", async () => {
    const rows = 200_000;
    await duck(
      `COPY (SELECT i * 0.5 AS pred, 1 + i % 7 AS sigma, -i AS y, 'g' || (i % 3) AS g FROM range(${rows}) t(i)) TO '${inFolder("many.parquet")}'`,
    );
    const { predictions } = await readRegression(inFolder("many.parquet"), { sigma: "sigma", by: ["g"] });
    const { forecast, outcomes, segments } = predictions;
    if (forecast.kind !== "point-and-sigma") throw new Error(forecast.kind);
    expect(predictions.rows).toBe(rows);
    for (const i of [0, 131_071, 131_072, rows - 1]) {
      expect([forecast.point[i], forecast.sigma[i], outcomes[i]]).toEqual([i / 2, 1 + (i % 7), -i || 0]);
      expect(segments[0]?.values[segments[0].codes[i]!]).toBe(`g${i % 3}`);
    }
  });

  it("readRegression(undefined, flags) reads arrays", async () => {
    const [pred, sigma, y] = ["pred", "sigma", "y"].map((name, i) =>
      file(`${name}.npy`, npy("<f8", [2], Float64Array.of(i + 1, i + 2))),
    );
    const { predictions, source } = await readRegression(undefined, { prediction: pred!, sigma: sigma!, label: y! });
    expect(predictions.outcomes).toEqual(Float64Array.of(3, 4));
    expect(source.name).toBe("pred.npy + y.npy");
  });

  it("readRegression(path, { skipBad }) leaves bad rows out and counts them", async () => {
    const text = "pred,sigma,y\n1,1,1\nx,1,1\n2,0,1\n3,-1,1\n4,1,\n5,1,inf\n6,1,6\n";
    const { predictions, source } = await read(text, { skipBad: true });
    expect(predictions.outcomes).toEqual(Float64Array.of(1, 6));
    expect(source.rows).toBe(7);
    expect(source.skipped).toEqual([
      { reason: "standard deviation not above 0", count: 2 },
      { reason: "forecast not a number", count: 1 },
      { reason: "missing outcome", count: 1 },
      { reason: "outcome not finite", count: 1 },
    ]);
  });

  it("readRegression(path, options, context, limit) refuses more than is kept in memory", async () => {
    const path = file("wide.csv", `q0.1,q0.9,y\n${"1,2,3\n".repeat(10)}`);
    const { message } = await refusal(readRegression(path, {}, {}, 27));
    expect(message).toBe(
      "wide.csv: more than 9 rows of 3 numbers, which are all kept in memory; give a sample of the rows or fewer quantiles, or --exact where memory allows it",
    );
    expect((await readRegression(path, {}, {}, 30)).predictions.rows).toBe(10);
  });
});

describe("readRegression(path, options) says what is wrong with", () => {
  it.each([
    [
      "a standard deviation of 0",
      "pred,sigma,y\n1,1,1\n2,0,2\n",
      {},
      "f.csv, row 2 (line 3), column sigma: expected a standard deviation above 0, got 0",
    ],
    [
      "a missing outcome",
      "pred,sigma,y\n1,1,\n",
      {},
      "f.csv, row 1 (line 2), column y: expected a number, got nothing",
    ],
    [
      "a forecast that is no number",
      "pred,sigma,y\n1,1,1\n2,1,2\n1.2.3,1,1\n",
      { prediction: "pred", sigma: "sigma" },
      'f.csv, row 3 (line 4), column pred: expected a number, got "1.2.3"',
    ],
    [
      "an infinite outcome",
      "pred,sigma,y\n1,1,inf\n",
      {},
      "f.csv, row 1 (line 2), column y: expected a number, got Infinity",
    ],
    [
      "a missing quantile",
      "q0.1,q0.9,y\n1,2,3\n1,,3\n",
      {},
      "f.csv, row 2 (line 3), column q0.9: expected a number, got nothing",
    ],
    [
      "a huge quantile",
      "q0.1,q0.9,y\n1,1e200,3\n",
      {},
      "f.csv, row 1 (line 2), column q0.9: expected a number, got 1e+200; its size may be 1e+100 at most",
    ],
    [
      "an interval whose ends are swapped",
      "lo,hi,y\n1,2,1\n5,3,4\n",
      { intervalLevel: 0.9 },
      "f.csv, row 2 (line 3), columns lo and hi: expected a lower end not above the upper one, got 5 and 3",
    ],
    [
      "an interval without its level",
      "lo,hi,y\n1,2,1\n",
      { lower: "lo", upper: "hi" },
      "how often is the interval from lo to hi meant to hold the outcome? expected --interval-level, e.g. --interval-level 0.9",
    ],
    [
      "two readings",
      "mean,sigma,q05,q50,q95,y\n1,1,1,1,1,1\n",
      {},
      "f.csv: the file can be read in 2 ways, by the quantiles q05, q50, q95 (--quantiles), or by mean with sigma (--prediction, --sigma); say which one with its flags",
    ],
    [
      "two outcomes",
      "pred,sigma,y,target\n1,1,1,1\n",
      {},
      "f.csv: several columns could be the outcome: y, target; say which one with --label",
    ],
    [
      "no forecast",
      "a,b,y\n1,1,1\n",
      {},
      "f.csv: cannot tell which columns are the forecast; columns: a, b, y; name them with --prediction (and --sigma), --quantiles 'q*', or --lower, --upper and --interval-level",
    ],
    [
      "levels in two ways",
      "q1,q9,y\n1,1,1\n",
      {},
      "f.csv: columns q1, q9: q1 could be the level 0.01 or 0.1; say the levels, e.g. --quantiles '0.05=q1,…'",
    ],
    [
      "a column that is not there",
      "pred,sigma,y\n1,1,1\n",
      { sigma: "sigmaa" },
      "f.csv: no column sigmaa (--sigma), did you mean sigma?; columns: pred, sigma, y",
    ],
    [
      "a pattern that fits nothing",
      "q0.1,q0.9,y\n1,2,3\n",
      { quantiles: "p*" },
      "f.csv: no column fits --quantiles p* with a level such as 0.05 in place of the *; columns: q0.1, q0.9, y",
    ],
    [
      "a level outside of (0, 1)",
      "a,b,y\n1,2,3\n",
      { quantiles: "0.1=a,1.5=b" },
      "--quantiles 0.1=a,1.5=b: expected levels between 0 and 1, got 1.5",
    ],
    [
      "dates as forecasts",
      "pred,sigma,y\n2025-01-01,1,1\n",
      { prediction: "pred", sigma: "sigma" },
      "f.csv: expected one number per row in pred (--prediction), got dates",
    ],
    [
      "flags of classes",
      "pred,y\n1,1\n",
      { prediction: "pred", score: "p" },
      "--score belongs to scores of classes, not to forecasts of numbers",
    ],
    [
      "quantiles and a standard deviation",
      "q0.1,q0.9,s,y\n1,2,3,4\n",
      { quantiles: "q*", sigma: "s" },
      "--quantiles and --sigma exclude each other",
    ],
    ["half an interval", "lo,hi,y\n1,2,1\n", { lower: "lo", intervalLevel: 0.9 }, "--lower needs --upper beside it"],
    [
      "no rows",
      "pred,sigma,y\n",
      { prediction: "pred", sigma: "sigma", label: "y" },
      "f.csv: no rows, expected some below the header",
    ],
    [
      "weights that are all 0",
      "pred,sigma,y,w\n1,1,1,0\n",
      { weight: "w" },
      "f.csv: all weights are 0, expected a weight above 0 in some row",
    ],
    [
      "rows that are all bad",
      "pred,sigma,y\n1,0,1\n1,-1,1\n",
      { skipBad: true },
      "f.csv: all 2 rows are bad, the first because of f.csv, row 1 (line 2), column sigma: expected a standard deviation above 0, got 0",
    ],
  ] as const)("%s", async (_, text, options, message) => {
    expect(await refused(text, options)).toBe(message);
  });
});

describe("openForecasts(path, options, kind)", () => {
  it("openForecasts(path) needs no outcome and tells where the good rows are", async () => {
    const opened = await openForecasts(
      file("new.csv", "pred,sigma,id\n1,1,a\n2,0,b\n3,2,c\n"),
      { skipBad: true },
      undefined,
    );
    try {
      expect(opened.kind).toBe("point-and-sigma");
      const batches: ForecastBatch[] = [];
      for await (const batch of opened.batches()) batches.push(batch);
      expect(batches).toMatchObject([
        { rows: 3, keep: Int32Array.of(0, 2), forecast: { point: Float64Array.of(1, 3) } },
      ]);
      expect(opened.rowSource?.names).toEqual(["pred", "sigma", "id"]);
      expect(opened.summary().skipped).toEqual([{ reason: "standard deviation not above 0", count: 1 }]);
    } finally {
      await opened.close();
    }
  });

  it("openForecasts(path, options, kind) reads the kind that is needed where the file holds several", async () => {
    const path = file("both.csv", "mean,sigma,q05,q95\n1,1,0,2\n");
    for (const kind of ["quantiles", "point-and-sigma", "point"] as const) {
      const opened = await openForecasts(path, {}, kind);
      expect(opened.kind).toBe(kind);
      await opened.close();
    }
    const { message } = await refusal(openForecasts(path, { quantiles: "q*" }, "point-and-sigma"));
    expect(message).toBe(
      "expected a forecast with its standard deviation (--prediction, --sigma), got the flags of quantiles (--quantiles)",
    );
  });
});

describe.skipIf(!hasData)("readRegression(path) on real data", () => {
  it("reads 23 quantiles of COVID forecasts", async () => {
    const { predictions } = await readRegression(data("covid_eu_quantiles/quantile_forecasts.csv.gz"), {
      by: ["model", "target_type"],
      time: "forecast_date",
    });
    expect(predictions.rows).toBe(887);
    expect(predictions.forecast).toMatchObject({ kind: "quantiles", values: { cols: 23 } });
    expect(predictions.segments.map(({ values }) => values.length)).toEqual([4, 2]);
  });
});
