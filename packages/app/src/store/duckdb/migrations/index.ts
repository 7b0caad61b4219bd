import type { Migration } from "../migration.ts";
import { spine } from "./0001-spine.ts";
import { state } from "./0002-state.ts";

/** All migrations, oldest first. */
export const migrations: readonly Migration[] = [spine, state];
