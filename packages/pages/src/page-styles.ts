/** The style sheet of the report, beside `plotStyles`: type, layout, tables, print. Contains no address and no data. */
export const pageStyles: string = `
*{box-sizing:border-box}
html{font:100%/1.55 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif;
 -webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1.5rem}
body{margin:0;background:var(--candor-paper);color:var(--candor-ink);font-variant-numeric:tabular-nums;
 overflow-wrap:break-word}
.page{max-width:68.75rem;margin:0 auto;padding:3.5rem 1.5rem 4rem}
a{color:var(--candor-series-1);text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--candor-series-1);outline-offset:3px;border-radius:2px}
.skip{position:absolute;left:-999rem;padding:.5rem 1rem;background:var(--candor-paper);border-radius:0 0 .5rem 0}
.skip:focus{left:0;top:0;z-index:1}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
p,dl,ul{margin:0}
h1,h2,h3{line-height:1.25;text-wrap:balance;margin:0}
.eyebrow{font-size:.8125rem;letter-spacing:.06em;color:var(--candor-muted);margin-bottom:1.25rem}
.status{display:inline-flex;align-items:center;gap:.5rem;padding:.2rem .85rem .2rem .7rem;border:1px solid;
 border-radius:2rem;font-size:.9375rem;font-weight:600;margin-bottom:1rem}
.status.good{color:var(--candor-good)}
.status.warn,.status.bad{color:var(--candor-warn)}
.status.neutral{color:var(--candor-muted)}
h1{font-size:clamp(1.5rem,1.1rem + 1.6vw,2.125rem);font-weight:650;letter-spacing:-.015em;max-width:26em}
.evidence{display:block;margin-top:.75rem;font-size:1.125rem;font-weight:400;letter-spacing:0;line-height:1.5;
 text-wrap:pretty;max-width:44em}
.facts-line{margin-top:1rem;color:var(--candor-muted)}
nav{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--candor-line)}
nav ul{display:flex;flex-wrap:wrap;gap:.35rem 1.5rem;list-style:none;padding:0;font-size:.875rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
section{margin-top:4rem}
h2{font-size:1.5rem;font-weight:650;letter-spacing:-.01em;margin-bottom:1.25rem}
h3{font-size:1.0625rem;font-weight:650}
.lead{max-width:44em;margin-bottom:2rem}
.lead+.lead{margin-top:-1rem}
.note{color:var(--candor-muted);font-size:.8125rem;line-height:1.5}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:1.75rem 2rem}
.card{border-top:1px solid var(--candor-reference);padding-top:.75rem}
.card dt{font-size:.875rem;color:var(--candor-muted)}
.card dd{margin:.15rem 0 0}
.card dd span{display:block}
.card .value{font-size:1.75rem;font-weight:600;letter-spacing:-.02em;line-height:1.25}
.card .interval{font-size:.875rem}
.card .interval:empty{display:none}
.card .note{margin-top:.15rem}
.grid{display:grid;column-gap:2.25rem;margin-bottom:-2rem}
.grid+.grid{margin-top:4.5rem}
.tile{grid-row:span 5;margin-bottom:3rem}
.tile .note{margin-top:1rem}.tile table{min-width:0}
.grid.three{grid-template-columns:repeat(auto-fill,minmax(min(100%,18.5rem),1fr))}
.grid.two{grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr))}
.figure{margin:0 0 3rem;min-width:0}
.grid .figure{display:grid;grid-row:span 5;grid-template-rows:subgrid;grid-template-columns:minmax(0,1fr);
 align-content:start}
.figure.wide{margin:3rem 0 0}
@media (min-width:56rem){.figure.wide{display:grid;grid-template:auto auto auto 1fr/minmax(0,1fr) minmax(0,1fr);
 column-gap:3rem}.wide>*{grid-column:1}.wide figcaption{margin-top:.75rem}.wide .picture{grid-column:2;grid-row:1/span 4;margin:0}
 .wide>details[open]{grid-column:1/span 2;grid-row:5}}
.finding{margin-top:.35rem;font-size:.9375rem;max-width:44em}
.picture{margin:1rem 0 .5rem}
.picture svg{width:100%;max-width:28rem!important}
figcaption{max-width:44em}
details{margin-top:.75rem}
summary{cursor:pointer;font-size:.8125rem;color:var(--candor-series-1);width:fit-content}
details>:not(summary){margin-top:.75rem}
.scroll{overflow-x:auto}
.table{margin-top:2.25rem;min-width:0}
details .table,.tile .table{margin-top:.75rem}
.table h3{margin-bottom:.5rem}
.table .note,.table+.note{margin-top:.75rem}
.cards+.note{margin-top:1.75rem;max-width:54em}
.table+.figure{margin-top:2.25rem}
table{border-collapse:collapse;min-width:min(100%,34rem);font-size:.875rem;line-height:1.4}
th,td{text-align:left;vertical-align:top;padding:.45rem 1.25rem .45rem 0;border-bottom:1px solid var(--candor-line)}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:500;font-size:.8125rem;color:var(--candor-muted);vertical-align:bottom}
tbody th{font-weight:500}
tbody th:has(bdi:not(.short)),td:has(bdi:not(.short)){min-width:9rem;max-width:18rem}
.table .short{white-space:nowrap}
td.words{min-width:16rem}
td>.flagged,td>.unflagged,.whole{white-space:nowrap}
th.number,td.number{text-align:right;white-space:nowrap}
bdi{overflow-wrap:anywhere}
.unflagged{color:var(--candor-muted)}
.flagged{color:var(--candor-warn);font-weight:600;white-space:nowrap}
.candor-multiples+.note{margin-top:1.25rem}
code{font:.75rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--candor-muted);
 overflow-wrap:anywhere}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:1.25rem 2rem}
.facts dt{font-size:.8125rem;color:var(--candor-muted)}
.facts dd{margin:0}
#source h3{margin-top:1.75rem}
.notes{padding-left:1.1rem;margin-top:.5rem}
h3+.steps{margin-top:.5rem}
footer{margin-top:5rem;padding-top:1rem;border-top:1px solid var(--candor-line);color:var(--candor-muted);
 font-size:.8125rem}
@media (max-width:40rem){.page{padding:2rem 1rem 3rem}section{margin-top:3.25rem}
 .cards{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:1.25rem 1.25rem}
 .card .value{font-size:1.375rem}}
@media print{
 @page{margin:16mm 14mm}
 html{font-size:10pt}
 .page{max-width:none;padding:0}
 nav,.skip{display:none}
 section{margin-top:2.25rem}
 h2,h3,.lead,.finding{break-after:avoid}
 figure,.card,tr,.candor-multiple{break-inside:avoid}
 .scroll{overflow:visible}
 .grid,.grid+.grid{display:block;margin:0}
 .grid .figure,.figure.wide{display:grid;grid-template:auto auto auto 1fr/minmax(0,5fr) minmax(0,6fr);column-gap:1.5rem;
 margin:1.75rem 0 0}
 .figure>h3,.figure>.finding{grid-column:1/span 2}
 .figure>.picture,.wide .picture{grid-column:1;grid-row:3;margin:.5rem 0 0}
 .figure>figcaption{grid-column:1;grid-row:4}
 .figure>details,.wide>details[open]{grid-column:2;grid-row:3/span 2;margin-top:.5rem}
 .figure summary{display:none}
 .candor-multiples{grid-template-columns:repeat(5,1fr);gap:1rem}
 table{font-size:7.5pt;min-width:0;width:100%}
 thead th{font-size:7pt}
 th,td{padding:.2rem .7rem .2rem 0}
 th.number,td.number{white-space:normal}
 tbody th:has(bdi:not(.short)),td:has(bdi:not(.short)){min-width:6rem}
 td.words{min-width:8rem}
 code{font-size:6pt}
 details::details-content{display:block;content-visibility:visible;block-size:auto}
 summary{list-style:none;color:var(--candor-muted)}
}
`;
