import { artefactRoutes } from "../artefacts/artefact-routes.ts";
import type { RouteModule } from "../server-app.ts";

/** Calibrators: keep, list, look at, download. */
export const calibratorRoutes: RouteModule = artefactRoutes("calibrator");
