import { describe, expect, it } from "vitest";
import type { Field } from "../../src/fields/field.ts";
import { readFields } from "../../src/fields/read-fields.ts";
import { textOfTokens, tokens, type Written } from "./tokens.ts";

/** Fields of the text that the tokens make up, by path. */
function read(written: readonly Written[]): Record<string, Field> {
  const list = tokens(written);
  return Object.fromEntries(readFields(textOfTokens(list), list).map((field) => [field.path, field]));
}

const field = (written: readonly Written[], path = "$"): Field => {
  const found = read(written)[path];
  if (found === undefined) throw new Error(`no field ${path}`);
  return found;
};

describe("readFields(text, tokens): values, quotes and structure apart", () => {
  const written: Written[] = [
    ['{"', 0.99],
    ["name", 0.98],
    ['":"', 0.97],
    ["Science", 0.5],
    [" Fair", 0.6],
    ['","', 0.9],
    ["n", 0.95],
    ['":', 0.94],
    [" 12", 0.8],
    [', "', 0.93],
    ["ok", 0.92],
    ['":', 0.91],
    [" ", 0.9],
    ['"', 0.7],
    ["yes", 0.4],
    ['"', 0.3],
    ["}", 0.2],
  ];

  it("gives a value its own tokens", () => {
    const name = field(written, "$.name");
    expect(name).toMatchObject({
      value: "Science Fair",
      json: '"Science Fair"',
      start: 8,
      end: 22,
      tokens: [3, 4],
      flags: [],
    });
    expect(name.probability).toBeCloseTo(0.3, 14);
    expect(name.bounds).toEqual([name.probability, name.probability]);
    expect(name.quoteProbability).toBe(1);
    expect(name.separatorProbability).toBeCloseTo(0.99 * 0.98 * 0.97 * 0.9, 14);
    expect(name.alternatives).toEqual([]);
  });

  it("marks a token that a value shares, and bounds it by 1 where no alternatives came", () => {
    const n = field(written, "$.n");
    expect(n).toMatchObject({ value: 12, json: "12", tokens: [8], flags: ["shared-token"] });
    expect(n.probability).toBeCloseTo(0.8, 14);
    expect(n.bounds).toEqual([n.probability, 1]);
    expect(n.separatorProbability).toBeCloseTo(0.95 * 0.94, 14);
  });

  it("keeps quotes apart from separators", () => {
    const ok = field(written, "$.ok");
    expect(ok.quoteProbability).toBeCloseTo(0.7 * 0.3, 14);
    expect(ok.separatorProbability).toBeCloseTo(0.93 * 0.92 * 0.91 * 0.9 * 0.2, 14);
  });
});

describe("readFields(text, tokens): what others get wrong", () => {
  it("a number joined with a brace has the token's probability, not 1", () => {
    const five = field(
      [
        ['{"a":', 1],
        ["5}", Math.exp(-2)],
      ],
      "$.a",
    );
    expect(five.value).toBe(5);
    expect(five.probability).toBeCloseTo(Math.exp(-2), 14);
    expect(five.flags).toEqual(["shared-token"]);
  });

  it("an emoji split over tokens leaves the probabilities of later fields in place", () => {
    const emoji = [...new TextEncoder().encode("🎉")];
    const fields = read([
      ['{"a":"', 1],
      [emoji.slice(0, 1), 0.9],
      [emoji.slice(1, 3), 0.8],
      [emoji.slice(3), 0.7],
      ['","b":"', 1],
      ["x", 0.5],
      ['","c":', 1],
      ["true", 0.25],
      ["}", 1],
    ]);
    expect(fields["$.a"]).toMatchObject({ value: "🎉", start: 5, end: 11, tokens: [1, 2, 3] });
    expect(fields["$.a"]?.probability).toBeCloseTo(0.9 * 0.8 * 0.7, 14);
    expect(fields["$.b"]?.probability).toBeCloseTo(0.5, 14);
    expect(fields["$.c"]?.probability).toBeCloseTo(0.25, 14);
  });

  it("Chinese characters split over tokens do the same", () => {
    const text = [...new TextEncoder().encode("数据")];
    const fields = read([
      ['["', 1],
      [text.slice(0, 2), 0.9],
      [text.slice(2, 5), 0.8],
      [text.slice(5), 0.7],
      ['",', 1],
      ["7", 0.6],
      ["]", 1],
    ]);
    expect(fields["$[0]"]?.value).toBe("数据");
    expect(fields["$[0]"]?.probability).toBeCloseTo(0.504, 14);
    expect(fields["$[1]"]?.probability).toBeCloseTo(0.6, 14);
  });

  it.each([
    ["5", 5],
    ["-0", -0],
    ["null", null],
    ["true", true],
    ['"x"', "x"],
    ["[]", []],
    ["{}", {}],
  ])("a root that is %s is a field", (text, value) => {
    const [root, ...others] = readFields(text, tokens([[text, 0.5]]));
    expect(others).toEqual([]);
    expect(root).toMatchObject({ path: "$", json: text, start: 0, end: text.length });
    expect(root?.value).toEqual(value);
    expect(root?.probability).toBeCloseTo(0.5, 14);
  });

  it("null is a value with a probability", () => {
    expect(
      field(
        [
          ['{"a":', 1],
          ["null", 0.4],
          ["}", 1],
        ],
        "$.a",
      ),
    ).toMatchObject({ value: null, json: "null", flags: [] });
  });

  it("integers beyond 2^53 keep their digits", () => {
    const big = field(
      [
        ['{"id":', 1],
        ["90071992", 0.9],
        ["54740993", 0.9],
        ["}", 1],
      ],
      "$.id",
    );
    expect(big).toMatchObject({ json: "9007199254740993", value: 9007199254740992, flags: ["inexact-number"] });
  });

  it("a key that stands twice gives two fields, both marked, with what lies below them", () => {
    const fields = readFields('{"a":1,"b":2,"a":{"c":3}}');
    expect(fields.map(({ path, flags }) => [path, flags.includes("duplicate-key")])).toEqual([
      ["$.a", true],
      ["$.b", false],
      ["$.a.c", true],
    ]);
  });

  it("escapes split over tokens make one character", () => {
    const star = field(
      [
        ['{"a":"', 1],
        ["\\u26", 0.5],
        ['05"', 0.5],
        ["}", 1],
      ],
      "$.a",
    );
    expect(star).toMatchObject({ value: "★", json: '"\\u2605"', tokens: [1, 2], flags: ["shared-token"] });
    const smile = field([
      ['"', 1],
      ["\\ud83d", 0.9],
      ["\\ud", 0.9],
      ["e00", 0.9],
      ['"', 1],
    ]);
    expect(smile).toMatchObject({ value: "😀", tokens: [1, 2, 3] });
  });

  it("a token with two values counts to each, with a bound of 1 for the second", () => {
    const fields = read([
      ["[", 1],
      ["1,2", 0.3],
      ["]", 1],
    ]);
    expect(fields["$[0]"]).toMatchObject({ value: 1, tokens: [1], flags: ["shared-token"] });
    expect(fields["$[1]"]).toMatchObject({ value: 2, tokens: [1], flags: ["shared-token"] });
    expect(fields["$[1]"]?.probability).toBeCloseTo(0.3, 14);
    expect(fields["$[1]"]?.bounds[1]).toBe(1);
  });
});

describe("readFields(text, tokens): alternatives", () => {
  const die: Written[] = [
    ['{"die_shows":', 1],
    [
      "5}",
      0.3,
      {
        "5}": 0.3,
        "5,": 0.01,
        " 5": 0.02,
        "6}": 0.2,
        "6": 0.03,
        "6,": 0.01,
        "50}": 0.05,
        null: 0.04,
        "": 0.02,
        x: 0.1,
      },
    ],
  ];

  it("merges spellings of a value, and bounds it by the undecided and the unseen", () => {
    const shows = field(die, "$.die_shows");
    expect(shows.probability).toBeCloseTo(0.33, 14);
    expect(shows.bounds[0]).toBeCloseTo(0.3, 14);
    expect(shows.bounds[1]).toBeCloseTo(0.33 + 0.02 + (1 - 0.78), 14);
    expect(shows.alternatives.map(({ json, complete }) => [json, complete])).toEqual([
      ["5", true],
      ["6", false],
      ["50", true],
      ["null", true],
    ]);
    expect(shows.alternatives.map(({ probability }) => Number(probability.toFixed(12)))).toEqual([
      0.33, 0.24, 0.05, 0.04,
    ]);
  });

  it("counts the generated token where it is not among the alternatives", () => {
    const shows = field(
      [
        ['{"a":', 1],
        ["5}", 0.1, { "6}": 0.5, "5,": 0.05 }],
      ],
      "$.a",
    );
    expect(shows.probability).toBeCloseTo(0.15, 14);
  });

  it("of a value of one token that stands alone, spellings count as well", () => {
    const yes = field(
      [
        ['{"a":"', 1],
        ["yes", 0.5, { yes: 0.5, 'yes"': 0.25, no: 0.2, ye: 0.01 }],
        ['"', 1],
        ["}", 1],
      ],
      "$.a",
    );
    expect(yes.probability).toBeCloseTo(0.75, 14);
    expect(yes.bounds).toEqual([0.5, yes.probability]);
    expect(yes.flags).toEqual([]);
    expect(yes.alternatives.map(({ json, complete }) => [json, complete])).toEqual([
      ['"yes"', true],
      ['"no', false],
    ]);
  });

  it("of a value of several tokens, gives beginnings where they differ", () => {
    const name = field(
      [
        ['{"a":', 1, {}],
        [' "', 0.9, { ' "': 0.9, " null": 0.08, " [": 0.02 }],
        ["Science", 0.8, { Science: 0.8, Math: 0.1, '"': 0.05 }],
        [" Fair", 0.5, { " Fair": 0.5, " Day": 0.3, '"': 0.2 }],
        ['"}', 0.6, { '"}': 0.6, '",': 0.1, " 2026": 0.3 }],
      ],
      "$.a",
    );
    expect(name.probability).toBeCloseTo(0.4, 14);
    expect(name.alternatives.map(({ json, complete }) => [json, complete])).toEqual([
      ['"Science Fair"', true],
      ['"Science Day', false],
      ['"Science"', true],
      ['"Science Fair 2026', false],
      ['"Math', false],
      ["null", true],
      ['""', true],
      ["[", false],
    ]);
    const p = Object.fromEntries(name.alternatives.map(({ json, probability }) => [json, probability]));
    expect(p['"Science Day']).toBeCloseTo(0.24, 14);
    expect(p['"Science Fair 2026']).toBeCloseTo(0.12, 14);
    expect(p["null"]).toBeCloseTo(0.08, 14);
  });

  it("of a number, what could have followed it", () => {
    const twelve = field(
      [
        ["[", 1],
        ["12", 0.9, { "12": 0.9 }],
        ["]", 0.7, { "]": 0.7, "3": 0.2, ".5": 0.1 }],
      ],
      "$[0]",
    );
    expect(twelve.alternatives.map(({ json, complete }) => [json, complete])).toEqual([
      ["12", true],
      ["123", false],
      ["12.5", false],
    ]);
  });

  it("takes white space as no difference, another key as no alternative", () => {
    const a = field(
      [
        ["{", 1],
        ['"a":5', 0.4, { '"a":5': 0.4, '"a": 5': 0.3, ' "a" : 5': 0.1, '"b":5': 0.1 }],
        ["}", 1],
      ],
      "$.a",
    );
    expect(a.probability).toBeCloseTo(0.8, 14);
    expect(a.alternatives.map(({ json }) => json)).toEqual(["5"]);
  });

  it("takes another escape as the same text, and a begun literal as the whole", () => {
    const e = field(
      [
        ["[", 1],
        ['"é"', 0.4, { '"é"': 0.4, '"\\u00e9"': 0.3, '"e"': 0.2 }],
        ["]", 1],
      ],
      "$[0]",
    );
    expect(e.probability).toBeCloseTo(0.7, 14);
    const truth = field(
      [
        ["[", 1],
        ["true", 0.4, { true: 0.4, tr: 0.2, TRUE: 0.2, f: 0.1, false: 0.1 }],
        ["]", 1],
      ],
      "$[0]",
    );
    expect(truth.probability).toBeCloseTo(0.6, 14);
    expect(truth.alternatives.map(({ json, probability }) => [json, Number(probability.toFixed(12))])).toEqual([
      ["true", 0.6],
      ["false", 0.2],
    ]);
  });

  it("of an empty list, that it could have had something in it", () => {
    const empty = field(
      [
        ['{"a":', 1],
        ["[", 0.9, { "[": 0.9, "[]": 0.05, null: 0.05 }],
        ["]", 0.6, { "]": 0.6, "1": 0.3, " ]": 0.05, '"': 0.05 }],
        ["}", 1],
      ],
      "$.a",
    );
    expect(empty).toMatchObject({ value: [], json: "[]", tokens: [1, 2] });
    expect(empty.alternatives.map(({ json, complete }) => [json, complete])).toEqual([
      ["[]", true],
      ["[", false],
      ["null", true],
    ]);
    expect(empty.alternatives[1]?.probability).toBeCloseTo(0.9 * 0.35, 14);
  });

  it("gives at most ten, most probable first", () => {
    const top = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${20 + i}`, 0.04 - i / 1000]));
    const { alternatives } = field(
      [
        ["[", 1],
        ["20", 0.04, top],
        ["]", 1],
      ],
      "$[0]",
    );
    expect(alternatives).toHaveLength(10);
    expect(alternatives.map(({ json }) => json).slice(0, 3)).toEqual(["20", "21", "22"]);
  });
});

describe("readFields(text, tokens): missing evidence is null, never 1", () => {
  it("without tokens, with bounds that say nothing", () => {
    expect(readFields('{"a":1}')).toMatchObject([
      {
        probability: null,
        bounds: [0, 1],
        quoteProbability: null,
        separatorProbability: null,
        tokens: [],
        flags: ["no-tokens"],
      },
    ]);
  });

  it("with tokens that could not be laid on the text, or of another channel", () => {
    const laid = tokens([['{"a":1}', 0.5]]);
    const lost = laid.map((token) => ({ ...token, start: -1, end: -1 }));
    expect(readFields('{"a":1}', lost)).toMatchObject([{ probability: null, flags: ["no-tokens"] }]);
    expect(readFields('{"a":1}', laid, { channel: "tool" })).toMatchObject([
      { probability: null, flags: ["no-tokens"] },
    ]);
  });

  it("with a token of unknown probability, bounded by its bound and by the others", () => {
    const list = tokens([
      ['["', 1],
      ["a", 0.5],
      ["b", null],
      ['"]', 1],
    ]);
    const bounded = list.map((token) => (token.text === "b" ? { ...token, logprobBound: Math.log(0.1) } : token));
    const [first] = readFields('["ab"]', bounded);
    expect(first).toMatchObject({ probability: null, flags: ["unknown-token"] });
    expect(first?.bounds[0]).toBe(0);
    expect(first?.bounds[1]).toBeCloseTo(0.05, 14);
    expect(readFields('["ab"]', list)[0]?.bounds[1]).toBeCloseTo(0.5, 14);
  });

  it("with tokens that cover a part of the value", () => {
    const list = tokens([
      ['["', 1],
      ["a", 0.5],
      ["b", 0.5],
      ['"]', 1],
    ]).filter((token) => token.text !== "b");
    expect(readFields('["ab"]', list)).toMatchObject([{ probability: null, tokens: [1], flags: ["unknown-token"] }]);
  });

  it("with structure of unknown probability, the value keeps its own", () => {
    expect(
      read([
        ['["', null],
        ["a", 0.5],
        ['"', null],
        ["]", 1],
      ])["$[0]"],
    ).toMatchObject({
      probability: 0.5,
      quoteProbability: null,
      separatorProbability: null,
    });
  });

  it("what an answer says of itself changes nothing", () => {
    const sure = read([
      ['{"answer":"', 1],
      ["Rome", 0.3],
      ['","confidence":', 1],
      ["1.0", 0.9],
      ["}", 1],
    ]);
    expect(sure["$.answer"]?.probability).toBeCloseTo(0.3, 14);
  });
});

describe("readFields(text): partial answers", () => {
  const flagged = (text: string): unknown[] =>
    readFields(text).map(({ path, value, json, flags }) => [path, value, json, flags[0]]);

  it.each([
    ['{"a":"Fri', [["$.a", "Fri", '"Fri', "incomplete"]]],
    ['{"a":"Fri\\u00', [["$.a", "Fri", '"Fri\\u00', "incomplete"]]],
    ['{"a":"\\ud83d', [["$.a", "", '"\\ud83d', "incomplete"]]],
    ['{"a":12', [["$.a", 12, "12", "incomplete"]]],
    ['{"a":12.', [["$.a", 12, "12.", "incomplete"]]],
    ['{"a":1e+', [["$.a", 1, "1e+", "incomplete"]]],
    ['{"a":tr', [["$.a", true, "tr", "incomplete"]]],
    ['{"a":n', [["$.a", null, "n", "incomplete"]]],
    ["12", [["$", 12, "12", "no-tokens"]]],
    ['{"a":', []],
    ['{"a":"', []],
    ['{"a', []],
    ["{", []],
    ["", []],
    [
      '[1,{"b":[true,',
      [
        ["$[0]", 1, "1", "no-tokens"],
        ["$[1].b[0]", true, "true", "no-tokens"],
      ],
    ],
  ])("%s", (text, expected) => {
    expect(flagged(text)).toEqual(expected);
  });

  it("an incomplete value has a probability of what came", () => {
    const list = tokens([
      ['{"a":"', 1],
      ["Fri", 0.5, { Fri: 0.5, Friday: 0.2, Sat: 0.1 }],
    ]);
    const [day] = readFields('{"a":"Fri', list);
    expect(day).toMatchObject({ flags: ["incomplete"], tokens: [1] });
    expect(day?.probability).toBeCloseTo(0.7, 14);
    expect(day?.alternatives.map(({ json, complete }) => [json, complete])).toEqual([
      ['"Fri', false],
      ['"Sat', false],
    ]);
  });
});

describe("readFields(text): what is no JSON is refused where it stands", () => {
  it.each([
    ["[1,]", 3, 'expected a value, got "]"'],
    ["[1 2]", 3, 'expected "," or "]" after an element'],
    ['{"a":1,}', 7, "expected a key in quotes"],
    ["{a:1}", 1, 'expected a key in quotes or "}"'],
    ['{"a" 1}', 5, 'expected ":" after a key'],
    ['{"a":1;', 6, 'expected "," or "}" after a member'],
    ["[01]", 2, "expected no digit after a leading zero"],
    ["[1.]", 3, "expected a digit"],
    ["[+1]", 1, 'expected a value or "]"'],
    ["[nul]", 1, "expected true, false or null"],
    ["[NaN]", 1, "expected a value"],
    ['["\\x"]', 3, "after a backslash"],
    ['["\\u12g4"]', 6, "four hexadecimal digits"],
    ['["a\nb"]', 3, "control characters must be escaped"],
    ["['a']", 1, "expected a value"],
    ["1 2", 2, "expected nothing but white space after the JSON"],
    ["\uFEFF1", 0, "expected a value"],
  ])("%s", (text, index, message) => {
    expect(() => readFields(text)).toThrow(
      expect.objectContaining({ code: "incompatible", index, message: expect.stringContaining(message) }),
    );
  });

  it("nesting beyond the limit is refused, up to it read", () => {
    expect(readFields(`${"[".repeat(512)}1${"]".repeat(512)}`)).toHaveLength(1);
    expect(() => readFields("[".repeat(513))).toThrow(expect.objectContaining({ code: "out-of-range", index: 512 }));
    expect(() => readFields("[[", [], { maxDepth: 1 })).toThrow("nested deeper than 1 levels");
    expect(() => readFields("1", [], { maxDepth: 0 })).toThrow("maxDepth must be an integer of at least 1, got 0");
  });

  it("tokens out of order, or beyond the text, are refused", () => {
    const [a, b] = tokens([
      ["[", 1],
      ["1]", 1],
    ]);
    if (a === undefined || b === undefined) throw new Error("two tokens");
    expect(() => readFields("[1]", [b, a])).toThrow(expect.objectContaining({ code: "incompatible", index: 1 }));
    expect(() => readFields("[1", [a, b])).toThrow("in a text of 2 bytes");
  });
});

describe("readFields(text): numbers and paths", () => {
  it.each([
    ["1", false],
    ["0.1", false],
    ["-0", false],
    ["1.50", false],
    ["1E3", false],
    ["9007199254740992", false],
    ["9007199254740993", true],
    ["123456789012345678901234567890", true],
    ["0.1234567890123456789", true],
    ["1e400", true],
    ["-1e400", true],
    ["1e-400", true],
    ["0e999", false],
    ["100000000000000000000000", false],
  ])("%s: inexact is %s", (json, inexact) => {
    const [root] = readFields(json);
    expect(root?.value).toBe(JSON.parse(json));
    expect(root?.json).toBe(json);
    expect(root?.flags.includes("inexact-number")).toBe(inexact);
  });

  it("paths are those of RFC 9535", () => {
    const text = '{"a":{"odd key":[1,[2,{}]]},"é_1":3,"1a":4,"":5,"q\\"\\u0041":6,"__proto__":7,"a.b":[]}';
    expect(readFields(text).map(({ path }) => path)).toEqual([
      '$.a["odd key"][0]',
      '$.a["odd key"][1][0]',
      '$.a["odd key"][1][1]',
      "$.é_1",
      '$["1a"]',
      '$[""]',
      '$["q\\"A"]',
      "$.__proto__",
      '$["a.b"]',
    ]);
  });
});
