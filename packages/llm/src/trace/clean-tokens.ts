import type { ChoiceDraft, RawToken } from "../adapters/draft.ts";
import { cleanToken, type PlacedToken } from "./clean-token.ts";
import type { Token } from "./token.ts";
import type { TraceFlag } from "./trace.ts";

/** A token as it was cleaned, and what its cleaning depended on. */
interface Cleaned {
  readonly raw: RawToken;
  readonly before: RawToken | undefined;
  readonly token: PlacedToken | null;
  readonly flags: readonly TraceFlag[];
}

const noFlags: readonly TraceFlag[] = [];

/** Cleans the tokens of a response's answers, each once, though they are asked for as they come and again at the end. */
export class TokenCleaner {
  readonly #cleaned = new Map<number, Cleaned[]>();
  readonly #found = new Set<TraceFlag>();

  /** The tokens that came to an answer since the last call; positions are −1. */
  arrivals({ index, tokens }: ChoiceDraft): readonly Token[] {
    let cleaned = this.#cleaned.get(index);
    if (cleaned === undefined) {
      cleaned = [];
      this.#cleaned.set(index, cleaned);
    }
    const arrived: Token[] = [];
    for (let i = cleaned.length; i < tokens.length; i++) {
      const raw = tokens[i];
      if (raw === undefined) continue;
      const entry = this.#clean(raw, tokens[i - 1]);
      cleaned.push(entry);
      if (entry.token !== null) arrived.push(entry.token);
    }
    return arrived;
  }

  /**
   * All tokens of an answer, to be placed on its text; entries that are none are left out.
   *
   * @param raw in order; those that came before are not cleaned again
   * @param flags gets what was odd
   */
  all(index: number, raw: readonly RawToken[], flags: Set<TraceFlag>): PlacedToken[] {
    const cleaned = this.#cleaned.get(index);
    const tokens: PlacedToken[] = [];
    for (let i = 0; i < raw.length; i++) {
      const entry = raw[i];
      if (entry === undefined) continue;
      const known = cleaned?.[i];
      if (known === undefined || known.raw !== entry || known.before !== raw[i - 1]) {
        const token = cleanToken(entry, raw[i - 1], flags);
        if (token !== null) tokens.push(token);
        continue;
      }
      for (const flag of known.flags) flags.add(flag);
      if (known.token !== null) tokens.push({ ...known.token });
    }
    return tokens;
  }

  #clean(raw: RawToken, before: RawToken | undefined): Cleaned {
    const found = this.#found;
    const token = cleanToken(raw, before, found);
    if (found.size === 0) return { raw, before, token, flags: noFlags };
    const flags = [...found];
    found.clear();
    return { raw, before, token, flags };
  }
}
