/** The style of the page. */
export const docsStyle: string = `:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
nav a{margin-right:.8rem}details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary b{display:inline-block;min-width:4.5rem}
code,pre,textarea,input{font:14px/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.6rem;overflow:auto;border-radius:4px}
label{display:block;margin:.4rem 0}textarea{width:100%;box-sizing:border-box}
output{display:block;white-space:pre-wrap;font:14px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}
dt{font-weight:600}dd{margin:0 0 .4rem 1rem}
`;

/** The script of the page: sends its forms and shows the replies as text. */
export const docsScript: string = `"use strict";
const who = document.getElementById("key");
who.addEventListener("submit", (event) => event.preventDefault());
for (const form of document.querySelectorAll("form.try")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const output = form.querySelector("output");
    const headers = {};
    const query = new URLSearchParams();
    let path = form.dataset.path;
    let body;
    for (const [name, value] of new FormData(form)) {
      if (value === "") continue;
      const [place, key] = name.split(/:(.*)/s);
      if (name === "body") body = value;
      else if (place === "path") path = path.replace("{" + key + "}", encodeURIComponent(value));
      else if (place === "query") query.set(key, value);
      else if (place === "header") headers[key] = value;
    }
    if (path.includes("{")) {
      output.textContent = "Fill in the parameters of the path.";
      return;
    }
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const key = who.elements.key.value.trim();
    if (key) headers["Authorization"] = "Bearer " + key;
    if (who.elements.project.value) headers["X-Candor-Project"] = who.elements.project.value.trim();
    const search = query.size > 0 ? "?" + query : "";
    output.textContent = "…";
    try {
      if (!key && form.dataset.method !== "GET") {
        const session = await fetch("/api/v1/session");
        if (session.ok) headers["X-CSRF-Token"] = (await session.json()).csrfToken;
      }
      const reply = await fetch(path + search, { method: form.dataset.method, headers, body });
      const text = await reply.text();
      let shown = text;
      try {
        shown = JSON.stringify(JSON.parse(text), null, 2);
      } catch {}
      output.textContent = reply.status + " " + reply.statusText + "\\n" + shown.slice(0, 100000);
    } catch (error) {
      output.textContent = String(error);
    }
  });
}
`;
