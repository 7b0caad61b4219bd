import type { ComponentChildren, VNode } from "preact";
import type { ApiError } from "../api/client.ts";
import { filterNames, linkTo, useUrl } from "../state/url-state.ts";
import type { Query } from "../state/use-query.ts";
import { CopyCommand } from "./copy-command.tsx";

/** What is shown while an answer is under way: grey lines, and for all what is awaited. */
export function Skeleton(props: { readonly what: string; readonly lines?: number }): VNode {
  const { what, lines = 4 } = props;
  return (
    <div class="skeleton" role="status">
      <p>Loading {what}…</p>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="line" aria-hidden="true" />
      ))}
    </div>
  );
}

/** What happened and what to do. */
export function Problem(props: { readonly error: ApiError; readonly retry?: () => void }): VNode {
  const { error, retry } = props;
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{error.status === 0 ? "No answer" : "That did not work"}.</strong> {error.message}
      </p>
      {error.status === 0 ? (
        <p>
          Where it should run: <code>npx candor serve</code>
        </p>
      ) : null}
      {retry === undefined ? null : (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** The address asks for something that cannot be: asking again does not help, leaving it out does. */
function BadAddress(props: { readonly error: ApiError }): VNode {
  const { path, state, link } = useUrl();
  const name = filterNames.find((one) => one === props.error.field && state[one] !== undefined);
  return (
    <div class="problem" role="alert">
      <p>
        <strong>The address of this page asks for what cannot be.</strong> {props.error.message}
      </p>
      <p>
        {name === undefined ? null : (
          <>
            <a href={link(path, name === "from" || name === "to" ? { from: null, to: null } : { [name]: null })}>
              Leave that out
            </a>
            , or{" "}
          </>
        )}
        <a href={linkTo(path, { project: state["project"] })}>open the page without filters</a>.
      </p>
    </div>
  );
}

/** There is nothing yet: why, and the next step, with a command to copy. */
export function Empty(props: {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly command?: string;
}): VNode {
  const { title, children, command } = props;
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
      {command === undefined ? null : <CopyCommand command={command} />}
    </div>
  );
}

/** The answer to a question once it is there; until then that it is awaited, or what went wrong. */
export function Answer<Reply>(props: {
  readonly query: Query<Reply>;
  /** What is awaited, such as `the series`. */
  readonly what: string;
  /** What is shown where the API says that there is nothing (code `empty`). */
  readonly empty?: (error: ApiError) => VNode;
  readonly lines?: number;
  readonly children: (data: Reply) => ComponentChildren;
}): VNode {
  const { query, what, empty, lines, children } = props;
  const { data, error, isLoading, reload } = query;
  if (data === null) {
    if (error === null) return <Skeleton what={what} {...(lines === undefined ? {} : { lines })} />;
    if (error.code === "empty" && empty !== undefined) return empty(error);
    return error.status === 400 ? <BadAddress error={error} /> : <Problem error={error} retry={reload} />;
  }
  return (
    <div class={isLoading ? "answer stale" : "answer"} aria-busy={isLoading}>
      {error === null ? null : <Problem error={error} retry={reload} />}
      {children(data)}
    </div>
  );
}
