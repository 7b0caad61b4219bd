/** Whether a text stands for "nothing is known here", as spreadsheets and statistics programs write it. */
export function isMissingText(text: string): boolean {
  return /^\s*(|na|n\/a|nan|null|none)\s*$/i.test(text);
}
