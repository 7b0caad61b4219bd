import type { Family } from "./guarantee.ts";
import { quantiles } from "./quantiles.ts";

/** Every guarantee of the library. */
export const families: readonly Family[] = [quantiles];
