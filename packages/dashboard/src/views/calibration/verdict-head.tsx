import type { ComponentChildren, VNode } from "preact";
import type { Reliability } from "../../api/api-types.ts";
import { Measured } from "../../parts/measured.tsx";
import { Moment } from "../../parts/moment.tsx";
import { countText, type Measure, valueText } from "../../parts/numbers.ts";
import { VerdictStatus } from "../../parts/verdict-status.tsx";
import { useUrl } from "../../state/url-state.ts";
import { outcomeWords, pText } from "./words.ts";

function Fact(props: {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note: ComponentChildren;
}): VNode {
  const { name, value, note } = props;
  return (
    <div>
      <dt>{name}</dt>
      <dd class="fact">{value}</dd>
      <dd class="muted">{note}</dd>
    </div>
  );
}

const none: Measure = { value: null, reason: "no outcomes yet", n: 0 };

function NextStep({ data }: { readonly data: Reliability }): VNode | null {
  const { link } = useUrl();
  const status = data.verdict?.status;
  if (status === undefined) return null;
  if (status === "calibrated")
    return (
      <p>
        It holds on average over what is chosen above: <a href={link("/segments")}>Segments</a> says whether it does for
        each group, <a href={link("/over-time")}>Over time</a> whether it lasts.
      </p>
    );
  if (status === "too-few-labels") return <p>Next: choose a longer time, or send more outcomes.</p>;
  return (
    <p>
      Next: see in <a href={link("/segments")}>Segments</a> whether a group is behind it and in{" "}
      <a href={link("/over-time")}>Over time</a> since when; then fit a new calibrator (
      <a href={link("/calibrators")}>Calibrators</a>).
    </p>
  );
}

/** What is left out because its outcomes may still come, or that it is not. */
export function Young(props: { readonly data: Reliability; readonly isCounted: boolean }): VNode | null {
  const { data, isCounted } = props;
  if (data.young === null) return null;
  if (isCounted || data.to === null)
    return (
      <p class="muted young">
        Predictions whose outcomes may still come are counted too. The outcomes that come first are not like the others,
        so these numbers may mislead.
      </p>
    );
  return (
    <p class="muted young">
      Predictions made from <Moment at={data.to} /> on are left out: some of their outcomes may still come.
    </p>
  );
}

/** Whether the confidences can be trusted, with what speaks for it. */
export function VerdictHead(props: { readonly data: Reliability; readonly isYoungCounted: boolean }): VNode {
  const { data, isYoungCounted } = props;
  const { verdict, eceDebiased, noiseFloor, gap, stated, observed, labelled, predictions, withoutConfidence, level } =
    data;
  const { inText } = outcomeWords(data.axis);
  return (
    <section class="calibration-verdict" aria-label="Verdict">
      <p>
        <VerdictStatus status={verdict?.status ?? null} axis={data.axis} />
      </p>
      {verdict === null ? null : <p class="sentence">{verdict.sentence}</p>}
      <NextStep data={data} />
      <dl>
        <Fact
          name="Calibration error"
          value={<Measured of={eceDebiased ?? none} kind="plain" />}
          note={`noise taken off; ${Math.round(100 * level)} % interval`}
        />
        <Fact
          name="Noise floor"
          value={noiseFloor === null ? "–" : valueText(noiseFloor.value, "plain")}
          note={
            noiseFloor === null || data.ece === null
              ? "what a perfect model would show"
              : `what a perfect model would show; chance alone reaches ${valueText(data.ece.value, "plain")} with ${pText(noiseFloor.pValue)}`
          }
        />
        <Fact
          name="Stated minus observed"
          value={<Measured of={gap ?? none} kind="points" />}
          note={
            stated === null || observed === null
              ? "on average"
              : `stated ${valueText(stated, "share")}, ${inText} ${valueText(observed, "share")}${
                  data.pValue === null ? "" : `; a test without bins: ${pText(data.pValue)}`
                }`
          }
        />
        <Fact
          name="With outcome"
          value={countText(labelled)}
          note={`of ${countText(predictions)} predictions${
            withoutConfidence > 0 ? `; ${countText(withoutConfidence)} came without evidence` : ""
          }`}
        />
      </dl>
      <Young data={data} isCounted={isYoungCounted} />
    </section>
  );
}
