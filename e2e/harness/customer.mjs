// A customer's own site, on another site than the platform: `127.0.0.1`, where the platform is `localhost`. Its small
// server gets link tokens with the API key, and its pages open the widget with nothing but that token.
import { createServer } from "node:http";

const PAGES = {
  "/v2": (web) => page(`<script src="${web}/v2/smile.v2.js"></script><script src="/page.js"></script>`),
  "/v1": (web) => page(`<script src="${web}/v1/smile.v1.js"></script><script src="/page.js"></script>`),
};

const page = (scripts) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>A customer's page</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <main>
      <h1>Apply for a flat</h1>
      <button type="button" id="open">Share my income</button>
    </main>
    ${scripts}
  </body>
</html>`;

/** The page's own frame has no origin, no cookies and no storage; the widget opens inside it. */
function sandboxed(web, token) {
  const inner = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The app</title></head><body>
    <main><h1>Apply for a flat</h1></main>
    <script src="${web}/v2/smile.v2.js"></script>
    <script>
      const tell = (name) => (payload) => parent.postMessage([name, payload], "*");
      new SmileLinkModal({
        userToken: "${token}",
        onAccountCreated: tell("onAccountCreated"),
        onAccountConnected: tell("onAccountConnected"),
        onAccountRemoved: tell("onAccountRemoved"),
        onClose: tell("onClose"),
      }).open();
    </script></body></html>`;
  const attribute = inner.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>A customer's page with a sandboxed frame</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/page.css">
    <script>
      window.calls = [];
      addEventListener("message", ({ data }) => window.calls.push(data));
    </script>
  </head>
  <body>
    <iframe id="app" title="The app" sandbox="allow-scripts allow-popups allow-forms" srcdoc="${attribute}"></iframe>
  </body>
</html>`;
}

/** Opens the widget with the options in the address, and keeps what it calls back in `window.calls`. */
const PAGE_JS = `
window.calls = [];
const options = JSON.parse(new URLSearchParams(location.search).get("options") ?? "{}");
const callbacks = {};
for (const name of ["onAccountCreated", "onAccountConnected", "onAccountRemoved", "onAccountError", "onTokenExpired",
  "onClose", "onUploadsCreated", "onUploadsRemoved", "onUIEvent"]) {
  callbacks[name] = (payload) => window.calls.push([name, payload]);
}
document.getElementById("open").addEventListener("click", async () => {
  const userToken = options.userToken ?? (await (await fetch("/token", { method: "POST" })).text());
  window.modal = new SmileLinkModal({ ...options, userToken, ...callbacks });
  window.modal.open();
});
`;

const PAGE_CSS =
  "html, body { margin: 0; height: 100%; } #app { border: 0; display: block; width: 100%; height: 100%; }";

export async function startCustomer({ webUrl }, api) {
  const web = new URL(webUrl).href.replace(/\/$/, "");
  const origin = new URL(web).origin;
  // As strict as a careful customer's: no inline script or style may be needed by the widget's script.
  const policy = `default-src 'none'; script-src 'self' ${origin}; style-src 'self'; img-src data:; connect-src 'self'; frame-src ${origin}`;

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://customer");
    const send = (type, body, headers = {}) =>
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, ...headers }).end(body);
    try {
      if (pathname === "/page.js") send("text/javascript", PAGE_JS);
      else if (pathname === "/page.css") send("text/css", PAGE_CSS);
      else if (pathname === "/token") send("text/plain", (await api.newUser()).userToken);
      else if (pathname === "/sandboxed") send("text/html", sandboxed(web, (await api.newUser()).userToken));
      else if (PAGES[pathname]) send("text/html", PAGES[pathname](web), { "content-security-policy": policy });
      else response.writeHead(404).end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    /** The same pages on the platform's own site: elsewhere a private window gives the widget no storage. */
    nearUrl: `http://localhost:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
