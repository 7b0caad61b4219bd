import type { DuckDBValue } from "@duckdb/node-api";

/** The values of the parameters of one statement, in their order. User text is nowhere else. */
export class Bindings {
  readonly values: DuckDBValue[] = [];

  /** @returns the parameter, such as `$3` */
  text(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** @returns the parameter as DOUBLE */
  double(value: number): string {
    this.values.push(value);
    return `$${this.values.length}::DOUBLE`;
  }

  /** @returns the parameter as BIGINT */
  bigint(value: number | bigint): string {
    this.values.push(BigInt(value));
    return `$${this.values.length}::BIGINT`;
  }
}
