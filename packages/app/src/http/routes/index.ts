import type { RouteModule } from "../server-app.ts";
import { activationRoutes } from "./activations.ts";
import { answerRoutes } from "./answers.ts";
import { auditRoutes } from "./audit.ts";
import { backupRoutes } from "./backup.ts";
import { calibratorRoutes } from "./calibrators.ts";
import { dashboardRoutes } from "./dashboard.ts";
import { dataHealthRoutes } from "./data-health.ts";
import { decideRoutes } from "./decide.ts";
import { decisionRoutes } from "./decisions.ts";
import { docsRoutes } from "./docs.ts";
import { exampleRoutes } from "./examples.ts";
import { exportRoutes } from "./export.ts";
import { healthRoutes } from "./health.ts";
import { keyRoutes } from "./keys.ts";
import { modelRoutes } from "./models.ts";
import { outcomeRoutes } from "./outcomes.ts";
import { policyRoutes } from "./policies.ts";
import { predictionRoutes } from "./predictions.ts";
import { projectRoutes } from "./projects.ts";
import { reliabilityRoutes } from "./reliability.ts";
import { reportRoutes } from "./report.ts";
import { segmentRoutes } from "./segments.ts";
import { seriesRoutes } from "./series.ts";
import { sessionRoutes } from "./session.ts";
import { thresholdRoutes } from "./thresholds.ts";
import { versionRoutes } from "./versions.ts";

/** Every file of routes, one by one. */
export const routeModules: readonly RouteModule[] = [
  healthRoutes,
  docsRoutes,
  dashboardRoutes,
  sessionRoutes,
  projectRoutes,
  keyRoutes,
  auditRoutes,
  predictionRoutes,
  outcomeRoutes,
  decideRoutes,
  calibratorRoutes,
  thresholdRoutes,
  policyRoutes,
  activationRoutes,
  modelRoutes,
  versionRoutes,
  reportRoutes,
  reliabilityRoutes,
  seriesRoutes,
  segmentRoutes,
  decisionRoutes,
  exampleRoutes,
  answerRoutes,
  dataHealthRoutes,
  exportRoutes,
  backupRoutes,
];
