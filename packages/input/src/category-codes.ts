/** Numbers texts in the order they are first seen. */
export class CategoryCodes {
  readonly values: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #limit: number;
  readonly #tooMany: () => Error;

  /**
   * @param limit most different texts
   * @param tooMany makes the error thrown beyond the limit
   */
  constructor(limit: number, tooMany: () => Error) {
    this.#limit = limit;
    this.#tooMany = tooMany;
  }

  code(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    if (this.values.length === this.#limit) throw this.#tooMany();
    const code = this.values.length;
    this.values.push(text);
    this.#codes.set(text, code);
    return code;
  }
}
