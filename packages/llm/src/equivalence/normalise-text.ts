import { prepareText } from "./prepare-text.ts";

/** How text is compared. */
export interface TextOptions {
  /** Whether upper and lower case differ. Default false. */
  readonly caseSensitive: boolean;
}

function withoutMarkdown(text: string): string {
  return text
    .replace(/^#{1,6} +/gmu, "")
    .replace(/^>+ +(?=\p{L})/gmu, "")
    .replace(/(\*\*|(?<!\w)__(?![a-z0-9_]+__(?!\w)))(?=\S)([\s\S]*?\S)\1/gu, "$2")
    .replace(/(?<![\w*])([*_])(?=[^\s*_])([^*_\n]*[^\s*_])\1(?![\w*])/gu, "$2");
}

/** `5 mM`: where a symbol mixes cases, case is part of it. */
const MIXED_UNIT = /^[-+]?\d[\d.,]* ?(?=\p{L}{0,2}\p{Ll})(?=\p{L}{0,2}\p{Lu})\p{L}{2,3}$/u;

/** `yes it is`, `no it doesn't`: the verb adds nothing. */
const SHORT_REPLY =
  /^(yes|no) (?:it|he|she|they|this|that|there|i|we|you) (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(n't| not)?$/u;

/**
 * A normal form of text: NFKC, one case, no markdown emphasis, no `the`, no leading `a`, no punctuation around words, one space.
 *
 * Kept, because they change the meaning: signs (`-5`), symbols (`C++`, `C#`, `<`, `%`), punctuation inside words and numbers
 * (`3.14`), brackets next to digits (`(1, 2]`), case in URLs, `n!`, `__init__`, and an article that is none (`Vitamin A`, the answer `A`).
 */
export function normaliseText(text: string, { caseSensitive }: TextOptions): string {
  const prepared = withoutMarkdown(prepareText(text));
  const words = prepared
    .replace(/(^|\s)(?:the|The|THE)\s+(?=\S)/gu, "$1")
    .replace(/^(?:A|An|a|an)\s+(?!(?:and|or|but|nor|is|are|was|not|then)\b)(?=\p{L}{2})/u, "")
    .replace(/\s*=\s*/gu, "=")
    .replace(/(?<=\p{L})-(?=\p{L})/gu, " ")
    .replace(/(?<![\p{L}.])(?:\p{L}\.){2,}/gu, (dotted) => dotted.replaceAll(".", ""))
    .replace(/["]/gu, "")
    .replace(/(?<=\s|^)'|'(?=[\s.,;:!?]|$)/gu, "")
    .split(/\s+/u)
    .map((word) =>
      word
        .replace(/^[([{¿¡]+(?=\p{L})/u, "")
        .replace(/(?<=\p{L})[)\]}.,;:?…]+$/u, "")
        .replace(/(?<=\p{L}{2})[)\]}.,;:!?…]+$/u, "")
        .replace(/(?<=[^\p{L}])[.,;:…]+$/u, ""),
    )
    .filter((word) => word !== "" && !/^[.,;:!?…]+$/u.test(word));
  const joined = words.join(" ");
  const normal = joined === "" ? prepared : joined;
  if (caseSensitive || MIXED_UNIT.test(normal)) return normal;
  const folded = normal.replace(/\S+/gu, (word) => (word.includes("://") ? word : word.toLowerCase()));
  const short = SHORT_REPLY.exec(folded);
  return short === null || (short[1] === "no") !== (short[2] !== undefined) ? folded : (short[1] ?? folded);
}
