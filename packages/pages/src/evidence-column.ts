import { groupFlag } from "@candor/plots";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";

/** The column of a table of groups that says whether the scores of each are too high, too low, or neither. */
export function evidenceColumn(page: Page): Column<Parameters<typeof groupFlag>[0]> {
  return {
    title: "Evidence",
    cell: (group) => {
      const { symbol, words } = groupFlag(group);
      return group.flagged
        ? page.make("span", { class: "flagged" }, `${symbol} ${words}`)
        : page.make("span", { class: "unflagged" }, `${symbol} none`);
    },
  };
}
