/** What the pages on forecasts add to the style sheet of the report. Contains no address and no data. */
export const regressionStyles: string = `
.after-cards{margin-top:2rem;font-size:.9375rem;max-width:44em}
.tall .picture svg{max-width:34rem!important}
`;
