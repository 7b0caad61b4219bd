import type { ComponentChildren, VNode } from "preact";

/** A column of a table. */
export interface Column<Row> {
  readonly name: string;
  /** What is in it. Text and numbers; a link where it leads somewhere. */
  readonly cell: (row: Row, index: number) => ComponentChildren;
  /** Numbers are set to the right. Default false. */
  readonly isNumber?: boolean;
  /** The first column names the row to who cannot see the table. */
  readonly isHeader?: boolean;
}

/** A table of plain cells; it scrolls by itself where it is too wide, by keyboard too. */
export function DataTable<Row>(props: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Shown caption. Default: only for who cannot see the table. */
  readonly showCaption?: boolean;
  readonly rowKey?: (row: Row, index: number) => string | number;
}): VNode {
  const { caption, columns, rows, showCaption = false, rowKey = (_, index) => index } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="table-scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption class={showCaption ? undefined : "unseen"}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isNumber }) => (
              <th key={name} scope="col" class={isNumber ? "number" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)}>
              {columns.map(({ name, cell, isNumber, isHeader }) =>
                isHeader ? (
                  <th key={name} scope="row">
                    {cell(row, index)}
                  </th>
                ) : (
                  <td key={name} class={isNumber ? "number" : undefined}>
                    {cell(row, index)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
