import { locateJson } from "../fields/locate-json.ts";
import { VERDICT_LABEL } from "../scores/decision-token.ts";

/** Characters of a text: from `from` up to `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Names of JSON values that hold a verdict, without "final", "overall" and the like before them. */
const VERDICT_KEY =
  /^(?:(?:the|my|our|final|overall|total|correct|best|chosen|selected|is)_)*(verdict|answer|choice|option|score|rating|result|label|response|grade|judge?ment|conclusion|decision|class|category|value|output|winner|correct|valid|antwort|urteil|bewertung|r[ée]ponse|respuesta|risposta|resposta|答案|回答|答え)$/iu;

/** Names of JSON values that never are the verdict. */
const OTHER_KEY =
  /(?:^|_)(?:confidence|probability|certainty|likelihood|prob|max|maximum|min|minimum|scale|id|index|count|n|weight)$/iu;

const DEEPEST = 64;

const decoder = new TextDecoder();

/** The last name of a JSONPath in snake_case. */
function keyOf(path: string): string {
  const name = /(?:\.([^.[\]]+)|\["((?:[^"\\]|\\.)*)"\])(?:\[\d+\])*$/u.exec(path);
  return (name?.[1] ?? name?.[2] ?? "")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2")
    .replace(/[\s-]+/gu, "_")
    .toLowerCase();
}

/** Values of a JSON answer, as they stand in the text: those named as a verdict, and those that may be one. */
export interface JsonSpans {
  readonly named: readonly Span[];
  readonly others: readonly Span[];
  /** Whether nothing stands before the JSON. */
  readonly isWhole: boolean;
}

/** The values of the JSON that a text is, or ends with; null where it is none. */
export function jsonSpans(text: string): JsonSpans | null {
  if (!text.includes("{")) return null;
  const bytes = new TextEncoder().encode(text);
  const located = locateJson(bytes, DEEPEST);
  if (located === null || located.scan.leaves[0]?.path === "$") return null;
  if (!/^[\s`~]*$/u.test(decoder.decode(bytes.subarray(located.scan.end)))) return null;
  const named: Span[] = [];
  const others: Span[] = [];
  let [byte, index] = [0, 0];
  const at = (to: number): number => {
    index += decoder.decode(bytes.subarray(byte, to)).length;
    byte = to;
    return index;
  };
  for (const { path, kind, valueStart, valueEnd } of located.scan.leaves) {
    const span = { from: at(valueStart), to: at(valueEnd) };
    const key = keyOf(path);
    if (kind === "container") continue;
    if (VERDICT_KEY.test(key)) named.push(span);
    else if (!OTHER_KEY.test(key)) others.push(span);
  }
  const before = decoder.decode(bytes.subarray(0, located.from));
  return { named, others, isWhole: /^\s*(?:(?:```|~~~)\w*\s*)?$/u.test(before) };
}

const BOXES =
  /\\boxed\{([^{}]{1,200})\}|\[\[([^[\]]{1,200})\]\]|<(verdict|answer|score|rating|judge?ment|decision|choice|result|label)>([\s\S]{1,400}?)<\/\3>/giu;

/** What stands in `\boxed{…}`, `[[…]]` and `<verdict>…</verdict>`, in order. */
export function boxedSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const { 0: all, 1: box, 2: square, 4: inside, index } of text.matchAll(BOXES)) {
    const content = box ?? square ?? inside ?? "";
    const from = index + all.indexOf(content, all.startsWith("<") ? all.indexOf(">") : 2);
    spans.push({ from, to: from + content.length });
  }
  return spans;
}

/** What a label stands behind: the beginning of the text, a line or a sentence. */
const BEGINS =
  /(?:^|\n|[.!?]\s)[\s*_#>|•-]*(?:(?:so|therefore|thus|hence|overall|finally|in\s+conclusion)[\s,]+)?[\s*_#>|]*$/iu;

const FAR = 48;

/** What stands behind labels such as `Verdict:` that begin a line or a sentence, up to the end of the line, in order. */
export function labelledSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const { 0: label, index } of text.matchAll(VERDICT_LABEL)) {
    if (!BEGINS.test(text.slice(Math.max(0, index - FAR), index))) continue;
    const behind = index + label.length;
    const from = behind + (/^[\s*_`|]*/u.exec(text.slice(behind, behind + FAR))?.[0].length ?? 0);
    const line = text.indexOf("\n", from);
    spans.push({ from, to: line < 0 ? text.length : line });
  }
  return spans;
}
