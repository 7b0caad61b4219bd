const BULLET = /^(?:[-*•]|\d{1,3}[.)]|[a-z][.)]) +/iu;

/** Splits at marks that stand outside of brackets and quotes. */
function splitOutside(text: string, mark: RegExp): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let part = "";
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    else if (!quoted && "([{".includes(char)) depth++;
    else if (!quoted && ")]}".includes(char)) depth = Math.max(0, depth - 1);
    if (!quoted && depth === 0 && mark.test(char)) {
      parts.push(part);
      part = "";
    } else part += char;
  }
  parts.push(part);
  return parts.map((entry) => entry.trim());
}

/** The lines of a bulleted or numbered list; null where the text is none. */
export function bulletedLines(text: string): readonly string[] | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length < 2 || !lines.every((line) => BULLET.test(line.trim()))) return null;
  return lines.map((line) => line.trim().replace(BULLET, ""));
}

/** Elements between commas or semicolons, the last two perhaps joined by `and`; null where there is only one. */
export function separatedParts(text: string): readonly string[] | null {
  const bare = /^[[{]([\s\S]*)[\]}]$/u.exec(text)?.[1] ?? text;
  const mark = splitOutside(bare, /;/).length > 1 ? /;/ : /,(?!\d{3})/;
  const parts = splitOutside(bare, mark).filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  const joined = /^(?:and|&) (.+)$/isu.exec(last);
  if (joined !== null) return [...parts.slice(0, -1), joined[1] ?? ""];
  const pair = /^(.+?) (?:and|&) (.+)$/isu.exec(last);
  if (pair !== null && !/["([{]/u.test(last)) return [...parts.slice(0, -1), pair[1] ?? "", pair[2] ?? ""];
  return parts.length > 1 || bare !== text ? parts : null;
}
