/** Code of a language, collected: what was defined, and names that are not taken yet. */
export class Definitions {
  readonly #lines: string[] = [];
  readonly #helpers = new Set<string>();
  #count = 0;

  /** A new name. */
  name(stem: string): string {
    this.#count++;
    return `${stem}${this.#count}`;
  }

  add(...lines: readonly string[]): void {
    this.#lines.push(...lines, "");
  }

  /** Adds lines once, however often they are asked for. */
  once(key: string, lines: readonly string[]): void {
    if (this.#helpers.has(key)) return;
    this.#helpers.add(key);
    this.add(...lines);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
