import { decisionCurve, type ThresholdOutcome } from "@candor/core";
import { type ChoicePoint, type MovableChoice, movableChoice } from "@candor/plots";
import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import type { Decisions } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { valueText } from "../../parts/numbers.ts";
import { type DrawOptions, Picture } from "../../parts/picture.tsx";
import { thresholdText } from "./threshold-state.ts";

function pointOf(outcome: ThresholdOutcome | null): ChoicePoint | null {
  if (outcome === null || outcome.error === null) return null;
  const { value, lower, upper } = outcome.error;
  return { coverage: outcome.coverage.value, error: value, lower, upper };
}

/** The risk-coverage curve, with marks for what decides now and what is proposed. */
export function RiskPicture(props: {
  readonly decisions: Decisions;
  readonly now: ThresholdOutcome | null;
  readonly proposed: ThresholdOutcome;
}): VNode {
  const { decisions, now, proposed } = props;
  const { cells, inEffect } = decisions;
  const maxError = inEffect.certificate?.maxError;
  const curve = useMemo(() => decisionCurve(cells), [cells]);
  const drawn = useRef<MovableChoice | null>(null);
  const marks = { current: pointOf(now), proposed: pointOf(proposed) };
  const newest = useRef(marks);
  newest.current = marks;
  const draw = useCallback(
    ({ document, width }: DrawOptions) => {
      const height = Math.round(Math.min(340, Math.max(240, width * 0.6)));
      drawn.current = movableChoice(curve, {
        document,
        width,
        height,
        ...(maxError === undefined ? {} : { maxError }),
      });
      drawn.current.move(newest.current);
      return drawn.current.element;
    },
    [curve, maxError],
  );
  useEffect(() => drawn.current?.move(marks));
  if (curve.length === 0)
    return (
      <Picture
        title="Errors against how much is acted on"
        draw={null}
        finding="No outcomes are known yet, so there is no curve."
      />
    );
  return (
    <Picture
      title="Errors against how much is acted on"
      finding="Each point of the line is a threshold to act: the further right, the more is acted on. The band is its 95 % interval, point by point."
      draw={draw}
      table={
        <DataTable
          caption="Risk-coverage curve"
          columns={[
            { name: "Act from", cell: ({ threshold }) => thresholdText(threshold), isHeader: true },
            { name: "Acted on", cell: ({ coverage }) => valueText(coverage, "share"), isNumber: true },
            { name: "Wrong", cell: ({ error }) => valueText(error, "share", 2), isNumber: true },
            { name: "Lower", cell: ({ errorLower }) => valueText(errorLower, "share", 2), isNumber: true },
            { name: "Upper", cell: ({ errorUpper }) => valueText(errorUpper, "share", 2), isNumber: true },
          ]}
          rows={curve}
        />
      }
    />
  );
}
