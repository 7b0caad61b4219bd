import type { Estimate, PolicyAlternative, PolicyDocument } from "@candor/core";
import { formatLevel, type KeyNumber, keyNumberList, type Page, type Section, section, table } from "@candor/pages";
import { costDigits, costEstimate, costText, shareEstimate } from "../../policy-words.ts";

type Outcome = NonNullable<PolicyDocument["expected"]>;

function cards({ coverage, error, cost, reviewVolume, abstention, recall }: Outcome, isPositive: boolean): KeyNumber[] {
  const share = (label: string, estimate: Estimate, note: string): KeyNumber[] => [
    { label, ...shareEstimate(estimate), note },
  ];
  return [
    ...share("Acted on", coverage, "share of all rows"),
    ...(error === null
      ? []
      : isPositive
        ? share("Negatives among those", error, "1 minus precision")
        : share("Wrong among those", error, "selective risk")),
    ...(recall === null ? [] : share("Positives acted on", recall, "recall")),
    ...share("Reviewed", reviewVolume, "share of all rows"),
    ...(abstention.value === 0 ? [] : share("Abstained from", abstention, "share of all rows")),
    ...(cost === null ? [] : [{ label: "Cost per row", ...costEstimate(cost), note: "in the unit of the costs" }]),
  ];
}

function savingText({ saving }: PolicyAlternative, digits: number): string {
  if (saving === null) return "";
  const { value, interval } = costEstimate(saving, digits);
  return `${saving.value > 0 ? "+" : ""}${value}${interval === "" ? "" : ` ${interval}`}`;
}

/** What the policy is expected to do, and what other ways of deciding would. */
export function expectedSection(page: Page, document: PolicyDocument, expected: Outcome): Section {
  const { make } = page;
  const { rule, alternatives, choices } = document;
  const isPositive = rule.kind !== "least-cost" && rule.on === "positive";
  const rows = [{ name: "this policy", expected, saving: null }, ...alternatives];
  const prices = rows.flatMap(({ expected: { cost } }) => (cost === null ? [] : [cost.value]));
  const digits = costDigits(prices);
  const share = (estimate: Estimate) => {
    const { value, interval } = shareEstimate(estimate);
    return interval === "" ? value : `${value} ${interval}`;
  };
  return section(
    page,
    { id: "expected", short: "What to expect", title: "What to expect" },
    make("p", { class: "lead" }, `Estimated on labelled rows. Brackets: ${formatLevel(choices.level)} intervals.`),
    keyNumberList(page, cards(expected, isPositive)),
    ...(alternatives.length === 0
      ? []
      : [
          table(
            page,
            rows,
            [
              { title: "Way of deciding", cell: ({ name }) => page.name(name) },
              { title: "Acted on", numeric: true, cell: (row) => share(row.expected.coverage) },
              {
                title: isPositive ? "Negatives among those" : "Wrong among those",
                numeric: true,
                cell: (row) => (row.expected.error === null ? "none" : share(row.expected.error)),
              },
              { title: "Reviewed", numeric: true, cell: (row) => share(row.expected.reviewVolume) },
              ...(prices.length === 0
                ? []
                : [
                    {
                      title: "Cost per row",
                      numeric: true,
                      cell: (row: PolicyAlternative) =>
                        row.expected.cost === null ? "" : costText(row.expected.cost.value, digits),
                    },
                    {
                      title: "The policy saves",
                      numeric: true,
                      cell: (row: PolicyAlternative) => savingText(row, digits),
                    },
                  ]),
            ],
            { caption: "Compared on the same rows" },
          ),
        ]),
  );
}
