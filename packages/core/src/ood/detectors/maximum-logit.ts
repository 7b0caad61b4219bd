import { maximumLogit } from "../../scores/maximum-logit.ts";
import type { OodKind } from "./kind.ts";

/** The largest logit, `max-logit`. Nothing is fitted. */
export const maximumLogitKind: OodKind = {
  needs: ["logits"],
  options: [],
  settings: {},
  arrays: () => ({}),
  fit: () => ({ settings: {}, arrays: {}, notes: [] }),
  scorer: () => (rows) => maximumLogit(rows.logits()),
};
