import type { EventStore } from "../../../src/store/event-store.ts";
import type { StateStore } from "../../../src/store/state-store.ts";

/** An engine that a contract is about. */
export interface OpenedStore {
  readonly events: EventStore;
  readonly state: StateStore;
  close(): Promise<void>;
}

/** Opens the store of a folder, which is made where it is not there. */
export type OpenStore = (folder: string, now: () => number) => Promise<OpenedStore>;
