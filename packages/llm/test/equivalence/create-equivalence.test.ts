import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEquivalence } from "../../src/equivalence/create-equivalence.ts";
import type { EquivalenceOptions } from "../../src/equivalence/equivalence.ts";

type Pair = readonly [a: string, b: string, options?: EquivalenceOptions];

const EQUAL: readonly Pair[] = [
  ["5", "5.0"],
  ["5", "5."],
  ["5", " 5 "],
  ["5", "**5**"],
  ["5", "`5`"],
  ["5", "$5$"],
  ["5", "+5"],
  ["5", "five"],
  ["5", "Five."],
  ["5", "The answer is 5."],
  ["5", "2 + 3 = 5, so the final answer is **5**"],
  ["5", "Let me think.\n#### 5"],
  ["5", "Hence $\\boxed{5}$ holds"],
  ["5", "<think>maybe 7? the answer is 7</think>5"],
  ["5", "Answer: 5"],
  ["5", "about 5"],
  ["0", "-0"],
  ["1,000", "1000"],
  ["1 000", "1000"],
  ["1 000", "1000"],
  ["1'000", "1000"],
  ["1_000", "1000"],
  ["1e3", "1000"],
  ["1.0E+3", "1,000.00"],
  ["one thousand", "1000"],
  ["a hundred", "one hundred"],
  ["one hundred and five", "105"],
  ["twenty-one", "21"],
  ["two million three hundred thousand", "2.3 million"],
  ["three point one four", "3.14"],
  ["a dozen", "12"],
  ["minus four", "-4"],
  ["−4", "-4"],
  ["3.5 million", "3,500,000"],
  ["3.5M", "3500000"],
  ["5k", "5000"],
  ["12,34,567", "1234567"],
  ["3 × 10^8", "300000000"],
  ["3×10⁸", "3e8"],
  ["10^6", "1000000"],
  ["$3 \\times 10^{8}$", "3e8"],
  ["1/2", "0.5"],
  ["½", "0.5"],
  ["1½", "1.5"],
  ["1 1/2", "1.5"],
  ["$\\frac{1}{2}$", "1/2"],
  ["2/6", "1/3"],
  ["50%", "0.5"],
  ["50 percent", "50 %"],
  ["50\\%", "50%"],
  ["9007199254740993", "9,007,199,254,740,993"],
  ["1.000,5", "1000,50", { decimal: "comma" }],
  ["5 km", "5000 m"],
  ["5km", "5 kilometres"],
  ["5 km", "5 kilometers."],
  ["1 mile", "1.609344 km"],
  ["1 in", "2.54 cm"],
  ["5'10\"", "5 ft 10 in"],
  ["1 hour and 30 minutes", "90 min"],
  ["2 weeks", "14 days"],
  ["2 years", "24 months"],
  ["1 kg", "1000 grams"],
  ["36 km/h", "10 m/s"],
  ["72 miles per hour", "72 mph"],
  ["100 °C", "373.15 K"],
  ["32 °F", "0 degrees Celsius"],
  ["5 m²", "5 square meters"],
  ["1 GB", "1000 MB"],
  ["2 L", "2000 ml"],
  ["5 apples", "five apples"],
  ["1 apple", "one apple"],
  ["5", "5 km", { assume: "km" }],
  ["9", "$9", { assume: "USD" }],
  ["100", "101", { relativeTolerance: 0.01 }],
  ["5 m", "5.4 m", { absoluteTolerance: 0.5 }],
  ["$5", "5 dollars"],
  ["$5", "US$5.00"],
  ["$5", "5 USD"],
  ["$1,000.50", "USD 1000.5"],
  ["$3.5 million", "3,500,000 dollars"],
  ["€5", "5 euros"],
  ["-$5", "($5)"],
  ["50 cents", "$0.50"],
  ["5 dollars and 20 cents", "$5.20"],
  ["£5", "5 pounds", { kind: "money" }],
  ["$5", "5 CAD", { dollar: "CAD" }],
  ["2024-03-04", "4 March 2024"],
  ["2024-03-04", "March 4th, 2024"],
  ["2024-03-04", "Monday, 4 March 2024"],
  ["2024-03-04", "2024/03/04"],
  ["2024-03-04", "04.03.2024"],
  ["the 3rd of March 2024", "Mar 3, 2024"],
  ["03/04/2024", "3/4/2024"],
  ["13/04/2024", "2024-04-13"],
  ["04/04/2024", "2024-04-04"],
  ["03/04/2024", "2024-04-03", { dateOrder: "day-month" }],
  ["03/04/2024", "2024-03-04", { dateOrder: "month-day" }],
  ["10:30", "10:30 AM"],
  ["5 pm", "17:00"],
  ["noon", "12:00"],
  ["12 am", "00:00"],
  ["2024-03-04T10:30:00Z", "2024-03-04 12:30+02:00"],
  ["March 4, 2024 at 10:30 am", "2024-03-04T10:30"],
  ["3 May", "May 3rd"],
  ["March 2024", "Mar 2024"],
  ["[1,2]", "[1.0, 2]"],
  ["[1,2]", "1, 2"],
  ["1, 2 and 3", "[1, 2, 3]"],
  ["- 1\n- 2", "1. 1\n2. 2"],
  ['["Paris", "Rome"]', '["paris","rome"]'],
  ["red, green", "green and red", { kind: "set" }],
  ["{1, 1, 2}", "[2, 1]", { kind: "set" }],
  ["red; green", "Red, green", { kind: "list" }],
  ['{"a":1,"b":[true,null]}', '{ "b": [true, null], "a": 1.0 }'],
  ['```json\n{"a": 1}\n```', '{"a":1}'],
  ["yes", "Yes."],
  ["Yes", "YES!"],
  ["A", "(A)"],
  ["A", "a)"],
  ["Paris", "The answer is Paris."],
  ["Paris", "**Paris**"],
  ["the United States", "United States"],
  ["U.S.A.", "USA"],
  ["well-known", "well known"],
  ["1 h 30 m", "90 min"],
  ["x = 5", "x=5"],
  ["A dog", "dog"],
  ["“Hello, world”", '"hello world"'],
  ["ﬁne", "fine"],
  ["```js\nlet a = 1; // one\n```", "```js\nlet a=1;\n```"],
  ["x = 1  # one\ny = 2", "x = 1\n\ny = 2", { kind: "code", language: "python" }],
  ["if a:\n  b()", "if a:\n    b()", { kind: "code" }],
  ["SELECT a -- b\nFROM t", "SELECT a FROM t", { kind: "code", language: "sql" }],
];

const SENTENCES: readonly Pair[] = [
  ["5 miles", "The hospital is 5 miles away from Elise's house."],
  ["$9", "The box of cookies costs $9."],
  ["12 mph", "Colin can skip at 12 miles per hour."],
  ["308 dollars", "The total cost of all the lunches is $308."],
  ["5 apples", "He has 5 apples left."],
  ["1,500", "In total there are 1500"],
  ["50%", "It rose by 50 % today"],
  ["USD 20", "She paid USD 20 for it"],
];

const QUALIFIED_SENTENCES: readonly Pair[] = [
  ["5 miles", "The hospital is not 5 miles away."],
  ["5 miles", "The hospital is more than 5 miles away."],
  ["5 miles", "The hospital is 5 miles or so away."],
  ["5 miles", "It is 5 miles there and 5 miles back."],
  ["5 miles", "The hospital is 8 miles away."],
  ["5 miles", "The hospital isn't 5 miles away."],
  ["5", "Is it 5?"],
  ["5", "She lives at flat B5"],
  ["5", "It is 5 km away"],
];

const UNEQUAL: readonly Pair[] = [
  ["1st", "1 stone"],
  [">5 km away", "5 km away"],
  ["the answer is A or B", "B"],
  ["A B", "B"],
  ["10", "100"],
  ["-5", "5"],
  ["−5", "5"],
  ["5", "5 km"],
  ["5 miles", "5"],
  ["5 miles", "5 km"],
  ["5 km", "5 kg"],
  ["$5", "5"],
  ["$5", "€5"],
  ["$5", "A$5"],
  ["$5", "$50"],
  ["$5 million", "$5"],
  ["-$5", "$5"],
  ["5 apples", "5"],
  ["5 apples", "5 pears"],
  ["5", "5!"],
  ["5", "more than 5"],
  ["5", "not 5"],
  ["5", "The answer is not 5."],
  ["5", "I don't think the answer is 5"],
  ["5", "5-10"],
  ["5", "<5"],
  ["5%", "5"],
  ["5%", "5 percentage points"],
  ["5 m", "5M"],
  ["5 K", "5K"],
  ["1,5", "15"],
  ["1.234.567", "1234567"],
  ["1.000", "1000"],
  ["1.000", "1", { decimal: "comma" }],
  ["9007199254740992", "9007199254740993"],
  ['{"a":9007199254740992}', '{"a":9007199254740993}'],
  ["0.1", "0.1000000000000000055511151231257827"],
  ["10⁸", "108"],
  ["1½", "11/2"],
  ["1/2", "1.2"],
  ["1/3", "0.3333333333"],
  ["one hundred", "one hundred one"],
  ["one two three", "123"],
  ["100", "102", { relativeTolerance: 0.01 }],
  ["5 months", "150 days"],
  ["0 °C", "0 °F"],
  ["10 °C", "10 K"],
  ["2024-03-04", "2024-04-03"],
  ["2024-03-04", "2024-03-05"],
  ["03/04/2024", "2024-03-04"],
  ["03/04/2024", "2024-04-03"],
  ["2024-02-30", "2024-03-01"],
  ["Tuesday, 4 March 2024", "2024-03-04"],
  ["March 2024", "March 3, 2024"],
  ["3 May", "3 May 2024"],
  ["10:30", "10:30 pm"],
  ["10:30", "10:30Z"],
  ["2024-03-04T10:30:00Z", "2024-03-04T10:30:00+01:00"],
  ["2024", "2024-01-01"],
  ["[1,2]", "[2,1]"],
  ["[1,2]", "[1,2,2]"],
  ["[1,2]", "12"],
  ["[1, 2]", "(1, 2]"],
  ["{1, 2}", "{1, 3}", { kind: "set" }],
  ['{"a":1}', '{"a":2}'],
  ['{"a":1}', '{"A":1}'],
  ['{"a":"x"}', '{"a":"X"}'],
  ['{"a":[1,2]}', '{"a":[2,1]}'],
  ['{"a":null}', "{}"],
  ["not guilty", "guilty"],
  ["yes", "no"],
  ["yes", "true"],
  ["A", "B"],
  ["Vitamin A", "Vitamin"],
  ["C++", "C"],
  ["C#", "C"],
  ["C++", "C#"],
  ["Polish", "polish", { caseSensitive: true }],
  ["résumé", "resume"],
  ["Paris", "Paris, Texas"],
  ["", "0"],
  ["", "no answer"],
  ["...", "!!!"],
  ["```js\nlet a=1\n```", "```js\nlet a=2\n```"],
  ["a // b", "a", { kind: "code", language: "python" }],
  ['x = "#1"', 'x = "', { kind: "code", language: "python" }],
  ["if a:\n  b()\nc()", "if a:\n  b()\n  c()", { kind: "code" }],
  ["ab", "a b", { kind: "code" }],
  ["5 pounds", "£5"],
];

describe("createEquivalence", () => {
  for (const [a, b, options] of EQUAL)
    it(`createEquivalence(${JSON.stringify(options ?? {})}).equal(${JSON.stringify(a)}, ${JSON.stringify(b)}) is true`, () => {
      const { equal, key, isTransitive } = createEquivalence(options);
      expect([equal(a, b), equal(b, a)]).toEqual([true, true]);
      if (isTransitive) expect(key(a)).toBe(key(b));
    });
  for (const [a, b, options] of UNEQUAL)
    it(`createEquivalence(${JSON.stringify(options ?? {})}).equal(${JSON.stringify(a)}, ${JSON.stringify(b)}) is false`, () => {
      const { equal, key, isTransitive } = createEquivalence(options);
      expect([equal(a, b), equal(b, a)]).toEqual([false, false]);
      if (isTransitive) expect(key(a)).not.toBe(key(b));
    });

  for (const [sentences, expected] of [
    [SENTENCES, true],
    [QUALIFIED_SENTENCES, false],
  ] as const)
    for (const [a, b] of sentences)
      it(`createEquivalence({ extract: value }).equal(${JSON.stringify(a)}, ${JSON.stringify(b)}) is ${expected}`, () => {
        expect(createEquivalence({ extract: "value" }).equal(a, b)).toBe(expected);
        expect(createEquivalence().equal(a, b)).toBe(false);
      });
  const pieces = fc.constantFrom(
    ...EQUAL.map(([a]) => a),
    ...EQUAL.map(([, b]) => b),
    ...UNEQUAL.map(([a]) => a),
    "the ",
    " and ",
    "-",
  );
  const answers = fc.oneof(
    pieces,
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc
      .array(fc.oneof(pieces, fc.constantFrom("$", "(", "[", "{", '"', "\n", ",", "%", "1", ".", "\\", "`")), {
        maxLength: 5,
      })
      .map((parts) => parts.join("")),
  );
  const settings = fc.constantFrom<EquivalenceOptions>(
    {},
    { extract: false },
    { extract: "value" },
    { kind: "number", decimal: "comma" },
    { kind: "date", dateOrder: "day-month" },
    { kind: "money" },
    { kind: "list" },
    { kind: "set", elements: "text" },
    { kind: "code" },
    { kind: "text" },
    { kind: "json" },
    { assume: "km" },
    { relativeTolerance: 0.1, absoluteTolerance: 2 },
    { kind: "set", absoluteTolerance: 1 },
  );
  it("createEquivalence(any options).equal(a, b) is reflexive, symmetric and agrees with its keys", () => {
    fc.assert(
      fc.property(settings, answers, answers, (options, a, b) => {
        const { equal, key, isTransitive } = createEquivalence(options);
        expect(equal(a, ` ${a}`.slice(1))).toBe(true);
        expect(equal(a, b)).toBe(equal(b, a));
        if (isTransitive) expect(key(a) === key(b)).toBe(equal(a, b));
        else expect(key(a)).toBeNull();
      }),
      { numRuns: 1500 },
    );
  });
  it("createEquivalence().equal(a, b) does not confuse any two numbers that differ in their last digit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (value) => {
        const { equal } = createEquivalence();
        const grouped = `${value}`.replace(/\B(?=(\d{3})+$)/g, ",");
        expect(equal(`${value}`, grouped)).toBe(true);
        expect(equal(`${value + 1n}`, grouped)).toBe(false);
      }),
    );
  });
  it("createEquivalence({ kind: custom, equal }) asks both ways round and says yes to an answer and itself", () => {
    const { equal, isTransitive, key } = createEquivalence({ kind: "custom", equal: (a, b) => a < b });
    expect([equal("a", "b"), equal("b", "a"), equal("a", "a"), isTransitive, key("a")]).toEqual([
      false,
      false,
      true,
      false,
      null,
    ]);
  });
  it("createEquivalence({ kind: custom, key }) is transitive", () => {
    const { equal, isTransitive } = createEquivalence({ kind: "custom", key: (a) => a.slice(0, 1) });
    expect([equal("ab", "ac"), equal("ab", "b"), isTransitive]).toEqual([true, false, true]);
  });
  it("createEquivalence(options) refuses what it does not know, by name", () => {
    expect(() => createEquivalence({ assume: "parsecs" })).toThrow(
      "assume must be a known unit or currency, got parsecs",
    );
    expect(() => createEquivalence({ relativeTolerance: -1 })).toThrow(
      "relativeTolerance must be a finite number ≥ 0, got -1",
    );
    expect(() => createEquivalence({ absoluteTolerance: Number.NaN })).toThrow(
      "absoluteTolerance must be a finite number ≥ 0",
    );
    expect(() => createEquivalence({ kind: "custom" })).toThrow("kind custom needs either equal or key");
    expect(() => createEquivalence({ kind: "text", key: (a) => a })).toThrow(
      "equal and key are for kind custom, got kind text",
    );
  });
  it("createEquivalence().equal(a, b) takes time in proportion to hostile answers", () => {
    const { equal } = createEquivalence({ extract: "value" });
    for (const part of [
      "1,000",
      "[",
      "(",
      "**a",
      "the answer is ",
      "$1 ",
      "1/2 ",
      "' ",
      "a.",
      "- 1\n",
      "5 ft ",
      "one ",
      "\\frac{",
      "```\n",
    ])
      expect(typeof equal(part.repeat(5000), `${part.repeat(5000)}x`)).toBe("boolean");
  }, 20_000);
});
