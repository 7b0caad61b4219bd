import type { Costs, Estimate, ThresholdOutcome, Thresholds } from "@candor/core";
import type { ComponentChildren, VNode } from "preact";
import type { Decisions } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Measured } from "../../parts/measured.tsx";
import { countText, numberText, valueText } from "../../parts/numbers.ts";
import { Status } from "../../parts/status.tsx";
import { shareDigits } from "./effects.ts";
import { thresholdWords } from "./threshold-state.ts";

/** One side of the comparison. */
export interface Side {
  readonly thresholds: Thresholds;
  readonly outcome: ThresholdOutcome;
}

/** Thresholds now and as proposed, and what they are judged by. */
export interface Comparison {
  readonly decisions: Decisions;
  /** Null where no policy with thresholds decides. */
  readonly now: Side | null;
  readonly proposed: Side;
  readonly costs: Costs | null;
  /** Reviews a day. */
  readonly capacity: number | null;
}

/** What a row shows of one side. */
interface EffectRow {
  readonly name: string;
  readonly of: (side: Side) => ComponentChildren;
  /** Proposed minus now, in words. */
  readonly change: ComponentChildren;
}

function digitsOf(value: number): number {
  const size = Math.abs(value);
  return size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
}

/** A change with its sign; one that its digits do not show is none. */
function signed(text: string, value: number): string {
  if (!/[1-9]/.test(text)) return "none";
  return value > 0 ? `+${text}` : text;
}

/** An estimate of any unit with its interval. */
function Plain(props: { readonly of: Estimate; readonly scale?: number; readonly digits?: number }): VNode {
  const { of, scale = 1 } = props;
  const digits = props.digits ?? digitsOf(of.value * scale);
  const measure = { value: of.value * scale, lower: of.lower * scale, upper: of.upper * scale, n: of.n };
  return <Measured of={measure} kind="plain" digits={digits} />;
}

function Reviews(props: { readonly side: Side; readonly perDay: number; readonly capacity: number | null }): VNode {
  const { side, perDay, capacity } = props;
  const { value } = side.outcome.reviewVolume;
  const reviews = value * perDay;
  return (
    <>
      <span class="measured">
        <b>{countText(reviews)}</b>
        <span class="interval">{valueText(value, "share")} of all</span>
      </span>
      {capacity === null ? null : reviews <= capacity * 1.005 ? (
        <Status tone="good">fits {countText(capacity)}</Status>
      ) : (
        <Status tone="bad">
          {countText(reviews - capacity)} over {countText(capacity)}
        </Status>
      )}
    </>
  );
}

/** What thresholds lead to, now and as proposed, side by side. */
export function EffectsTable(props: Comparison & { readonly caption: string }): VNode {
  const { decisions, now, proposed, costs, capacity, caption } = props;
  const { perDay, cells } = decisions;
  const isPositive = cells.on === "positive";
  const difference = (pick: (outcome: ThresholdOutcome) => Estimate | null): number | null => {
    const [before, after] = [now && pick(now.outcome), pick(proposed.outcome)];
    return before === null || after === null ? null : after.value - before.value;
  };
  const points = (pick: (outcome: ThresholdOutcome) => Estimate | null, digits = 1): string => {
    const change = difference(pick);
    return change === null ? "–" : signed(valueText(change, "points", digits), change);
  };
  const plain = (pick: (outcome: ThresholdOutcome) => Estimate | null, scale: number): string => {
    const change = difference(pick);
    return change === null ? "–" : signed(numberText(change * scale, "plain", digitsOf(change * scale)), change);
  };
  const reviewChange = difference(({ reviewVolume }) => reviewVolume);
  const rows: readonly EffectRow[] = [
    {
      name: "Thresholds",
      of: ({ thresholds: { act, abstain } }) => (
        <>
          {thresholdWords("act", act)}
          {abstain === null ? "" : `, ${thresholdWords("abstain", abstain)}`}
        </>
      ),
      change: "",
    },
    {
      name: "Acted on",
      of: ({ outcome }) => <Measured of={outcome.coverage} kind="share" />,
      change: points(({ coverage }) => coverage),
    },
    {
      name: isPositive ? "Not positive, of those" : "Wrong, of those",
      of: ({ outcome: { error, coverage } }) =>
        error === null ? (
          <span class="measured none">
            {coverage.value === 0 ? "nothing is acted on" : "no outcome of these is known"}
          </span>
        ) : (
          <Measured of={error} kind="share" digits={shareDigits(error)} showN />
        ),
      change: points(({ error }) => error, proposed.outcome.error === null ? 1 : shareDigits(proposed.outcome.error)),
    },
    {
      name: "Acted on wrongly, per 1,000 predictions",
      of: ({ outcome: { wrongPerThousand } }) =>
        wrongPerThousand === null ? "–" : <Plain of={wrongPerThousand} digits={1} />,
      change: plain(({ wrongPerThousand }) => wrongPerThousand, 1),
    },
    {
      name: "Reviews a day",
      of: (side) => <Reviews side={side} perDay={perDay} capacity={capacity} />,
      change:
        reviewChange === null
          ? "–"
          : signed(countText(Math.round(reviewChange * perDay)), Math.round(reviewChange * perDay)),
    },
    {
      name: "Nothing done",
      of: ({ outcome }) => <Measured of={outcome.abstention} kind="share" />,
      change: points(({ abstention }) => abstention),
    },
    ...(isPositive
      ? [
          {
            name: "Positives acted on",
            of: ({ outcome: { recall } }: Side) => (recall === null ? "–" : <Measured of={recall} kind="share" />),
            change: points(({ recall }: ThresholdOutcome) => recall),
          },
        ]
      : []),
    ...(costs === null
      ? []
      : [
          {
            name: "Cost per 1,000 predictions",
            of: ({ outcome: { cost, reviewVolume, abstention } }: Side) =>
              cost === null ? (
                <span class="measured none">
                  {reviewVolume.value > 0 && costs.review === null
                    ? "give the cost of a review"
                    : abstention.value > 0 && costs.abstain === null
                      ? "give the cost of doing nothing"
                      : "outcomes are missing"}
                </span>
              ) : (
                <Plain of={cost} scale={1000} />
              ),
            change: plain(({ cost }: ThresholdOutcome) => cost, 1000),
          },
        ]),
  ];
  return (
    <DataTable
      caption={caption}
      rowKey={({ name }) => name}
      columns={[
        { name: "", cell: ({ name }) => name, isHeader: true },
        ...(now === null ? [] : [{ name: "Now", cell: ({ of }: EffectRow) => of(now), isNumber: true }]),
        { name: "Proposed", cell: ({ of }) => of(proposed), isNumber: true },
        ...(now === null
          ? []
          : [
              { name: "Change", cell: ({ change }: EffectRow) => <span class="change">{change}</span>, isNumber: true },
            ]),
      ]}
      rows={rows}
    />
  );
}
