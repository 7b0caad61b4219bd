import type { VNode } from "preact";
import { Name } from "../parts/name.tsx";
import { Empty } from "../parts/states.tsx";
import { session } from "../state/session.ts";
import { useUrl } from "../state/url-state.ts";

/** The code of a page did not come. */
export function NotLoaded(): VNode {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>This page did not load.</strong> The server does not answer, or was updated since this page was opened.
      </p>
      <button type="button" onClick={() => location.reload()}>
        Load it again
      </button>
    </div>
  );
}

/** The code of a page failed. */
export function BrokenPage(props: { readonly error: unknown }): VNode {
  const { error } = props;
  const { path } = useUrl();
  return (
    <div class="problem" role="alert">
      <p>
        <strong>This page failed.</strong> That is a mistake in Candor, not in your data:{" "}
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </p>
      <p>
        <a href={path}>Open it without filters</a>, or <a href="/">all models</a>.
      </p>
    </div>
  );
}

/** The link names a project that is not there, or not for this key. */
export function NoSuchProject(props: { readonly id: string }): VNode {
  const { path } = useUrl();
  const { value } = session;
  const projects = value.status === "in" ? value.projects.filter(({ id }) => id !== props.id) : [];
  return (
    <Empty title="There is no such project here">
      <p>
        The link is about project <Name of={props.id} />. It was removed, or this key may not see it. Log in with a key
        that may, or look at another project:
      </p>
      <ul>
        {projects.map(({ id, name }) => (
          <li key={id}>
            <a href={`${path}?project=${encodeURIComponent(id)}`}>
              <Name of={name} />
            </a>
          </li>
        ))}
      </ul>
    </Empty>
  );
}
