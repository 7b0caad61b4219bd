import { encodeText } from "./utf8.ts";

/** How bytes were found: as given, from the text as it stands, from escapes, or from a tokenizer's own spelling. */
export type FormKind = "given" | "text" | "escaped" | "byte-level" | "sentencepiece";

/** Bytes that a token may stand for. */
export interface Form {
  readonly kind: FormKind;
  readonly bytes: ArrayLike<number>;
}

/** Code point to byte of the byte-level alphabet (GPT-2): printable bytes are themselves, the others start at U+0100. */
const byteOfLetter = new Map<number, number>();
for (let byte = 0, next = 0x100; byte < 256; byte++) {
  const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  byteOfLetter.set(printable ? byte : next++, byte);
}

/**
 * The bytes that escapes in a token's text spell: `\xf0\x9f`, ` \xe5`, `bytes:\xe2\x80`, `byte: \xe2`. Empty where there
 * is no escape. Two readings where it is open whether a space belongs to the prefix.
 *
 * Source: OpenAI and DeepSeek (chat), OpenAI (legacy completions), llama.cpp (older servers).
 */
export function unescapedBytes(text: string): readonly number[][] {
  if (!/\\x[0-9a-f]{2}/i.test(text)) return [];
  const prefix = /^bytes?:/.exec(text)?.[0] ?? "";
  const rest = text.slice(prefix.length);
  const readings = prefix !== "" && rest.startsWith(" ") ? [rest.slice(1), rest] : [rest];
  return readings.map((reading) => {
    const bytes: number[] = [];
    for (const part of reading.split(/(\\x[0-9a-f]{2})/i))
      if (/^\\x[0-9a-f]{2}$/i.test(part)) bytes.push(Number.parseInt(part.slice(2), 16));
      else bytes.push(...encodeText(part));
    return bytes;
  });
}

/** The bytes of a text in the byte-level alphabet (`Ġ` is a space, `Ċ` a line break, `Ã©` is é); null where it is not in it. */
export function byteLevelBytes(text: string): readonly number[] | null {
  const bytes: number[] = [];
  let foreign = false;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    const byte = byteOfLetter.get(code);
    if (byte === undefined) return null;
    if (code >= 0x80) foreign = true;
    bytes.push(byte);
  }
  return foreign ? bytes : null;
}

/** The bytes of a text in SentencePiece's spelling (`▁` is a space, `<0x0A>` a byte); null where nothing of it is there. */
export function sentencePieceBytes(text: string): readonly number[] | null {
  const byte = /^<0x([0-9a-f]{2})>$/i.exec(text)?.[1];
  if (byte !== undefined) return [Number.parseInt(byte, 16)];
  return text.includes("▁") ? [...encodeText(text.replaceAll("▁", " "))] : null;
}

/**
 * Every sequence of bytes that a token may stand for, most literal first. Empty where only U+FFFD is known of it.
 *
 * @param bytes as the provider gave them; those that are the UTF-8 of U+FFFD say nothing about a part of a character
 */
export function tokenForms(text: string, bytes: readonly number[] | null): readonly Form[] {
  const forms: Form[] = [];
  const replaced = text.includes("\ufffd");
  if (bytes !== null) forms.push({ kind: "given", bytes });
  if (!replaced) forms.push({ kind: "text", bytes: encodeText(text) });
  for (const escaped of unescapedBytes(text)) forms.push({ kind: "escaped", bytes: escaped });
  const byteLevel = replaced ? null : byteLevelBytes(text);
  if (byteLevel !== null) forms.push({ kind: "byte-level", bytes: byteLevel });
  const piece = replaced ? null : sentencePieceBytes(text);
  if (piece !== null) forms.push({ kind: "sentencepiece", bytes: piece });
  return forms;
}
