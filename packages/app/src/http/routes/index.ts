import type { RouteModule } from "../server-app.ts";
import { projectRoutes } from "./projects.ts";

/** Every file of routes, one by one. */
export const routeModules: readonly RouteModule[] = [projectRoutes];
