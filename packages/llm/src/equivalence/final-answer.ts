const ANNOUNCED =
  /(?:^|[\s*_(])(?:(?:the |my |so,? ){0,4}(?:final |correct |short )?answer(?: to [^.:\n]{1,80})?\**\s*(?:is(?: that)?\s*:?|:|=)|(?:(?:die |la |a )?(?:antwort|respuesta|réponse|risposta|resposta)|答案|答え|回答)\**\s*(?:(?:ist|es|est|è|é)\b\s*:?|是|は|[:：=]))\s*\**\s*/giu;

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

/** Behind an answer: what takes it back. */
const TAKEN_BACK =
  /\b(?:actually|wait|correction|sorry|scratch\s+that|on\s+second\s+thought|could\s+(?:also\s+)?be|(?:that|this|it)(?:\s+is|'s|’s)\s+(?:wrong|incorrect|not\s+right|a\s+mistake))\b|[.!?]\s+no\b/iu;

/** What begins a block rather than a sentence: code, JSON, a table, a tag, formulas. */
const BLOCK = /^(?:```|~~~|[[{|<]|\$\$|\\\[)/u;

const BULLETS = /^(?:(?:[-*•]|\d{1,3}[.)]|[a-z][.)])\s+[^\n]*(?:\n\s*|$)){2,}/iu;

/** A full stop that does not end a sentence stands behind these. */
const ABBREVIATION =
  /(?:^|[^\p{L}])(?:St|Dr|Mr|Mrs|Ms|Prof|Mt|Ft|Gen|Col|Lt|Sgt|Rev|Capt|Sen|Rep|Gov|vs|Nos?|approx|ca|al|Inc|Co|Corp|Ltd|Jr|Sr|pp?|Fig|Eq|Vol|Art|Sec|\p{L}\.\p{L})$/iu;

/** `J. Smith`, unlike `B. The others are wrong`. */
const NAME_BEHIND = /^\s+(?:\p{Lu}[\p{L}'’-]+\.?\s*){1,3}[.,;!?]?\s*(?:$|\n)/u;

/** Announced, but not yet said: "The answer is simple. It is 5." */
const NOT_YET =
  /^(?:(?:very|quite|rather|pretty|fairly|not|as|the|given|found|shown)\s+)*(?:simple|clear|easy|obvious|complicated|complex|difficult|straightforward|surprising|interesting|hard|tricky|trivial|below|above|here|follows|following|known|correct|right|wrong|incorrect|unknown|unclear|uncertain|this|that|it)$/iu;

/** A sentence of its own, not a short answer. */
const CLAUSE = /\s(?:is|are|was|were|has|have|had|can|will|does|do|did)\s/iu;

/** More words than a short answer has. */
const MOST_WORDS = 8;

/** Announcements that are looked at, from the last one back. */
const MOST_ANNOUNCEMENTS = 64;

/** Where the sentence that a text begins with ends; its length where it does not. */
function sentenceEnd(text: string): { readonly end: number; readonly mark: string } {
  for (const { 0: mark, index } of text.matchAll(/[.!?](?=\s|$)|\n/gu)) {
    const before = text.slice(Math.max(0, index - 12), index);
    if (mark === ".") {
      if (ABBREVIATION.test(before)) continue;
      if (/(?:^|\s)\p{Lu}$/u.test(before) && NAME_BEHIND.test(text.slice(index + 1, index + 80))) continue;
    }
    if (mark === "\n" && /[,;:([{=+*/&-]\s*$/u.test(before)) continue;
    return { end: index, mark };
  }
  return { end: text.length, mark: "" };
}

/** The answer that an announcement is followed by; null where it is none. */
function announced(rest: string): string | null {
  if (TAKEN_BACK.test(rest)) return null;
  if (BLOCK.test(rest)) {
    const fence = /^(```|~~~)[\s\S]*?\n\1/u.exec(rest)?.[0];
    return fence ?? rest;
  }
  const bullets = BULLETS.exec(rest)?.[0];
  if (bullets !== undefined) return bullets;
  const { end, mark } = sentenceEnd(rest);
  if (mark === "?") return null;
  const short = rest.slice(0, end).trim();
  if (short === "" || short.endsWith(":")) return null;
  const isAll = rest.slice(end + 1).trim() === "";
  const bare = short.replace(/[^\p{L}\p{N}]+$/u, "");
  if (!isAll && (NOT_YET.test(bare) || CLAUSE.test(short) || short.split(/\s+/u).length > MOST_WORDS)) return null;
  return short.replace(/^([^*]*[^*\s])\s*\*+\s*$/u, "$1");
}

/** The last announcement that is not denied in its own sentence; null where several labels say different things. */
function lastAnnounced(text: string): string | null {
  let last: { readonly label: string; readonly short: string | null } | null = null;
  for (const match of Array.from(text.matchAll(ANNOUNCED)).slice(-MOST_ANNOUNCEMENTS).reverse()) {
    const before = text.slice(Math.max(0, match.index - FAR_BACK), match.index);
    if (DENIED.test(before.split(/[.!?\n](?:\s|$)/u).at(-1) ?? "")) continue;
    const [label] = match;
    if (last !== null && !/[:=：]/u.test(label)) continue;
    const short = announced(text.slice(match.index + label.length));
    if (last === null) {
      last = { label, short };
      if (short === null || !/[:=：]/u.test(label) || /final|correct/iu.test(label)) return short;
    } else if (short !== null && short.toLowerCase() !== last.short?.toLowerCase()) return null;
  }
  return last?.short ?? null;
}

/**
 * The short answer at the end of a longer one: what stands in the last `\boxed{…}`; else behind the last `####`; else behind the
 * last "the answer is" or "answer:" (and the same in a few more languages) up to the end of its sentence; else the whole text. Reasoning in
 * `<think>` is left out.
 *
 * What follows is taken whole where it is a block (code, JSON, a list, a table). It is no short answer, and the whole text is
 * compared, where it is taken back later ("Actually, …"), only says that the answer is simple, or is a sentence with more behind it; nor where several labels (`Answer:`) say different things.
 *
 * An announcement that is asked (`The answer is 5? No, 6`) or denied in its sentence (`I don't think the answer is 5`) is none. "The answer is not 5" gives "not 5".
 */
export function finalAnswer(text: string): string {
  const plain = text.replace(/<think>[\s\S]*?(?:<\/think>|$)/giu, "").trim();
  const marked = /(?:^|\n)####[ \t]+([^\n]+)\s*$/u.exec(plain)?.[1] ?? null;
  const boxed = TAKEN_BACK.test(plain.slice(plain.lastIndexOf("\\boxed{"))) ? null : lastBoxed(plain);
  const short = boxed ?? marked ?? lastAnnounced(plain);
  return (short ?? plain).trim();
}
