import type { VNode } from "preact";
import { agoText, timeText } from "./times.ts";

/** A moment in the reader's zone; `ago` says how long ago instead. */
export function Moment(props: {
  readonly at: number;
  readonly to?: "day" | "minute";
  /** Milliseconds since 1970: what `ago` counts from. */
  readonly ago?: number;
}): VNode {
  const { at, to = "minute", ago } = props;
  const full = timeText(at);
  return (
    <time dateTime={new Date(at).toISOString()} title={full}>
      {ago === undefined ? timeText(at, to) : agoText(at, ago)}
    </time>
  );
}
