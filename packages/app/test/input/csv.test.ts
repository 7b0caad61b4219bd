import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openPredictions } from "../../src/input/open-predictions.ts";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { duck, file, inFolder } from "./helpers.ts";

describe("readPredictions on CSV", () => {
  it("readPredictions(csv) recognises score and label and gives probabilities and outcomes", async () => {
    const path = file("plain.csv", "score,label\n0.25,0\n0.75,1\n0.5,1\n");
    const { predictions, source } = await readPredictions(path, {});
    expect(predictions).toEqual({
      task: "binary",
      rows: 3,
      probabilities: Float64Array.of(0.25, 0.75, 0.5),
      outcomes: Uint8Array.of(0, 1, 1),
      classNames: ["0", "1"],
      segments: [],
    });
    expect(source).toEqual({
      name: "plain.csv",
      rows: 3,
      skipped: [],
      columns: { score: "score", label: "label" },
      notes: [],
    });
  });

  it.each([
    ["tabs", "p\ty\n0.1\t0\n0.9\t1\n"],
    ["semicolons", "p;y\n0.1;0\n0.9;1\n"],
    ["bars", "p|y\n0.1|0\n0.9|1\n"],
    ["CRLF", "p,y\r\n0.1,0\r\n0.9,1\r\n"],
    ["CR alone", "p,y\r0.1,0\r0.9,1\r"],
    ["a byte order mark", "\ufeffp,y\n0.1,0\n0.9,1\n"],
    ["no line end at the end", "p,y\n0.1,0\n0.9,1"],
    ["empty lines", "p,y\n\n0.1,0\n\n0.9,1\n\n"],
    ["comments above the header", "# made by x, y\n#\n\np,y\n0.1,0\n0.9,1\n"],
    ["quotes", '"p","y"\n"0.1","0"\n"0.9",1\n'],
    ["spaces around values", "p , y\n 0.1 , 0\n0.9 ,1 \n"],
    ["a comma at the end of every line", "p,y,\n0.1,0,\n0.9,1,\n"],
    ["quoted text with delimiters and line ends", 'p,y,text\n0.1,0,"a, ""b""\nc;d"\n0.9,1,x\n'],
    ["names in capitals", "Prob,TARGET\n0.1,0\n0.9,1\n"],
  ])("readPredictions(csv) reads %s", async (name, text) => {
    const { predictions } = await readPredictions(file(`${name.replaceAll(" ", "-")}.txt`, text), {});
    expect(predictions).toMatchObject({
      probabilities: Float64Array.of(0.1, 0.9),
      outcomes: Uint8Array.of(0, 1),
    });
  });

  it("readPredictions(csv) reads UTF-16 with a byte order mark", async () => {
    const path = file("utf16.csv", Buffer.from("\ufeffp\ty\tname\n0.1\t0\tä\n0.9\t1\tß\n", "utf16le"));
    const { predictions } = await readPredictions(path, { by: ["name"] });
    expect(predictions.segments[0]!.values).toEqual(["ä", "ß"]);
  });

  it("readPredictions(csv) reads decimal commas where another delimiter stands, and says so", async () => {
    const path = file("comma.csv", "score;label\n0,25;0\n1;1\n0,75;1\n");
    const { predictions, source } = await readPredictions(path, {});
    expect(predictions).toMatchObject({ probabilities: Float64Array.of(0.25, 1, 0.75) });
    expect(source.notes).toEqual([expect.stringContaining("decimal comma")]);
  });

  it("readPredictions(csv.gz) and several gzip members in one file give the same rows", async () => {
    const head = gzipSync("score,label\n0.25,0\n");
    const one = file("one.csv.gz", gzipSync("score,label\n0.25,0\n0.75,1\n"));
    const two = file("two.csv.gz", Buffer.concat([head, gzipSync("0.75,1\n")]));
    const unnamed = file("compressed", gzipSync("score,label\n0.25,0\n0.75,1\n"));
    const expected = (await readPredictions(one, {})).predictions;
    expect(expected.rows).toBe(2);
    expect((await readPredictions(two, {})).predictions).toEqual(expected);
    expect((await readPredictions(unnamed, {})).predictions).toEqual(expected);
  });

  it("readPredictions(path) reads the named file and no other, whatever characters its name has", async () => {
    for (const name of ["a*.csv", "a?.csv", "a[1].csv", "it's.csv", "ä {b,c}.csv", "%41.csv"]) {
      file("a1.csv", "score,label\n0.9,1\n0.9,0\n0.9,0\n");
      const { predictions } = await readPredictions(file(name, "score,label\n0.25,0\n0.75,1\n"), {});
      expect(predictions.rows, name).toBe(2);
    }
  });

  it("readPredictions(csv) reads 17 digits back to the same bits", async () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { minLength: 2, maxLength: 200 }), async (values) => {
        const digits = values.map((value) => (value.toString().length > 20 ? value.toString() : value.toPrecision(17)));
        const lines = digits.map((text, i) => `${text},${i % 2}`);
        const { predictions } = await readPredictions(file("digits.csv", `score,label\n${lines.join("\n")}\n`), {});
        const read = predictions.task === "binary" ? Array.from(predictions.probabilities) : [];
        expect(read.map((value) => value + 0)).toEqual(values.map((value) => value + 0));
      }),
      { numRuns: 25 },
    );
  });

  it("readPredictions(csv) rounds decimals that lie between two doubles correctly", async () => {
    const texts = [
      "0.10000000000000001",
      "0.500000000000000166533453693773481063544750213623046875",
      "0.49999999999999994448884876874217",
      "4.9406564584124654e-324",
      "2.2250738585072011e-308",
      "0.999999999999999944488848768742172978818416595458984375",
    ];
    const lines = texts.map((text, i) => `${text},${i % 2}`);
    const { predictions } = await readPredictions(file("hard.csv", `score,label\n${lines.join("\n")}\n`), {});
    expect(predictions).toMatchObject({ probabilities: Float64Array.from(texts, Number) });
  });

  it("openPredictions(csv).batches() keeps the order of the file over many batches", async () => {
    const path = inFolder("ordered.csv");
    const rows = 1_500_000;
    await duck(
      `COPY (SELECT i / ${rows} AS score, i % 2 AS label, i AS t, 'g' || (i // 100000) AS g, i AS w FROM range(${rows}) r(i)) TO '${path}' (HEADER)`,
    );
    const opened = await openPredictions(path, { time: "t", by: ["g"], weight: "w" });
    let row = 0;
    let wrong = 0;
    for await (const batch of opened.batches()) {
      expect(batch.rows).toBeLessThanOrEqual(131_072);
      for (let i = 0; i < batch.rows; i++, row++) {
        const group = batch.segments[0]!.values[batch.segments[0]!.codes[i]!];
        if (batch.time!.values[i] !== row || batch.weights![i] !== row) wrong++;
        if (batch.task === "binary" && (batch.probabilities[i] !== row / rows || batch.outcomes[i] !== row % 2))
          wrong++;
        if (group !== `g${Math.floor(row / 100_000)}`) wrong++;
      }
    }
    await opened.close();
    expect({ row, wrong }).toEqual({ row: rows, wrong: 0 });
  });
});
