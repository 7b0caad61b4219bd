import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Calibrator, createRandom } from "@candor/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { npy } from "../input/helpers.ts";
import { binaryCalibrator, classCalibrator, halved, logistic, logisticValue } from "./calibrators.ts";
import { type CliResult, candor } from "./run.ts";

let folder = "";
let work = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-apply-"));
});
beforeEach(() => {
  work = mkdtempSync(join(folder, "t-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(work, name), content);
  return join(work, name);
}

const saved = (calibrator: Calibrator, name = "cal.json"): string => write(name, JSON.stringify(calibrator));
const out = (name: string): string => join(work, name);
const text = (path: string): string => readFileSync(path, "utf8");

async function apply(...args: string[]): Promise<CliResult> {
  const result = await candor(["apply", ...args]);
  expect(result.stderr.replace(/^note: .*\n/gm, "")).toBe("");
  expect(result.code).toBe(0);
  return result;
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(["apply", ...args]);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  return stderr.replaceAll(`${work}/`, "");
}

async function rowsOf(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Values of an NPY file of doubles. */
function doublesOf(path: string): { shape: string; values: number[] } {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const shape = /'shape': \(([^)]*)\)/.exec(bytes.toString("latin1", 10, start))?.[1] ?? "";
  return { shape, values: [...new Float64Array(Uint8Array.from(bytes.subarray(start)).buffer)] };
}

const messy = `id,"a,b",score,note
007,x,0.5,"he said ""hi"""
8,,0.9,
9,NA,1e-3,"two
lines"
`;

describe("candor apply CALIBRATOR FILE", () => {
  it("prints the rows as CSV, every value as it was written, with the calibrated probability of the positive class", async () => {
    const { stdout, stderr } = await apply(saved(binaryCalibrator()), write("in.csv", messy));
    const [nine, least] = [/^8,,0.9,,(.*)$/m, /^lines",(.*)$/m].map((pattern) => pattern.exec(stdout)?.[1] ?? "");
    expect(stdout).toBe(`id,"a,b",score,note,confidence
007,x,0.5,"he said ""hi""",0.5
8,,0.9,,${nine}
9,NA,1e-3,"two
lines",${least}
`);
    expect(Number(nine)).toBeCloseTo(logisticValue(0.9, 0.5), 14);
    expect(Number(least)).toBeCloseTo(logisticValue(1e-3, 0.5), 14);
    expect(stderr).toBe("");
  });

  it("reads standard input and needs no labels", async () => {
    const { code, stdout } = await candor(["apply", saved(binaryCalibrator()), "-"], { input: "score\n0.5\n" });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "score,confidence\n0.5,0.5\n" });
  });

  it("says what it wrote, or --json says it to a program", async () => {
    const calibrator = binaryCalibrator();
    const file = write("in.csv", messy);
    const { stdout } = await apply(saved(calibrator), file, "-o", out("out.csv"));
    expect(stdout).toBe(`wrote ${out("out.csv")}: 3 rows, added confidence\n`);
    const json = JSON.parse((await apply(saved(calibrator), file, "--out", out("out.csv"), "--json")).stdout);
    expect(json).toEqual({
      schema: "candor.apply/1",
      version: expect.any(String),
      calibrator: {
        method: "platt",
        scoreKind: "probability",
        classNames: ["0", "1"],
        fingerprint: calibrator.fingerprint,
      },
      source: { name: "in.csv", columns: { score: "score" } },
      output: out("out.csv"),
      rows: 3,
      skipped: [],
      added: ["confidence"],
      notes: [],
    });
  });

  it("writes CSV, TSV, JSON lines, JSON and Parquet, the text formats also packed", async () => {
    const cal = saved(binaryCalibrator());
    const file = write("in.csv", "id,score,ok\n007,0.5,true\n8,0.5,\n");
    const to = async (name: string): Promise<string> => {
      await apply(cal, file, "-o", out(name));
      return out(name);
    };
    expect(text(await to("o.tsv"))).toBe("id\tscore\tok\tconfidence\n007\t0.5\ttrue\t0.5\n8\t0.5\t\t0.5\n");
    const lines =
      '{"id":"007","score":0.5,"ok":true,"confidence":0.5}\n{"id":"8","score":0.5,"ok":null,"confidence":0.5}\n';
    expect(text(await to("o.jsonl"))).toBe(lines);
    expect(JSON.parse(text(await to("o.json")))).toEqual(
      lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
    expect(gunzipSync(readFileSync(await to("o.csv.gz"))).toString()).toBe(
      "id,score,ok,confidence\n007,0.5,true,0.5\n8,0.5,,0.5\n",
    );
    expect(await rowsOf(`SELECT * FROM read_csv('${await to("o.csv.zst")}', all_varchar=true)`)).toHaveLength(2);
    const types = await rowsOf(`SELECT column_name, column_type FROM (DESCRIBE FROM '${await to("o.parquet")}')`);
    expect(types).toEqual([
      ["id", "VARCHAR"],
      ["score", "DOUBLE"],
      ["ok", "BOOLEAN"],
      ["confidence", "DOUBLE"],
    ]);
    expect(doublesOf(await to("o.npy"))).toEqual({ shape: "2,", values: [0.5, 0.5] });
  });

  it("keeps the types, the nulls and the order of the columns of a Parquet file", async () => {
    await rowsOf(`COPY (SELECT 1::UTINYINT AS a, 0.25::FLOAT AS score, [1, NULL]::SMALLINT[] AS l, {'x': DATE '2024-01-02'} AS s,
      TIMESTAMP '2024-01-02 03:04:05' AS t, NULL::DECIMAL(9, 2) AS d, 'é'::VARCHAR AS "A b") TO '${out("in.parquet")}'`);
    await apply(saved(binaryCalibrator()), out("in.parquet"), "-o", out("o.parquet"));
    const describe_ = (path: string) => rowsOf(`SELECT column_name, column_type FROM (DESCRIBE FROM '${path}')`);
    expect(await describe_(out("o.parquet"))).toEqual([
      ...(await describe_(out("in.parquet"))),
      ["confidence", "DOUBLE"],
    ]);
    const [same] = await rowsOf(
      `SELECT (SELECT x FROM (FROM '${out("in.parquet")}') x)::VARCHAR, (SELECT x FROM (SELECT * EXCLUDE confidence FROM '${out("o.parquet")}') x)::VARCHAR`,
    );
    expect(same?.[1]).toBe(same?.[0]);
  });

  it("keeps JSON values as they are written, also fields that appear late", async () => {
    const lines = [
      '{"id":12345678901234567890,"score":0.5,"tags":["a",{"k":1.0}],"when":"2024-01-01"}',
      ...Array.from({ length: 30_000 }, (_, i) => `{"id":${i},"score":0.5}`),
      '{"id":1,"score":0.5,"late":{"x":1}}',
    ];
    await apply(saved(binaryCalibrator()), write("in.jsonl", `${lines.join("\n")}\n`), "-o", out("o.jsonl"));
    const written = text(out("o.jsonl")).trim().split("\n");
    expect(written).toHaveLength(30_002);
    expect(written[0]).toBe(
      '{"id":12345678901234567890,"score":0.5,"tags":["a",{"k":1.0}],"when":"2024-01-01","late":null,"confidence":0.5}',
    );
    expect(written.at(-1)).toBe('{"id":1,"score":0.5,"tags":null,"when":null,"late":{"x":1},"confidence":0.5}');
    await apply(saved(binaryCalibrator()), out("in.jsonl"), "-o", out("o.parquet"));
    const types = await rowsOf(
      `SELECT column_type FROM (DESCRIBE FROM '${out("o.parquet")}') WHERE column_name <> 'tags'`,
    );
    expect(types.flat()).toEqual(["VARCHAR", "DOUBLE", "VARCHAR", "STRUCT(x BIGINT)", "DOUBLE"]);
  });

  it("writes semicolons and decimal commas where it reads them", async () => {
    const { stdout } = await apply(saved(binaryCalibrator()), write("in.csv", "name;score\na;0,5\nb;0,9\n"));
    expect(stdout).toBe(
      `name;score;confidence\na;0,5;0,5\nb;0,9;${String(logisticValue(0.9, 0.5)).replace(".", ",")}\n`,
    );
    await apply(saved(binaryCalibrator()), out("in.csv"), "-o", out("o.jsonl"));
    expect(text(out("o.jsonl")).split("\n")[0]).toBe('{"name":"a","score":0.5,"confidence":0.5}');
  });

  it.each(["csv", "jsonl", "parquet"])("keeps the order of 300 000 rows of %s", async (ending) => {
    const random = createRandom(3);
    const scores = Array.from({ length: 300_000 }, () => random.uniform());
    const csv = write("in.csv", `id,score\n${scores.map((score, i) => `${i},${score}`).join("\n")}\n`);
    const source = ending === "csv" ? csv : out(`in.${ending}`);
    if (ending !== "csv")
      await rowsOf(
        `COPY (FROM read_csv('${csv}')) TO '${source}' ${ending === "jsonl" ? "(FORMAT json)" : "(ROW_GROUP_SIZE 20000)"}`,
      );
    await apply(saved(binaryCalibrator()), source, "-o", out(`o.${ending}`));
    const path = out(`o.${ending}`);
    const from = ending === "csv" ? `read_csv('${path}')` : ending === "jsonl" ? `read_json('${path}')` : `'${path}'`;
    const rows = await rowsOf(`SELECT id::INTEGER, confidence FROM ${from}`);
    expect(rows).toHaveLength(scores.length);
    for (let i = 0; i < scores.length; i += 997) {
      expect(rows[i]?.[0]).toBe(i);
      expect(rows[i]?.[1]).toBeCloseTo(logisticValue(scores[i] ?? 0, 0.5), 14);
    }
  });

  it("writes a header when there are no rows", async () => {
    expect((await apply(saved(binaryCalibrator()), write("in.csv", "score,x\n"))).stdout).toBe("score,x,confidence\n");
  });
});

describe("candor apply CALIBRATOR FILE, several classes", () => {
  const logits = "id,z_cat,z_dog,z_bird\na,2,0,-1\nb,-0.5,0.5,3\n";
  const rows = [halved([2, 0, -1]), halved([-0.5, 0.5, 3])];

  const numbers = (csv: string): number[][] =>
    csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(-4).map(Number));

  it("adds the predicted class, its probability and one probability per class", async () => {
    const { stdout } = await apply(saved(classCalibrator()), write("in.csv", logits));
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("id,z_cat,z_dog,z_bird,prediction,confidence,p_cat,p_dog,p_bird");
    expect(lines[1]).toMatch(/^a,2,0,-1,cat,/);
    expect(lines[2]).toMatch(/^b,-0.5,0.5,3,bird,/);
    numbers(stdout).forEach((found, i) => {
      const expected = [Math.max(...(rows[i] ?? [])), ...(rows[i] ?? [])];
      found.forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k] ?? 0, 14);
      });
    });
  });

  it("matches classes by name where the columns come in another order, and says so", async () => {
    const reordered = write("in.csv", "z_bird,z_cat,z_dog\n-1,2,0\n3,-0.5,0.5\n");
    const { stdout, stderr } = await apply(saved(classCalibrator()), reordered);
    expect(stderr).toBe(
      "note: the classes of in.csv come in the order bird, cat, dog: matched to the calibrator by name\n",
    );
    expect(stdout.split("\n")[0]).toBe("z_bird,z_cat,z_dog,prediction,confidence,p_cat,p_dog,p_bird");
    numbers(stdout).forEach((found, i) => {
      found.slice(1).forEach((value, k) => {
        expect(value).toBeCloseTo(rows[i]?.[k] ?? 0, 14);
      });
    });
  });

  it("puts names that the file already has behind calibrated_, and says so", async () => {
    const calibrator = classCalibrator({ scoreKind: "probabilities", clip: 1e-12, map: { kind: "identity" } });
    const file = write("in.csv", "p_cat,p_dog,p_bird,Confidence\n0.5,0.3,0.2,x\n");
    const { stdout, stderr } = await apply(saved(calibrator), file);
    expect(stdout.split("\n")[0]).toBe(
      "p_cat,p_dog,p_bird,Confidence,prediction,calibrated_confidence,calibrated_p_cat,calibrated_p_dog,calibrated_p_bird",
    );
    expect(stderr).toBe(
      "note: the file already has confidence (added as calibrated_confidence), p_cat (added as calibrated_p_cat), p_dog (added as calibrated_p_dog) and 1 more\n",
    );
    const into = await apply(saved(calibrator), file, "--into", "sure");
    expect(into.stdout.split("\n")[0]).toContain(",prediction,sure,calibrated_p_cat");
    expect(await refusal(saved(calibrator), file, "--into", "P_CAT")).toBe(
      "error: the file already has a column P_CAT, expected another name: --into NAME\n",
    );
  });

  it("reads an array of logits in the order of the calibrator and writes an array of probabilities", async () => {
    const array = write("z.npy", npy("<f8", [2, 3], Float64Array.of(2, 0, -1, -0.5, 0.5, 3)));
    const { stderr } = await apply(saved(classCalibrator()), array, "-o", out("p.npy"));
    expect(stderr).toBe(
      "note: z.npy does not name its classes: taken in the order of the calibrator, cat, dog, bird\n",
    );
    const { shape, values } = doublesOf(out("p.npy"));
    expect(shape).toBe("2, 3");
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(rows.flat()[i] ?? 0, 14);
    });
    const { stdout } = await apply(saved(classCalibrator()), array);
    expect(stdout.split("\n")[0]).toBe("prediction,confidence,p_cat,p_dog,p_bird");
  });

  it("adds numbers as predictions where the classes are numbered", async () => {
    const calibrator = classCalibrator({ classNames: ["0", "1", "2"] });
    const file = write("in.jsonl", '{"logits":[2,0,-1]}\n');
    await apply(saved(calibrator), file, "-o", out("o.jsonl"));
    expect(JSON.parse(text(out("o.jsonl")))).toMatchObject({ logits: [2, 0, -1], prediction: 0 });
  });

  it("takes the values from an array beside a table, whose columns are kept", async () => {
    const array = write("z.npy", npy("<f8", [2, 3], Float64Array.of(2, 0, -1, -0.5, 0.5, 3)));
    const { stdout } = await apply(saved(classCalibrator()), write("ids.csv", "id\na\nb\n"), "--logits", array);
    expect(stdout).toMatch(/^id,prediction,confidence,p_cat,p_dog,p_bird\na,cat,.*\nb,bird,/);
    const longer = write("more.csv", "id\na\nb\nc\n");
    expect(await refusal(saved(classCalibrator()), longer, "--logits", array)).toBe(
      "error: more.csv has 3 rows but z.npy has 2, expected the same in both\n",
    );
  });
});

describe("candor apply, a calibrator with corrections per segment", () => {
  const calibrator = binaryCalibrator({
    map: { kind: "identity" },
    segments: { columns: ["region"], maps: [{ values: ["north"], map: logistic(0.5), n: 100 }] },
  });
  const rows = "south,0.9\nnorth,0.9\n,0.9\n";
  const expected = [0.9, logisticValue(0.9, 0.5), 0.9];
  const confidences = (csv: string) =>
    csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[2]));

  it("finds the segments of a file by the name of their column", async () => {
    const { stdout } = await apply(saved(calibrator), write("in.csv", `region,score\n${rows}`));
    confidences(stdout).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? 0, 14);
    });
  });

  it("--by says what the column is called otherwise", async () => {
    const file = write("in.csv", `area,score\n${rows}`);
    expect(await refusal(saved(calibrator), file)).toBe(
      "error: the calibrator has corrections by region; in.csv: no column region (--by); columns: area, score\n",
    );
    const { stdout } = await apply(saved(calibrator), file, "--by", "area");
    confidences(stdout).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? 0, 14);
    });
    expect(await refusal(saved(calibrator), file, "--by", "area,score")).toContain("expected as many columns for --by");
    expect(await refusal(saved(binaryCalibrator()), file, "--by", "area")).toContain("expected no --by");
  });
});

describe("candor apply refuses", () => {
  it("a bad row, naming the row and the column, and leaves nothing behind", async () => {
    const file = write("in.csv", "id,score\na,0.5\nb,1.5\n");
    const cal = saved(binaryCalibrator());
    const before = readdirSync(work);
    expect(await refusal(cal, file, "-o", out("o.csv"))).toBe(
      "error: in.csv, row 2 (line 3), column score: expected a probability in [0, 1], got 1.5\n",
    );
    expect(await refusal(cal, file)).toContain("row 2");
    expect(readdirSync(work)).toEqual(before);
  });

  it("keeps an old file until the new one is whole", async () => {
    write("o.csv", "old\n");
    await refusal(saved(binaryCalibrator()), write("in.csv", "score\n0.5\n7\n"), "-o", out("o.csv"));
    expect(text(out("o.csv"))).toBe("old\n");
  });

  it("nothing of a bad row with --skip-bad: it stays, without a confidence", async () => {
    const file = write("in.csv", "id,score\na,0.5\nb,oops\nc,\nd,1.5\ne,0.5\n");
    const { stdout, stderr } = await apply(saved(binaryCalibrator()), file, "--skip-bad");
    expect(stdout).toBe("id,score,confidence\na,0.5,0.5\nb,oops,\nc,,\nd,1.5,\ne,0.5,0.5\n");
    expect(stderr).toContain("note: 1 row has no calibrated score: score not a number\n");
    await apply(saved(binaryCalibrator()), file, "--skip-bad", "-o", out("o.npy"));
    expect(doublesOf(out("o.npy")).values).toEqual([0.5, Number.NaN, Number.NaN, Number.NaN, 0.5]);
    const json = await apply(saved(binaryCalibrator()), file, "--skip-bad", "-o", out("o.jsonl"), "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      rows: 5,
      skipped: expect.arrayContaining([{ reason: "missing score", count: 1 }]),
    });
    expect(text(out("o.jsonl")).split("\n")[1]).toBe('{"id":"b","score":"oops","confidence":null}');
  });

  it("keeps bad rows apart from good ones over many chunks", async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => (i % 7 === 3 ? `${i},x` : `${i},${(i % 100) / 100}`));
    const { stdout } = await apply(
      saved(binaryCalibrator({ map: { kind: "identity" } })),
      write("in.csv", `id,score\n${rows.join("\n")}\n`),
      "--skip-bad",
    );
    const lines = stdout.trim().split("\n").slice(1);
    expect(lines).toHaveLength(10_000);
    lines.forEach((line, i) => {
      const [id, , confidence] = line.split(",");
      expect(id).toBe(String(i));
      expect(confidence).toBe(i % 7 === 3 ? "" : String((i % 100) / 100 || "0.0").replace(/^(\d)$/, "$1.0"));
    });
  });

  it("leaves the columns of a bad row empty where there are several classes", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => (i % 3 === 1 ? `${i},0,0,x` : `${i},${i % 5},0,0`));
    const file = write("in.csv", `id,z_cat,z_dog,z_bird\n${rows.join("\n")}\n`);
    const { stdout } = await apply(saved(classCalibrator()), file, "--skip-bad");
    const lines = stdout.trim().split("\n").slice(1);
    expect(lines).toHaveLength(5000);
    lines.forEach((line, i) => {
      const [id, , , , prediction, confidence, ...probabilities] = line.split(",");
      expect(id).toBe(String(i));
      const expected = i % 3 === 1 ? undefined : halved([i % 5, 0, 0]);
      expect(prediction).toBe(expected === undefined ? "" : "cat");
      expect(confidence).toBe(probabilities[0]);
      probabilities.forEach((text, k) => {
        if (expected === undefined) expect(text).toBe("");
        else expect(Number(text)).toBeCloseTo(expected[k] ?? 0, 14);
      });
    });
  });

  it("leaves out lines that are no rows with --skip-bad, and counts them", async () => {
    const csv = await apply(
      saved(binaryCalibrator()),
      write("in.csv", "id,score\na,0.5\nb,0.5,7\nc,0.5\n"),
      "--skip-bad",
    );
    expect(csv).toMatchObject({
      stdout: "id,score,confidence\na,0.5,0.5\nc,0.5,0.5\n",
      stderr: "note: 1 malformed line was left out\n",
    });
    const file = write("in.jsonl", '{"id":1,"score":0.5}\nnonsense\n{"id":2,"score":0.5}\n');
    expect(await refusal(saved(binaryCalibrator()), file)).toContain("not valid JSON");
    const jsonl = await apply(saved(binaryCalibrator()), file, "--skip-bad", "-o", out("o.jsonl"));
    expect(jsonl.stderr).toBe("note: 1 malformed line was left out\n");
    expect(text(out("o.jsonl"))).toBe('{"id":1,"score":0.5,"confidence":0.5}\n{"id":2,"score":0.5,"confidence":0.5}\n');
  });

  it.each([
    [
      "a label and p_*",
      "p_cat,p_dog\n0.5,0.5\n",
      "the calibrator reads the probability of the positive class (--score), got columns that look like p_* (--probs)",
    ],
    ["confidences", "confidence\n0.5\n", "(--score), got columns that look like confidence (--confidence)"],
    ["nothing known", "x,y\n0.5,1\n", "no column is known to be the score; columns: x, y; name it with --score"],
  ])("a file of %s for a calibrator of one score", async (_, csv, complaint) => {
    expect(await refusal(saved(binaryCalibrator()), write("in.csv", csv))).toContain(complaint);
  });

  it("probabilities for a calibrator of logits, and other classes", async () => {
    const cal = saved(classCalibrator());
    expect(await refusal(cal, write("in.csv", "p_cat,p_dog,p_bird\n0.5,0.3,0.2\n"))).toContain(
      "the calibrator reads one logit per class (--logits), got columns that look like p_* (--probs)",
    );
    expect(await refusal(cal, out("in.csv"), "--probs", "p_*")).toBe(
      "error: the calibrator reads one logit per class, expected --logits, got --probs\n",
    );
    expect(await refusal(cal, write("in.csv", "z_cat,z_dog,z_fish\n1,2,3\n"))).toContain(
      "expected the classes of the calibrator (cat, dog, bird), got cat, dog, fish; missing: bird",
    );
    expect(await refusal(cal, write("in.csv", "z_cat,z_dog\n1,2\n"))).toContain("the calibrator has 3 classes");
    expect(await refusal(cal, write("s.npy", npy("<f8", [2], Float64Array.of(1, 2))))).toContain(
      "got one number per row",
    );
    const one = saved(binaryCalibrator());
    expect(await refusal(one, write("z.npy", npy("<f8", [1, 2], Float64Array.of(1, 2))))).toContain(
      "got 2 values per row",
    );
  });

  it("a calibrator that is none, was altered, or is not there", async () => {
    const file = write("in.csv", "score\n0.5\n");
    expect(await refusal(out("none.json"), file)).toBe("error: no such file: none.json\n");
    expect(await refusal(write("cal.json", "{"), file)).toContain(
      "cal.json: not JSON, expected what `candor fit`, `candor decide` or `candor conformal` wrote, and then the file",
    );
    expect(await refusal(write("cal.json", '{"schema":"candor.calibrator/9"}'), file)).toContain("cal.json: ");
    const altered = { ...binaryCalibrator(), n: 7 };
    expect(await refusal(write("cal.json", JSON.stringify(altered)), file)).toMatch(/cal.json: .*fingerprint/);
    const fit = { schema: "candor.fit/1", calibrator: binaryCalibrator() };
    expect(await refusal(write("cal.json", JSON.stringify(fit)), file)).toBe(
      "error: cal.json: this tells about a fit, expected the calibrator, which `candor fit --out` writes\n",
    );
  });

  it("no calibrator that begins with a byte order mark", async () => {
    const cal = write("cal.json", `\ufeff${JSON.stringify(binaryCalibrator())}`);
    const { stdout } = await apply(cal, write("in.csv", "score\n0.5\n"));
    expect(stdout).toContain("0.5,");
  });

  it("outputs that mean nothing, are an input, or mix with JSON", async () => {
    const cal = saved(binaryCalibrator());
    const file = write("in.csv", "score\n0.5\n");
    expect(await refusal(cal, file, "-o", out("o.xlsx"))).toContain("expected a name in .csv, .tsv");
    expect(await refusal(cal, file, "-o", out("o.parquet.gz"))).toContain("cannot tell how to write");
    expect(await refusal(cal, file, "-o", file)).toBe("error: in.csv is an input, expected another file to write to\n");
    expect(await refusal(cal, file, "-o", cal.replace(/json$/, "csv"), "--out", cal)).toContain("is an input");
    expect(await refusal(cal, file, "--json")).toContain("expected --out FILE");
    expect(await refusal(cal, file, "-o", out("nowhere/o.csv"))).toContain("the folder does not exist");
    expect(await refusal(cal)).toContain("no file to calibrate");
  });

  it.each(["while it reads", "while it writes"])(
    "to go on after Ctrl-C %s, and leaves nothing behind",
    async (when) => {
      const controller = new AbortController();
      const cal = saved(binaryCalibrator());
      const rows = Array.from({ length: 400_000 }, (_, i) => `${i},0.5`);
      const file = write("in.csv", `id,score\n${rows.join("\n")}\n`);
      const before = readdirSync(work);
      const running = candor(["apply", cal, file, "-o", out("o.csv")], { signal: controller.signal });
      const isTime = () => when === "while it reads" || readdirSync(work).length > before.length;
      const timer = setInterval(() => isTime() && controller.abort(), 1);
      const { code, stderr } = await running;
      clearInterval(timer);
      expect({ code, stderr }).toEqual({ code: 130, stderr: "interrupted; nothing was written\n" });
      expect(readdirSync(work)).toEqual(before);
    },
  );
});
