import { useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { sessionEnded } from "./session.ts";

/** A change that somebody asks for, and how it went. */
export interface Change {
  readonly isBusy: boolean;
  readonly error: ApiError | null;
  /** Does it; a second one while the first is under way is left out. Resolves to whether it worked. */
  run(action: () => Promise<void>): Promise<boolean>;
  /** Forgets what went wrong. */
  clear(): void;
}

/** Runs changes one at a time and keeps what the API said against the last. */
export function useChange(): Change {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const running = useRef(false);
  return {
    isBusy,
    error,
    clear: () => setError(null),
    async run(action) {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      setError(null);
      try {
        await action();
        return true;
      } catch (failure) {
        if (!ApiError.is(failure)) throw failure;
        if (failure.status === 401) sessionEnded();
        else setError(failure);
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
  };
}
