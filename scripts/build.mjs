// npm run build: compiles every package; afterwards `npx candor` runs this clone.

import { ensureBuilt, ensureInstalled, requireNode } from "./setup.mjs";

requireNode();
await ensureInstalled();
await ensureBuilt();
