import { tokenHeatStyles } from "@candor/plots";

/** The style of heat maps, shared with the pages of `candor llm`; a sheet of the script's own, which the page's policy allows. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(`@layer parts{${tokenHeatStyles}}`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
