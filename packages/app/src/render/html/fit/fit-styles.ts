/** What the pages of a fit add to the style sheet of the report. Contains no address and no data. */
export const fitStyles: string = `
.changes{grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}
.change .value{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .5rem}
.change .was{display:inline;font-size:1.0625rem;font-weight:500;letter-spacing:0;color:var(--candor-muted)}
.change .arrow{display:inline;font-size:1.0625rem;font-weight:400;color:var(--candor-muted)}
.change .gain{font-size:.875rem;font-weight:600}
.gain.good,.chosen{color:var(--candor-good);font-weight:600}
.gain.warn{color:var(--candor-warn)}
.lead+.cards{margin-top:0}
.warnings{border-left:3px solid var(--candor-warn);padding:.25rem 0 .25rem 1.25rem;margin:0;list-style:none;max-width:46em}
.warnings li+li{margin-top:.6rem}
.steps{max-width:44em;padding-left:1.1rem}
.steps li+li{margin-top:.35rem}
.steps+.facts,.facts+.facts{margin-top:2rem}
.facts .long{grid-column:1/-1}
.changes+details{margin-top:1.75rem}
.formula{white-space:nowrap}
.tall .picture svg{max-width:32rem!important}
pre{margin:.75rem 0 0;padding:.75rem 1rem;background:var(--candor-panel);border-radius:.375rem;overflow-x:auto}
pre code{color:var(--candor-ink);font-size:.8125rem;white-space:pre-wrap;overflow-wrap:anywhere}
p code,li code,dd code,td code,th code{color:inherit}
.card-page .page{max-width:50rem}
.card-page section{margin-top:2.25rem}
.card-page h2{font-size:1.1875rem;margin-bottom:.75rem}
.card-page main p{max-width:44em}
.card-page main p+p,.card-page p+ul,.card-page ul+p,.card-page .table+p,.card-page pre+p{margin-top:.75rem}
.card-page p+.table,.card-page ul+.table,.card-page .facts+p{margin-top:1rem}
.card-page .table{margin-top:1rem}
.card-page ul.steps{margin-top:.5rem}
.card-page .figure{margin:1.5rem 0 0}
.card-page .facts{grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:.75rem 2rem}
@media (max-width:40rem){.changes{grid-template-columns:repeat(auto-fill,minmax(10.25rem,1fr))}
 .change .value{font-size:1.375rem;gap:0 .35rem}.change .was,.change .arrow{font-size:.9375rem}}
@media print{html:has(.card-page){font-size:8pt;line-height:1.4}.card-page .page{max-width:none}
 .card-page section{margin-top:.85rem}.card-page h2{margin-bottom:.35rem}
 .card-page footer{margin-top:1.25rem;padding-top:.5rem}.card-page h1{font-size:1.5rem}
 .card-page .facts{grid-template-columns:repeat(3,1fr);gap:.35rem 1.5rem}
 .card-page main p,.card-page .steps{max-width:none}.card-page .steps li+li{margin-top:.1rem}
 .card-page .table,.card-page .figure.wide{margin-top:.75rem}
 .card-page .figure.wide{grid-template:auto auto 1fr/minmax(0,1fr) 14rem}
 .card-page .wide>.picture{grid-column:2;grid-row:1/span 3;margin:0}
 .card-page .wide>h3,.card-page .wide>.finding,.card-page .wide>figcaption{grid-column:1;grid-row:auto}
 pre{padding:.4rem .6rem;border:1px solid var(--candor-line)}pre code{font-size:8pt}
 .warnings li,.steps li{break-inside:avoid}}
`;
