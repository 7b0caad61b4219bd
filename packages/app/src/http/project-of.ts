import { StoreError } from "../store/errors.ts";
import { defaultSettings, type Project, type StateStore } from "../store/state-store.ts";
import { HttpError } from "./http-error.ts";

/** Looks projects up; `default` is there from its first use. */
export function findProjects(state: StateStore, now: () => number): (id: string) => Promise<Project> {
  return async (id) => {
    const project = await state.project(id);
    if (project !== null) return project;
    if (id !== "default") throw new HttpError(404, "unknown-project", `there is no project ${id}`);
    const made: Project = { id, name: "Default", createdAt: now(), demo: false, settings: defaultSettings };
    try {
      await state.createProject(made, "cli");
    } catch (error) {
      if (!StoreError.is(error) || error.code !== "exists") throw error;
    }
    return made;
  };
}
