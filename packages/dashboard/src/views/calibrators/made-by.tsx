import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import { Moment } from "../../parts/moment.tsx";

/** When a document was made, in the reader's zone where it says so, and by which version. */
export function MadeBy(props: { readonly created: string | null; readonly version: string }): VNode {
  const { created, version } = props;
  const at = created === null ? Number.NaN : Date.parse(created);
  const when = Number.isNaN(at) ? visibleText(created ?? "date not given", 40) : <Moment at={at} />;
  return (
    <>
      {when}, by Candor {visibleText(version, 20)}
    </>
  );
}
