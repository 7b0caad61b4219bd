import { visibleText } from "@candor/core";
import type { VNode } from "preact";

/** A name from the data as text that can hide and reorder nothing; cut where it is very long, whole in its tooltip. */
export function Name(props: { readonly of: string; readonly most?: number }): VNode {
  const { of, most = 60 } = props;
  const whole = visibleText(of, 300);
  const shown = visibleText(of, most);
  return (
    <bdi class="given" title={shown === whole ? undefined : whole}>
      {shown.trim() === "" ? "(empty)" : shown}
    </bdi>
  );
}
