import fc from "fast-check";

// The same cases on every run, so that a red suite means a change, not luck. FAST_CHECK_SEED looks elsewhere.
const seed = Number(globalThis.process?.env["FAST_CHECK_SEED"] ?? 20_261_121);
fc.configureGlobal({ seed });
