import { tokenHeatStyles } from "@candor/plots";

/** What the page of scored responses adds to the style sheet of the report. Contains no address and no data. */
export const llmStyles: string = `${tokenHeatStyles}.help{display:block;margin-top:.75rem;max-width:46em;color:var(--candor-ink)}
.answer{border-top:1px solid var(--candor-line);padding:1.5rem 0;position:relative}
.answer:last-child{border-bottom:1px solid var(--candor-line)}
.answer>h3{font-size:.9375rem;display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline;color:var(--candor-muted);
 font-weight:500;text-wrap:wrap}
.answer>h3 strong{color:var(--candor-ink);font-weight:650}
.answer .said{margin-top:.75rem;max-width:46em;line-height:2;white-space:pre-wrap;overflow-wrap:anywhere;padding:0}
.answer .said+.said{margin-top:.5rem}
.answer .empty{margin-top:.75rem;color:var(--candor-muted);font-style:italic}
.answer .note{margin-top:.75rem;max-width:46em}
.answer .table{margin-top:1rem}
.answer .table h3{font-size:.875rem;margin-bottom:.25rem}
.answer th code{white-space:nowrap}.answer td code{overflow-wrap:break-word}
mark{cursor:help}.legend mark{color:var(--candor-ink)}
.place{position:relative}
.alternatives{visibility:hidden;position:absolute;left:0;top:1.6em;z-index:2;width:max-content;max-width:min(19rem,80vw);
 padding:.6rem .85rem;background:var(--candor-paper);color:var(--candor-ink);border:1px solid var(--candor-reference);border-radius:.4rem;
 box-shadow:0 .35rem 1.2rem rgb(0 0 0/.18);font-size:.8125rem;line-height:1.5;white-space:normal;text-decoration:none}
.place:hover>.alternatives,.place:focus-within>.alternatives{visibility:visible}
.alternatives .row{display:flex;justify-content:space-between;gap:1.5rem}
.alternatives .row.own{font-weight:650}
.alternatives code{color:inherit;font-size:.8125rem;white-space:pre-wrap}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;font-size:.8125rem;color:var(--candor-muted);margin-bottom:1.5rem}
.bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:.2rem .75rem;align-items:center;font-size:.8125rem;
 max-width:34rem;padding:0;margin:0 0 1.5rem}
.bars dt{color:var(--candor-muted)}
.bars dd{margin:0}
.bars .bar{height:.9rem;background:var(--candor-series-1);border-radius:.15rem;min-width:1px}
.decision{font-weight:650}
.decision.act{color:var(--candor-good)}.decision.abstain{color:var(--candor-warn)}
@media (max-width:40rem){.place{position:static}.alternatives{top:auto;left:0;margin-top:2.1em;max-width:100%}}
@media print{.alternatives{display:none}mark{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
