/**
 * The text of a JSON object with the number of one of its own keys replaced and further fields added; everything else stays as it is
 * written, numbers beyond 2⁵³ too.
 *
 * @param text a JSON object
 * @param key whose value is a number
 * @param added JSON text of further fields, by key
 * @returns undefined where the object has no such number
 */
export function replaceNumber(
  text: string,
  key: string,
  value: number,
  added: Readonly<Record<string, string>>,
): string | undefined {
  const wanted = JSON.stringify(key);
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === "\\") i++;
      if (depth !== 1 || text.slice(start, i + 1) !== wanted) continue;
      const found = /^\s*:\s*(-?[\d.eE+-]+)/.exec(text.slice(i + 1));
      if (found === null) continue;
      const end = i + 1 + found[0].length;
      const from = end - (found[1] ?? "").length;
      const extra = Object.entries(added).map(([name, json]) => `, ${JSON.stringify(name)}: ${json}`);
      return `${text.slice(0, from)}${JSON.stringify(value)}${extra.join("")}${text.slice(end)}`;
    }
  }
  return undefined;
}
