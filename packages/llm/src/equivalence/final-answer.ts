const ANNOUNCED =
  /(?:^|[\s*_(])(?:(?:the |my |so,? )*(?:final |correct |short )?answer(?: to [^.:\n]{1,80})?\**\s*(?:is(?: that)?\s*:?|:|=)|(?:(?:die |la |a )?(?:antwort|respuesta|réponse|risposta|resposta)|答案|答え|回答)\**\s*(?:(?:ist|es|est|è|é)\b\s*:?|是|は|[:：=]))\s*\**\s*/giu;

/** What turns an announcement into something else: `I doubt the answer is 5`. */
const DENIED =
  /\b(?:not|never|no|cannot|doubt|unless|if|whether|unlikely|wrong|incorrect|nicht|kein\p{L}*|ob|wenn|pas|si|não|non|nie)\b|n't\b/iu;

/** The content of the last `\boxed{…}`, braces balanced; null where there is none. */
function lastBoxed(text: string): string | null {
  const start = text.lastIndexOf("\\boxed{");
  if (start < 0) return null;
  let depth = 0;
  for (let i = start + 6; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return text.slice(start + 7, i);
  }
  return null;
}

/** How far back the sentence of an announcement is looked at. */
const FAR_BACK = 400;

/** The last announcement that is not denied in its own sentence. */
function lastAnnounced(text: string): string | null {
  for (const match of Array.from(text.matchAll(ANNOUNCED)).reverse()) {
    const before = text.slice(Math.max(0, match.index - FAR_BACK), match.index);
    if (DENIED.test(before.split(/[.!?\n](?:\s|$)/u).at(-1) ?? "")) continue;
    const from = match.index + match[0].length;
    const after = /[.!?](?:\s|$)|\n/u.exec(text.slice(from));
    if (after?.[0].startsWith("?") === true) continue;
    const short = after === null ? text.slice(from) : text.slice(from, from + after.index);
    if (short.trim() !== "") return short.replace(/^([^*]*[^*\s])\s*\*+\s*$/u, "$1");
  }
  return null;
}

/**
 * The short answer at the end of a longer one: what stands in the last `\boxed{…}`; else behind the last `####`; else behind the
 * last "the answer is" or "answer:" (and the same in a few more languages) up to the end of its sentence; else the whole text. Reasoning in
 * `<think>` is left out.
 *
 * An announcement that is asked (`The answer is 5? No, 6`) or denied in its sentence (`I don't think the answer is 5`) is none. "The answer is not 5" gives "not 5".
 */
export function finalAnswer(text: string): string {
  const plain = text.replace(/<think>[\s\S]*?(?:<\/think>|$)/giu, "").trim();
  const marked = /(?:^|\n)####[ \t]+([^\n]+)\s*$/u.exec(plain)?.[1] ?? null;
  const short = lastBoxed(plain) ?? marked ?? lastAnnounced(plain);
  return (short ?? plain).trim();
}
