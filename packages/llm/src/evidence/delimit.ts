import { InputError } from "@candor/core";

/** Text between two marks that cannot occur in it. */
export interface Delimited {
  /** The marks with the text between them. */
  readonly text: string;
  readonly open: string;
  readonly close: string;
}

/** 32-bit FNV-1a of the code units. */
function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

/**
 * Texts between marks that none of them can close: the marks carry a word that occurs in none of the texts.
 *
 * @param texts by the name that their marks show, in the order they are to be read
 * @param nonce the word; by default one that follows from the texts, so that the same texts give the same marks. A random word
 *   also keeps an author of a text from knowing the marks in advance
 * @returns one for each text
 * @throws {InputError} `incompatible` for a nonce that is not 8 or more letters and digits, or that a text contains
 */
export function delimit(texts: readonly (readonly [string, string])[], nonce?: string): readonly Delimited[] {
  const all = texts.map(([, text]) => text).join("\n");
  if (nonce !== undefined && !/^[A-Za-z0-9]{8,64}$/.test(nonce))
    throw new InputError("incompatible", "expected a nonce of 8 to 64 letters and digits");
  if (nonce !== undefined && all.toLowerCase().includes(nonce.toLowerCase()))
    throw new InputError("incompatible", "the nonce occurs in a text that it has to delimit");
  let word = nonce ?? "";
  for (let seed = 0; word === "" || all.includes(word); seed++)
    word = [hash(all, seed), hash(all, seed + 0x9e3779b9)].map((part) => part.toString(16).padStart(8, "0")).join("");
  return texts.map(([name, text]) => {
    const [open, close] = [`<${name} ${word}>`, `</${name} ${word}>`];
    return { text: `${open}\n${text}\n${close}`, open, close };
  });
}
