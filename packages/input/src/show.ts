const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text that is safe to print: control, direction and line-separator characters become `\u{…}` escapes, and what is
 * longer than the limit ends in `…`.
 *
 * @param limit most characters kept
 */
export function printable(text: string, limit = 60): string {
  const characters = Array.from(text.length > 4 * limit ? text.slice(0, 4 * limit) : text);
  const kept = characters.length > limit ? `${characters.slice(0, limit).join("")}…` : characters.join("");
  return kept.replace(unprintable, (c) => `\\u{${c.codePointAt(0)?.toString(16) ?? "0"}}`);
}

/** One value of the user's data for a message: text in quotes, at most 40 characters of it; numbers as they are. */
export function shownValue(value: string | number): string {
  return typeof value === "number" ? String(value) : `"${printable(value, 40)}"`;
}

/** Names for a message, separated by commas; of more than 30 the number of the rest. */
export function nameList(names: readonly string[], limit = 30): string {
  const shown = names
    .slice(0, limit)
    .map((name) => printable(name))
    .join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}

/** The names of fields for a message. */
export function titles(fields: readonly { readonly name: string }[]): string {
  return nameList(fields.map((field) => field.name));
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const previous = rows[i - 1]!;
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(substituted, previous[j]! + 1, current[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, rows[i - 2]![j - 2]! + 1);
      current.push(distance);
    }
    rows.push(current);
  }
  return rows[a.length]![b.length]!;
}

/** The name most like the wanted one, where one is near enough to be a slip of the finger. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const target = wanted.toLowerCase().slice(0, 80);
  let best: string | undefined;
  let bestDistance = Math.min(target.length, Math.max(1, Math.floor(target.length / 3)) + 1);
  for (const name of names) {
    const distance = editDistance(target, name.toLowerCase().slice(0, 80));
    if (distance < bestDistance) {
      bestDistance = distance;
      best = name;
    }
  }
  return best;
}
