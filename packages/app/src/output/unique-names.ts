/**
 * Names of columns with a number behind those that came before, in upper or lower case: `a, b, a` gives `a, b, a_1`.
 * Parquet and JSON hold no two columns of one name, and DuckDB does not tell case.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let i = 1; taken.has(unique.toLowerCase()); i++) unique = `${name}_${i}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
