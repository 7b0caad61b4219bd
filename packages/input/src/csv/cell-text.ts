/** Makes texts of the bytes of values. */
export class CellText {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  /**
   * The text of a value.
   *
   * @param end as `RowSplitter` gives it: complemented where a doubled quote stands for one
   * @throws {TypeError} when the bytes are not UTF-8
   */
  of(bytes: Uint8Array, start: number, end: number): string {
    if (end < 0) return this.#plain(bytes, start, ~end).replaceAll('""', '"');
    return this.#plain(bytes, start, end);
  }

  #plain(bytes: Uint8Array, start: number, end: number): string {
    let text = "";
    if (end - start <= 24) {
      let i = start;
      while (i < end && bytes[i]! < 128) text += String.fromCharCode(bytes[i++]!);
      if (i === end) return text;
    }
    return this.#decoder.decode(bytes.subarray(start, end));
  }
}
