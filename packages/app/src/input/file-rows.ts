import { BadInput, type InputOptions, type ScreenedBatch, ScreenedRows } from "@candor/input";
import type { FileContext } from "./file-context.ts";
import type { Sources } from "./open-sources.ts";
import type { RowSource } from "./row-source.ts";
import type { Spool } from "./spool.ts";

/** Rows of the files of a command, of which the main one may be copied. */
export class FileRows extends ScreenedRows {
  /** How all columns of the main file are copied; undefined where there is none, or an array. */
  readonly rowSource: RowSource | undefined;
  readonly #sources: Sources;

  private constructor(
    sources: Sources,
    rowSource: RowSource | undefined,
    options: Pick<InputOptions, "skipBad">,
    context: FileContext,
  ) {
    super(options, context);
    this.#sources = sources;
    this.rowSource = rowSource;
  }

  static async of(sources: Sources, options: Pick<InputOptions, "skipBad">, context: FileContext): Promise<FileRows> {
    return new FileRows(sources, await sources.set.main?.rowSource(), options, context);
  }

  get sources(): Sources {
    return this.#sources;
  }
  /** A place for temporary files, gone when the files are closed. */
  get spool(): () => Spool {
    return this.#sources.spool;
  }

  /** @throws {BadInput} also when the main file has another number of rows than the files that were read in its place */
  override async *read(width: number): AsyncGenerator<ScreenedBatch> {
    yield* super.read(width);
    const { main } = this.#sources.set;
    if (main === undefined || this.slots.tables.includes(main)) return;
    const rows = main.rows ?? (await this.rowSource?.count(false));
    const { file, rowsRead } = this;
    if (rows === undefined || rows === rowsRead) return;
    throw new BadInput(`${main.file} has ${rows} rows but ${file} has ${rowsRead}, expected the same in both`, {
      file,
    });
  }

  /** Frees the files and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void> {
    return this.#sources.close();
  }
}
