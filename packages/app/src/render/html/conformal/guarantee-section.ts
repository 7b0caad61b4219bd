import type { ConformalDocument } from "@candor/core";
import {
  type Fact,
  factList,
  formatCount,
  formatLevel,
  formatName,
  type Page,
  type Section,
  section,
} from "@candor/pages";
import {
  conditionWords,
  conformalNouns,
  isInfinite,
  partRank,
  partThreshold,
  rangeWords,
} from "../../conformal-words.ts";

const TEXT_LIMIT = 400;

/** What is promised, on which conditions, and how far the true coverage can be from it. */
export function guaranteeSection(page: Page, document: ConformalDocument): Section {
  const { make } = page;
  const { level, condition, parts, n, assumptions } = document;
  const { many, truth } = conformalNouns(document);
  const infinite = parts.filter(isInfinite).length;
  const [only] = parts;
  const range = rangeWords(document);
  const facts: Fact[] = [
    ["Calibration rows", formatCount(n)],
    ...(only !== undefined && parts.length === 1
      ? ([
          ["Threshold", partThreshold(only)],
          ["It rests on", partRank(only)],
        ] as const)
      : ([
          ["Thresholds", formatCount(parts.length)],
          ["Infinite", formatCount(infinite)],
        ] as const)),
    ...(range === "" ? [] : [["True coverage, nine times in ten", range] as const]),
  ];
  return section(
    page,
    { id: "guarantee", short: "Guarantee", title: "What is promised" },
    make(
      "div",
      { class: `certificate ${infinite === parts.length ? "warn" : "good"}` },
      make(
        "h3",
        {},
        `The ${many} hold ${truth} of new rows at least ${formatLevel(level)} of the time, ${formatName(conditionWords(condition), 200)}`,
      ),
      make("p", {}, "It holds if"),
      make("ul", { class: "steps" }, ...assumptions.map((text) => make("li", {}, formatName(text, TEXT_LIMIT)))),
      factList(page, facts),
    ),
    make(
      "p",
      { class: "note" },
      range === ""
        ? "The promise is an average over calibration files; with few rows the coverage of one file can be further from the level."
        : "The promise is an average over calibration files. Another file of this size would have led to a coverage in the range above nine times in ten: more rows make it narrower.",
    ),
  );
}
