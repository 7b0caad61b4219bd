/** What the process returns. Scripts may rely on these. */
export const ExitCode = {
  done: 0,
  /** The command worked and the answer is "no": a gate failed, a bound is not certified. */
  no: 1,
  /** The input or the command line cannot be used. */
  badInput: 2,
  /** A defect of Candor. */
  unexpected: 3,
  /** Stopped by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
} as const;
