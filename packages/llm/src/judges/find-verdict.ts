import { boxedSpans, jsonSpans, labelledSpans, type Span } from "./marked-verdict.ts";
import { levelMentions, type Mention, type Verdict, wordMentions } from "./mentions.ts";
import { fold, type Spellings, withoutOpening } from "./spelling.ts";

/**
 * Which of several verdicts counts.
 *
 * - `marked`: the one marked as the verdict (by JSON, `\boxed{}`, `[[ ]]`, a tag, or a label such as `Verdict:`), else the last
 * - `first`, `last`: by position, whatever is marked
 */
export type Occurrence = "marked" | "first" | "last";

/** Why a text has no verdict. */
export type NoVerdict = "none" | "denied" | "several";

/** Words after which a verdict replaces an earlier one. */
const CORRECTED =
  /\b(?:wait|actually|correction|rather|on\s+second\s+thought|however|final(?:ly)?|overall|conclusion)\b/iu;

/** What ends the clause of a verdict that opens a text. */
const CLAUSE_ENDS = /^(?:\s*(?:\/|out\s+of)\s*\d+)?["'”’*_`\])]*(?:[.,;!\n]|\s+(?:because|since|as|given|[-–—])|$)/iu;

function openingLength(text: string): number {
  return text.length - withoutOpening(text).length;
}

/** The mention that decides a text without marks. */
function choose(text: string, mentions: readonly Mention[]): Verdict | NoVerdict {
  const inside = mentions.filter(({ candidate }) => candidate > -2);
  const [first] = inside;
  const last = inside.at(-1);
  if (first === undefined || last === undefined) return "none";
  if (last.denied) return "denied";
  if (last.candidate < 0) return "none";
  if (first.candidate === last.candidate || first.denied) return last;
  const opens = first.index <= openingLength(text) && CLAUSE_ENDS.test(text.slice(first.index + first.length));
  if (!opens || CORRECTED.test(text.slice(first.index + first.length, last.index))) return last;
  const line = text.slice(text.lastIndexOf("\n", last.index) + 1);
  const bare = withoutOpening(line).replace(/[^\p{L}\p{N}]+$/u, "");
  return bare === text.slice(last.index, last.index + last.length) ? last : "several";
}

/** The verdict in a part of the text; the mention that opens it counts before others. */
function within(
  text: string,
  { from, to }: Span,
  mentionsOf: (text: string) => readonly Mention[],
): Verdict | NoVerdict | "other" {
  const part = text.slice(from, to);
  const mentions = mentionsOf(part);
  const opening = mentions.find(({ index }) => index <= openingLength(part));
  const verdict = opening === undefined ? choose(part, mentions) : opening.denied ? "denied" : opening;
  if (typeof verdict === "string") return verdict;
  return verdict.candidate < 0 ? "other" : { ...verdict, index: from + verdict.index };
}

/** The verdict among marked parts that all say the same; null where none of them says anything. */
function agreed(
  text: string,
  spans: readonly Span[],
  mentionsOf: (text: string) => readonly Mention[],
): Verdict | NoVerdict | null {
  const said = spans.map((span) => within(text, span, mentionsOf)).filter((each) => typeof each === "object");
  const [verdict] = said;
  if (verdict === undefined) return null;
  return said.every(({ candidate }) => candidate === verdict.candidate) ? verdict : "several";
}

function inJson(
  text: string,
  { forms, levels }: Spellings,
  mentionsOf: (text: string) => readonly Mention[],
): Verdict | NoVerdict | null {
  const spans = jsonSpans(text);
  if (spans === null) return null;
  const nothing = spans.isWhole ? "none" : null;
  if (spans.named.length > 0) return agreed(text, spans.named, mentionsOf) ?? nothing;
  if (!spans.isWhole) return null;
  const whole = spans.others.filter(({ from, to }) => {
    const value = fold(text.slice(from, to)).trim();
    return levels === null ? forms.some((each) => each.includes(value)) : /^[-+]?\d+(?:\.\d+)?$/u.test(value);
  });
  return agreed(text, whole, mentionsOf) ?? nothing;
}

/**
 * The verdict of a text: a candidate in words, or a number on a scale.
 *
 * A text that is JSON, or ends with it, says it in the value that is named as a verdict; one that is nothing but JSON else in the
 * only value that is one. Then count `\boxed{}`, `[[ ]]` and tags, then labels that begin a line or a sentence, the last of each. Without marks the last mention
 * counts; candidates that are only asked about, refuted, compared with or listed ("true or false", "B, not A") are no mentions.
 *
 * @returns why there is none: `denied` where the one that counts is turned round or left open ("isn't true", "I doubt that it is
 *   true"), `several` where the text opens with one verdict and closes with another and neither is marked
 */
export function findVerdict(text: string, spellings: Spellings, occurrence: Occurrence): Verdict | NoVerdict {
  const { levels } = spellings;
  const mentionsOf = (part: string): readonly Mention[] =>
    levels === null ? wordMentions(part, spellings) : levelMentions(part, levels);
  if (occurrence === "marked") {
    const json = inJson(text, spellings, mentionsOf);
    if (json !== null) return json;
    for (const spans of [boxedSpans(text), labelledSpans(text)])
      for (const span of spans.toReversed()) {
        const verdict = within(text, span, mentionsOf);
        if (verdict === "other") return "none";
        if (verdict !== "none") return verdict;
      }
    return choose(text, mentionsOf(text));
  }
  const said = mentionsOf(text).filter(({ candidate }) => candidate > -2);
  const verdict = (occurrence === "first" ? said[0] : said.at(-1)) ?? null;
  if (verdict === null || verdict.candidate < 0) return "none";
  return verdict.denied ? "denied" : verdict;
}
