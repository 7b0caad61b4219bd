import type { RouteModule } from "../server-app.ts";
import { auditRoutes } from "./audit.ts";
import { backupRoutes } from "./backup.ts";
import { dataHealthRoutes } from "./data-health.ts";
import { exampleRoutes } from "./examples.ts";
import { exportRoutes } from "./export.ts";
import { healthRoutes } from "./health.ts";
import { keyRoutes } from "./keys.ts";
import { modelRoutes } from "./models.ts";
import { outcomeRoutes } from "./outcomes.ts";
import { predictionRoutes } from "./predictions.ts";
import { projectRoutes } from "./projects.ts";
import { sessionRoutes } from "./session.ts";

/** Every file of routes, one by one. */
export const routeModules: readonly RouteModule[] = [
  healthRoutes,
  sessionRoutes,
  projectRoutes,
  keyRoutes,
  auditRoutes,
  predictionRoutes,
  outcomeRoutes,
  modelRoutes,
  exampleRoutes,
  dataHealthRoutes,
  exportRoutes,
  backupRoutes,
];
