/** What the page of a policy adds to the common styles. Contains no address and no data. */
export const policyStyles: string = `
.rule{display:grid;grid-template-columns:max-content 1fr;gap:.5rem 1.5rem;margin-bottom:2rem}
.rule dt{font-weight:600}
.rule dd{margin:0}
.certificate{border:1px solid var(--candor-reference);border-left-width:4px;border-radius:.375rem;
 padding:1.25rem 1.5rem;margin-bottom:2rem;max-width:56em}
.certificate.good{border-left-color:var(--candor-good)}
.certificate.warn{border-left-color:var(--candor-warn)}
.certificate h3{margin-bottom:.35rem}
.certificate .steps{margin-top:.5rem}
.certificate p+p{margin-top:.5rem}
.certificate .facts{margin-top:1.25rem}
`;
