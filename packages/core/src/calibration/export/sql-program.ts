/** A float64 in DuckDB: without an exponent 0.1 would be a DECIMAL. */
export function sqlNumber(value: number): string {
  const text = JSON.stringify(value);
  const double = text.includes("e") ? text : `${text}e0`;
  return value < 0 ? `(${double})` : double;
}

export function sqlNumbers(values: readonly number[]): string {
  return `[${values.map(sqlNumber).join(", ")}]`;
}

export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

interface Step {
  readonly name: string;
  readonly expression: string;
  /** A table of knots, with its alias in front, that each row finds its last row x ≤ score in. */
  readonly join: string | null;
}

const NAME = /candor_v(\d+)/g;
const TEXT = /'(?:[^']|'')*'/g;

/**
 * Named values that are computed one from another, written as nested selections: a value is computed once however often
 * it is used, which macros alone, being textual, do not promise.
 */
export class SqlProgram {
  readonly #levels: Step[][] = [];
  readonly #levelOf: number[] = [];

  #add(expression: string, join: ((alias: string) => string) | null): string {
    const number = this.#levelOf.length;
    const alias = `candor_k${number}`;
    const written = join === null ? "" : join(alias);
    const used = [...`${expression} ${written}`.replaceAll(TEXT, "").matchAll(NAME)].map(
      ([, n]) => this.#levelOf[Number(n)] + 1,
    );
    const level = Math.max(0, ...used);
    const name = `candor_v${number}`;
    this.#levelOf.push(level);
    this.#levels[level] ??= [];
    const ready = join === null ? expression : expression.replaceAll("$k", alias);
    this.#levels[level].push({ name, expression: ready, join: written || null });
    return name;
  }

  /** The name of the value of an expression, which may hold names of others. */
  step(expression: string): string {
    return this.#add(expression, null);
  }

  /**
   * The name of a value from a table: the row with the largest x ≤ the score, one of which is -infinity.
   *
   * @param expression of the table's columns, whose alias is written `$k`
   */
  lookup(score: string, columns: Readonly<Record<string, string>>, expression: string): string {
    const lists = Object.entries(columns).map(([name, values]) => `unnest(${values}) AS ${name}`);
    return this.#add(
      expression,
      (alias) => `ASOF JOIN (SELECT ${lists.join(", ")}) ${alias} ON ${score} >= ${alias}.x`,
    );
  }

  /** One scalar expression: the value of a name. */
  value(name: string): string {
    const text = this.#levels.reduce((before, steps, level) => {
      const columns = steps.map((step) => `${step.expression} AS ${step.name}`);
      if (level === 0) return `SELECT ${columns.join(", ")}`;
      const joins = steps.flatMap(({ join }) => (join === null ? [] : [join]));
      return `SELECT candor_s${level}.*, ${columns.join(",\n  ")}\n  FROM (${before}) candor_s${level}${joins.map((join) => `\n  ${join}`).join("")}`;
    }, "");
    return `(SELECT ${name} FROM (${text}) candor_s0)`;
  }
}
