import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvDialect, splitLine } from "../../src/csv/csv-dialect.ts";

describe("splitLine", () => {
  it("splitLine(line, delimiter) takes quotes off and keeps delimiters inside them", () => {
    expect(splitLine('a,"b, ""c""",,d', ",")).toEqual(["a", 'b, "c"', "", "d"]);
    expect(splitLine("", ",")).toEqual([""]);
    expect(splitLine('"open, end', ",")).toEqual(["open, end"]);
  });
  it("splitLine(line, delimiter) undoes joining quoted values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.constantFrom(",", "\t", ";", "|"),
        (values, delimiter) => {
          const line = values.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter);
          expect(splitLine(line, delimiter)).toEqual(values);
        },
      ),
    );
  });
});

describe("csvDialect", () => {
  it("csvDialect(lines) takes the delimiter on which the lines agree", () => {
    const lines = ["a;b;c,d", "1;2;3,5", "2;3;4,5"];
    expect(csvDialect(lines)).toMatchObject({ delimiter: ";", header: ["a", "b", "c,d"] });
    expect(csvDialect(["label", "cat", "dog"])).toMatchObject({ delimiter: ",", header: ["label"], kinds: ["text"] });
    expect(csvDialect(["a|b", "1|2"])).toMatchObject({ delimiter: "|" });
  });
  it("csvDialect(lines) does not take the first regular line for the header", () => {
    expect(csvDialect(["score,label", "0.1,1", "0.2", "0.3,1,7"])).toMatchObject({
      skip: 0,
      header: ["score", "label"],
    });
  });
  it("csvDialect(lines) tells kinds of columns from their first values", () => {
    const lines = ["n,t,d,b,e,m", "1e-5,x,2024-01-01,true,,NA", "nan,1,2024-01-01T10:00Z,FALSE,,2"];
    expect(csvDialect(lines)!.kinds).toEqual(["number", "text", "time", "boolean", "number", "number"]);
  });
  it("csvDialect(lines) reads decimal commas only where nothing has a decimal point", () => {
    expect(csvDialect(["a;b", "0,5;1"])).toMatchObject({ decimalComma: true, kinds: ["number", "number"] });
    expect(csvDialect(["a;b", "0,5;1.5"])).toMatchObject({ decimalComma: false, kinds: ["text", "number"] });
  });
  it("csvDialect(lines) names columns without a name by their number and finds nothing in empty lines", () => {
    expect(csvDialect(["a,,c", "1,2,3"])!.header).toEqual(["a", "column 2", "c"]);
    expect(csvDialect(["", "# only a comment"])).toBeUndefined();
  });
});
