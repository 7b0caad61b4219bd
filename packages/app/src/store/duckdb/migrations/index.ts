import type { Migration } from "../migration.ts";
import { spine } from "./0001-spine.ts";
import { state } from "./0002-state.ts";
import { weeks } from "./0003-weeks.ts";

/** All migrations, oldest first. */
export const migrations: readonly Migration[] = [spine, state, weeks];
