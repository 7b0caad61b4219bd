import { useEffect, useRef, useState } from "preact/hooks";
import type { Gets } from "../api/api-types.ts";
import { ApiError, addressOf, get, type QueryOf, type RequestOptions } from "../api/client.ts";
import { askedAgain } from "./asked-again.ts";
import { useFilters } from "./filters.ts";
import { currentProject, sessionEnded } from "./session.ts";

/** The answer to a question, as far as it is there. */
export interface Query<Reply> {
  /** The newest answer; while another question is asked the one before, null before the first. */
  readonly data: Reply | null;
  readonly error: ApiError | null;
  /** A question is under way. */
  readonly isLoading: boolean;
  /** Asks again. */
  reload(): void;
}

interface Held<Reply> {
  readonly address: string | null;
  readonly data: Reply | null;
  readonly error: ApiError | null;
  readonly isLoading: boolean;
}

/** How a question is asked. */
export interface UseQueryOptions extends Omit<RequestOptions, "signal" | "project"> {
  /** False: not asked (yet). Default true. */
  readonly when?: boolean;
}

/**
 * Asks the API, and again when the question changes. The question before is called off; its answer stays until the next
 * one is there.
 *
 * @param path one of the API's
 * @param query its parameters; the project comes from the filters
 */
export function useQuery<Path extends keyof Gets>(
  path: Path,
  query: QueryOf<Path> = {},
  { when = true, path: names = {} }: UseQueryOptions = {},
): Query<Gets[Path]["reply"]> {
  const project = currentProject(useFilters().project)?.id ?? null;
  const address = when ? addressOf(path, query, { path: names, project }) : null;
  const [held, setHeld] = useState<Held<Gets[Path]["reply"]>>({
    address: null,
    data: null,
    error: null,
    isLoading: when,
  });
  const [round, setRound] = useState(0);
  const question = useRef({ query, names, project });
  question.current = { query, names, project };
  // The address says all of the question; a round asks it again.
  useEffect(() => {
    if (address === null) return undefined;
    const { query, names, project } = question.current;
    const end = new AbortController();
    setHeld(({ data }) => ({ address, data, error: null, isLoading: true }));
    get(path, query, { path: names, project, signal: end.signal }).then(
      (data) => setHeld({ address, data, error: null, isLoading: false }),
      (error: unknown) => {
        if (end.signal.aborted) return;
        if (!ApiError.is(error)) throw error;
        // Asked again once somebody is logged in; until then what is there stays.
        if (error.status === 401) return sessionEnded();
        setHeld(({ data }) => ({ address, data: error.status === 0 ? data : null, error, isLoading: false }));
      },
    );
    return () => end.abort();
  }, [address, round, askedAgain.value]);
  return {
    data: held.data,
    error: held.error,
    isLoading: held.isLoading || (address !== null && held.address !== address),
    reload: () => setRound((before) => before + 1),
  };
}
