import { describe, expect, it } from "vitest";
import { createEquivalence } from "../../src/equivalence/create-equivalence.ts";

const fence = (tag: string, code: string) => `\`\`\`${tag}\n${code}\n\`\`\``;

const auto = createEquivalence();
const value = createEquivalence({ extract: "value" });

const both = (pairs: readonly (readonly [string, string])[]) =>
  pairs.flatMap(([a, b]) => [["auto", a, b] as const, ["value", a, b] as const]);

describe("createEquivalence keeps apart what differs", () => {
  it.each(
    both([
      ["not guilty", "guilty"],
      ["He didn't do it", "He did it"],
      ["5 mg", "5 g"],
      ["5 mM", "5 MM"],
      ["5M", "5 m"],
      ["5 K", "5 k"],
      ["1,234", "1.234"],
      ["1 000", "1.000"],
      ["-5", "5"],
      ["5-10", "5"],
      ["5+", "5"],
      ["at least 5", "5"],
      ["√2", "2"],
      ["\\sqrt{2}", "2"],
      ["n!", "n"],
      ["5x", "5"],
      ["5 x", "5"],
      ["#5", "5"],
      ["5th", "5"],
      ["21st century", "21"],
      ["44 BC", "44 AD"],
      ["44 BC", "44"],
      ["$5 AUD", "$5"],
      ["$5", "€5"],
      ["5 pounds", "£5"],
      ["Paris, Texas", "Paris, France"],
      ["03/04/2024", "04/03/2024"],
      ["12 am", "12 pm"],
      ["The answer is 5? No, 6", "5"],
      ["The answer is not 5", "5"],
      ["I don't think the answer is 5", "5"],
      ["Ich glaube nicht, dass die Antwort ist 5", "5"],
      ["Die Antwort ist nicht 5", "5"],
      ["No creo que la respuesta es 5", "5"],
      ["C++", "C#"],
      ["(1, 2]", "[1, 2)"],
      ["1, 2", "2, 1"],
      ["__init__", "init"],
      ["http://a.b/C", "http://a.b/c"],
      ["Yes, it is not", "Yes, it is"],
      ["Yes, it is", "No, it is"],
      ["No, it is", "No"],
      ["Yes, it isn't", "Yes"],
      [fence("js", "x = 'a  b'"), fence("js", "x = 'a b'")],
      [fence("js", "return\nx"), fence("js", "return x")],
      [fence("sh", "rm -rf / tmp"), fence("sh", "rm -rf /tmp")],
      [fence("", "rm -rf / tmp"), fence("", "rm -rf /tmp")],
      [fence("sh", "echo 'a'\nls"), fence("sh", "echo 'a' ls")],
      [fence("yaml", "a:\n  b: 1"), fence("yaml", "a:\nb: 1")],
      [fence("python", "if x:\n  a()\nb()"), fence("python", "if x:\n  a()\n  b()")],
      ["9007199254740993", "9007199254740992"],
      ["Answer:\n- a\n- b", "Answer:\n- a\n- c"],
      ["Answer:\n1. a\n2. b", "Answer:\n1. a\n2. c"],
      [`Answer:\n${fence("js", "x")}`, `Answer:\n${fence("js", "y")}`],
      ['The answer is: {\n "a": 1\n}', 'The answer is: {\n "a": 2\n}'],
      ["Answer: | a |\n| 1 |", "Answer: | a |\n| 2 |"],
      ["Answer: a, b,\nc", "Answer: a, b,\nd"],
      ["The answer is below:\n5", "The answer is below:\n6"],
      ["The answer is simple. It is 5.", "The answer is simple. It is 6."],
      ["Answer: Paris is in France. It is big.", "Answer: Paris is in France. It is small."],
      ["The answer is St. Louis.", "The answer is St. Petersburg."],
      ["The answer is Dr. Who", "The answer is Dr. No"],
      ["Answer: J. Smith", "Answer: J. Jones"],
      ["The answer is U.S. Steel", "The answer is U.S. Bank"],
      ["The answer is 5. Actually, no, 6.", "5"],
      ["I got \\boxed{5}. That is wrong.", "5"],
      ["First answer: 5\nSecond answer: 6", "Answer: 6"],
    ]),
  )("createEquivalence(%s).equal tells %j from %j", (kind, a, b) => {
    const relation = kind === "auto" ? auto : value;
    expect(relation.equal(a, b)).toBe(false);
    expect(relation.key(a)).not.toBe(relation.key(b));
  });
});

describe("createEquivalence sees what is the same", () => {
  it.each(
    both([
      ["42.", "42"],
      ["**42**", "42"],
      ["The answer is 42", "42"],
      ["$42.00", "42 dollars"],
      ["Die Antwort ist 42.", "42"],
      ["La respuesta es 42", "42"],
      ["La réponse est 42", "42"],
      ["答案是42", "42"],
      ["Yes, it is.", "yes"],
      ["No, it isn't.", "No"],
      ["__Paris__", "Paris"],
      ["5 mM", "5 mM."],
      ["Stop!", "stop"],
      ["5 mL", "5 ml"],
      ["Answer: 5\nBecause 2 + 3 is 5.", "5"],
      ["The answer is B. The others are wrong.", "B"],
      ["The answer is St. Louis. It lies on a river.", "St. Louis"],
      ["Answer: 4\nFinal answer: 5", "5"],
      ["Answer: 5\n\nAnswer: 5", "5"],
      [`Answer:\n${fence("json", '{"a": 1}')}\nDone.`, '{"a": 1.0}'],
      ["Answer:\n- a\n- b\n\nThese are all.", "- a\n- b"],
      [fence("sh", "ls   -l  # all\n"), fence("bash", "ls -l")],
      [fence("yaml", "a:\n    b: 1"), fence("yaml", "a:\n  b: 1")],
      [fence("js", "return x;\n}"), fence("js", "return  x; }")],
      [fence("r", "x<-5"), fence("r", "x <- 5  # five")],
    ]),
  )("createEquivalence(%s).equal equates %j and %j", (kind, a, b) => {
    expect((kind === "auto" ? auto : value).equal(a, b)).toBe(true);
  });
});
