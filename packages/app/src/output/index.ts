// What the rest of the app may use of file writing.

export { type AddedNames, nameAdded, type Wanted, type WordColumn } from "./added-names.ts";
export {
  type AddedColumns,
  type CalibratedBatch,
  type CalibratedWriter,
  memberSeparator,
} from "./calibrated-writer.ts";
export { openNpyWriter } from "./npy-writer.ts";
export { openWriter } from "./open-writer.ts";
export { type OutputFormat, outputEndings, outputFormat } from "./output-format.ts";
export { uniqueNames } from "./unique-names.ts";
