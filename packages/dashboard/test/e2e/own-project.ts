import { inject } from "vitest";

/** A project that a test may change. */
export interface OwnProject {
  readonly id: string;
  /** Asks the API about this project, as its owner. */
  // biome-ignore lint/suspicious/noExplicitAny: replies are compared as they come
  ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<any>;
  remove(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: replies are compared as they come
async function askServer(method: string, path: string, project: string | null, body?: unknown): Promise<any> {
  const { url, key } = inject("demoServer");
  const reply = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(project === null ? {} : { "x-candor-project": project }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (reply.status >= 400 && reply.status !== 422) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** Makes a project beside the demo, on the same server. @param id of no other test */
export async function ownProject(
  id: string,
  more: { readonly name?: string; readonly demo?: boolean } = {},
): Promise<OwnProject> {
  await askServer("POST", "/api/v1/projects", null, { id, ...more });
  return {
    id,
    ask: (method, path, body) => askServer(method, path, id, body),
    remove: () => askServer("DELETE", `/api/v1/projects/${id}`, null),
  };
}
