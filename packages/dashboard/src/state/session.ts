import { type Signal, signal } from "@preact/signals";
import type { Project, Session } from "../api/api-types.ts";
import { ApiError, get, post, remove, useCsrfToken } from "../api/client.ts";
import { askAgain } from "./asked-again.ts";

/** Whether somebody is logged in, and who. */
export type SessionState =
  | { readonly status: "asking" }
  | { readonly status: "out"; readonly why: string | null }
  | { readonly status: "failed"; readonly error: ApiError }
  | { readonly status: "in"; readonly session: Session; readonly projects: readonly Project[] };

/** Who is logged in. */
export const session: Signal<SessionState> = signal({ status: "asking" });

/** Whether the session ended while a page was open: the page stays as it is, with all that was typed, until somebody logs in. */
export const hasEnded: Signal<boolean> = signal(false);

/** What a session may see. @throws {ApiError} Without a role that reads the session is of no use: it is ended. */
async function readProjects(): Promise<{ readonly projects: readonly Project[] }> {
  try {
    return await get("/api/v1/projects");
  } catch (error) {
    if (!ApiError.is(error) || error.status !== 403) throw error;
    await remove("/api/v1/session").catch(() => undefined);
    const roles = "A key for these pages has the role read, review or admin.";
    throw new ApiError(403, error.code, `This key may send but not look. ${roles}`);
  }
}

async function enter(opened: Session): Promise<void> {
  useCsrfToken(opened.csrfToken);
  const { projects } = await readProjects();
  session.value = { status: "in", session: opened, projects };
  if (!hasEnded.value) return;
  hasEnded.value = false;
  askAgain();
}

/** Asks who is logged in; a one-time link of `candor serve` logs in first. */
export async function startSession(): Promise<void> {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("login");
  try {
    if (ticket !== null) {
      history.replaceState(history.state, "", location.pathname + location.search);
      await logIn(ticket).catch((error: unknown) => {
        if (ApiError.is(error) && error.status !== 401) throw error;
      });
      if (session.value.status === "in") return;
    }
    await enter(await get("/api/v1/session"));
  } catch (error) {
    if (!ApiError.is(error)) throw error;
    const used =
      ticket === null ? null : "This link was used already, is too old, or the server was started again since.";
    if (error.status === 401) session.value = { status: "out", why: used };
    else session.value = error.status === 403 ? { status: "out", why: error.message } : { status: "failed", error };
  }
}

/** Logs in with a key. @throws {ApiError} */
export async function logIn(key: string): Promise<void> {
  await enter(await post("/api/v1/session", { key }));
}

/** Logs out. */
export async function logOut(): Promise<void> {
  await remove("/api/v1/session").catch(() => undefined);
  useCsrfToken(null);
  hasEnded.value = false;
  session.value = { status: "out", why: null };
}

/** Says that the session is over: a reply said so. */
export function sessionEnded(): void {
  if (session.value.status === "in") hasEnded.value = true;
}

/** Asks again which projects there are. */
export async function reloadProjects(): Promise<void> {
  const { value } = session;
  if (value.status !== "in") return;
  const { projects } = await get("/api/v1/projects");
  session.value = { ...value, projects };
}

/** Whether who is logged in has a role. */
export function mayDo(role: "read" | "write" | "review" | "admin"): boolean {
  const { value } = session;
  return value.status === "in" && (value.session.roles.includes("admin") || value.session.roles.includes(role));
}

/** The project that a view is about: the one of the key, of the URL, else the demo where there is one, else the oldest. */
export function currentProject(named: string | null): Project | null {
  const { value } = session;
  if (value.status !== "in") return null;
  const { projects } = value;
  const wanted = value.session.project ?? named;
  if (wanted !== null) return projects.find(({ id }) => id === wanted) ?? null;
  return projects.find(({ demo }) => demo) ?? projects[0] ?? null;
}
