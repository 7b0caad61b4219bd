import { pageContent, pageOf, pageStyles, regressionStyles } from "@candor/pages";
import { plotStyles } from "@candor/plots";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AnyReport } from "../../drop/make-report.ts";
import { partsInPieces } from "./report-html.ts";

const own =
  ":host{display:block}section,#content{scroll-margin-top:4rem}.grid.three{grid-template-columns:repeat(auto-fill,minmax(min(100%,18.5rem),1fr))}";

let sheet: CSSStyleSheet | undefined;

/** The style of the HTML report, kept apart from the style of the dashboard; its colours are those of the page. */
function styles(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(plotStyles + pageStyles + regressionStyles + own);
  }
  return sheet;
}

/** Goes to the section that a link of the report names: addresses do not reach into a shadow tree. */
function follow(root: ShadowRoot, event: Event): void {
  const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement);
  const address = link instanceof HTMLAnchorElement ? link.getAttribute("href") : null;
  if (!address?.startsWith("#")) return;
  event.preventDefault();
  event.stopPropagation();
  const target = root.getElementById(address.slice(1));
  if (target === null) return;
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}

/** The report with the very elements of the HTML file. */
export function ReportFrame(props: { readonly report: AnyReport }): VNode {
  const { report } = props;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    let root = current.shadowRoot;
    if (root === null) {
      const made = current.attachShadow({ mode: "open" });
      made.adoptedStyleSheets = [styles()];
      made.addEventListener("click", (event) => follow(made, event));
      root = made;
    }
    const page = pageOf(document);
    const shown = root;
    const gone = new AbortController();
    partsInPieces(page, report, gone.signal).then(
      (parts) => shown.replaceChildren(...pageContent(page, parts, "div")),
      (error: unknown) => {
        if (!gone.signal.aborted) reportError(error);
      },
    );
    return () => gone.abort();
  }, [report]);
  return <div class="report" ref={place} />;
}
