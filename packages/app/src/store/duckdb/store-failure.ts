import { StoreError } from "../errors.ts";

/** Whether DuckDB refuses everything until the file is opened again. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && /FATAL|database has been invalidated/.test(error.message);
}

/**
 * What a complaint of DuckDB about the file means; anything else comes back as it is.
 *
 * @param path of the database file
 */
export function storeErrorOf(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || StoreError.is(error)) return error;
  const text = error.message;
  const failure = (code: "owned" | "schema" | "damaged" | "cannot-write", message: string) =>
    new StoreError(code, message, { cause: error });
  if (/Could not set lock|Conflicting lock|already (?:open|attached)|used by another process/i.test(text))
    return failure("owned", `${path} is open in another process; only one may own it`);
  if (/not a valid DuckDB database file/.test(text)) return failure("schema", `${path} is not a database of Candor`);
  if (/version number|newer version of DuckDB|older version of DuckDB/.test(text))
    return failure("schema", `${path} was written by another version of DuckDB than this Candor can read`);
  if (/checksum|corrupt|deserializ|Could not read enough bytes/i.test(text))
    return failure("damaged", `${path} is damaged`);
  if (
    /No space left|ENOSPC|EFBIG|File too large|EDQUOT|quota|Read-only file system|EROFS|Could not write|failed to write/i.test(
      text,
    )
  )
    return failure("cannot-write", `${path} cannot be written: the disk is full or read-only`);
  if (/Permission denied|EACCES/.test(text))
    return failure("cannot-write", `${path} cannot be written: permission denied`);
  if (/No such file or directory/.test(text))
    return failure("cannot-write", `${path} cannot be made: there is no such folder`);
  return error;
}
