// Serves what the product would: the web surface with its content security policy, the Link API, and a customer's page.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { LinkApiMock } from "./link-api.mjs";

const ui = new URL("../../", import.meta.url).pathname;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

const widgetPolicy = (origin) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: https:",
    "font-src 'self'",
    `connect-src ${origin}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");

/** As strict as a customer can be: the SDK must do without inline styles and scripts. */
const hostPolicy = (origin) =>
  `default-src 'none'; script-src 'self' ${origin}; style-src 'self'; connect-src 'self'; img-src data:; frame-src ${origin}; form-action 'none'`;

const logo = (id) => {
  const hue = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0) * 37, 0) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="hsl(${hue} 55% 42%)"/><circle cx="20" cy="20" r="9" fill="none" stroke="#fff" stroke-width="4"/></svg>`;
};

/** @param {import("node:http").Server} server */
const portOf = (server) => /** @type {import("node:net").AddressInfo} */ (server.address()).port;

/** Listens on `port` (0 picks one). `localhost` is the platform, `127.0.0.1` a customer: two origins, as in life. */
export async function startMock(port = 0) {
  const api = new LinkApiMock();

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const platform = `http://localhost:${portOf(server)}`;
    const send = (status, type, body, headers = {}) => {
      response.writeHead(status, { "Content-Type": type, ...headers });
      response.end(body);
    };
    if (api.handles(url.pathname)) {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      await api.handle(request, response, url, Buffer.concat(chunks).toString());
      return;
    }

    const logoId = /^\/web\/logos\/(\w+)\.svg$/.exec(url.pathname)?.[1];
    if (logoId && logoId !== "missing") {
      send(200, TYPES[".svg"], logo(logoId));
      return;
    }
    if (url.pathname === "/token") {
      send(200, "text/plain", api.mintToken());
      return;
    }

    const script = /^\/web\/(v[12]\/smile\.v[12]\.js)$/.exec(url.pathname)?.[1];
    const wink = /^\/web\/wink\/(.*)$/.exec(url.pathname)?.[1];
    let file = null;
    let headers = {};
    if (script) file = join("dist/sdk", script.slice(3));
    else if (wink !== undefined) {
      file = join("dist/wink", normalize(wink || "index.html"));
      headers = { "Content-Security-Policy": widgetPolicy(platform) };
    } else if (/^\/[\w-]*(\.\w+)?$/.test(url.pathname)) {
      file = join("test/host", url.pathname === "/" ? "index.html" : url.pathname);
      if (url.pathname === "/") headers = { "Content-Security-Policy": hostPolicy(platform) };
    }
    try {
      const path = join(ui, file ?? "");
      const found = await readFile(path);
      const body = path.endsWith("sandboxed.html")
        ? found.toString().replace("{{platform}}", platform).replace("{{token}}", api.mintToken())
        : found;
      send(200, TYPES[extname(path)] ?? "application/octet-stream", body, headers);
    } catch {
      send(404, "text/plain", "Not found");
    }
  });

  await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(null)));
  const actual = portOf(server);
  return {
    api,
    platform: `http://localhost:${actual}`,
    customer: `http://127.0.0.1:${actual}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
