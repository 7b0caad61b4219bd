import { render } from "preact";
import { App } from "./app.tsx";
import { startSession } from "./state/session.ts";
import { applyTheme } from "./state/theme.ts";

applyTheme();
void startSession();
const place = document.getElementById("app");
if (place !== null) {
  place.replaceChildren();
  render(<App />, place);
}
