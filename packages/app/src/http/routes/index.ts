import type { RouteModule } from "../server-app.ts";
import { backupRoutes } from "./backup.ts";
import { dataHealthRoutes } from "./data-health.ts";
import { exampleRoutes } from "./examples.ts";
import { exportRoutes } from "./export.ts";
import { modelRoutes } from "./models.ts";
import { projectRoutes } from "./projects.ts";

/** Every file of routes, one by one. */
export const routeModules: readonly RouteModule[] = [
  projectRoutes,
  modelRoutes,
  exampleRoutes,
  dataHealthRoutes,
  exportRoutes,
  backupRoutes,
];
