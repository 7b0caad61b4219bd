const prefix = "token_id:";

/**
 * The number that stands in place of a token's text: `token_id:1234`. Null for every other text.
 *
 * Source: vLLM, "return_tokens_as_token_ids" of its OpenAI-compatible server.
 */
export function tokenNumber(text: string): number | null {
  if (text.charCodeAt(prefix.length - 1) !== 0x3a || !/^token_id:\d{1,9}$/.test(text)) return null;
  return Number(text.slice(prefix.length));
}
