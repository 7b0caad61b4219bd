const closing = /<\/think(ing)?>|<\|message\|>/;

/**
 * How many tokens there are up to the end of reasoning: `</think>`, in one token or spelled by several, or the last
 * `<|message|>` of a model that writes channels. 0 where there is no such mark.
 */
export function reasoningEnd(tokens: readonly { readonly text: string }[], which: "first" | "last"): number {
  let read = "";
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    read = (read + token.text).slice(-64);
    if (!closing.test(read)) continue;
    end = i + 1;
    if (which === "first") return end;
    read = "";
  }
  return end;
}
