import { artefactRoutes } from "../artefacts/artefact-routes.ts";
import type { RouteModule } from "../server-app.ts";

/** Policies: keep, list, look at, download. */
export const policyRoutes: RouteModule = artefactRoutes("policy");
