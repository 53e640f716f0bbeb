// Plays the demo's own server (crates/demo) with invented data, under the policy that the real one sends. The widget and
// its Link API come from the widget's own mock.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { startMock } from "../mock/server.mjs";

const page = new URL("../../dist/demo/", import.meta.url).pathname;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const hex = () => randomUUID().replaceAll("-", "");

const policy = (web) =>
  `default-src 'none'; script-src 'self' ${web}; style-src 'self'; img-src 'self' data: ${web}; connect-src 'self'; ` +
  `frame-src ${web}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const AMOUNTS = ["38250.00", "41900.50", "36780.25", "44120.00", "39990.10", "47310.75", "52400.00"];
const eincomes = () =>
  AMOUNTS.map((amount, index) => ({
    id: `einc-${hex()}`,
    month: `2026-${String(index + 4).padStart(2, "0")}`,
    currency: "PHP",
    baseAmount: `#${amount}#`,
    amount: `#${amount}#`,
  })).reverse();

const identity = {
  id: `i-${hex()}`,
  fullName: "George Palomero Jr.",
  firstName: "George",
  middleName: "Cimafranca",
  suffix: "Jr",
  gender: null,
  emails: [{ address: "gpalomero1234@smileapi.io", type: "Primary" }],
  phones: [{ number: "+639559991234", type: "Mobile" }],
};

/** What happens after the widget says that an account is connected: `[after ms, event type, data]`. */
const STORY = [
  [0, "ACCOUNT_CREATED", {}],
  [300, "ACCOUNT_CONNECTED", { loginName: "gpalomero1234@smileapi.io" }],
  [600, "TASK_STARTED", { taskType: "LINK_ACCOUNT" }],
  [900, "IDENTITY_ADDED", {}],
  [1000, "INCOMES_ADDED", { count: 14 }],
  [1100, "EINCOMES_ADDED", { count: 7 }],
  [1300, "TASK_FINISHED", { status: "Finished", datapoints: ["IDENTITIES", "INCOMES", "EINCOMES"] }],
];

export async function startDemo(port = 0) {
  const platform = await startMock();
  const state = { userId: null, accounts: [], down: false, limited: false, watchers: new Set(), past: [] };

  const tell = (type, data, signatureValid = true) => {
    const createdAt = new Date().toISOString().replace(/\.\d+/, "");
    const body = { id: `et-${hex()}`, version: 1, type, createdAt, data: { userId: state.userId, ...data } };
    const line = `event: webhook\ndata: ${JSON.stringify({ receivedAt: createdAt, signatureValid, body })}\n\n`;
    state.past.push(line);
    for (const response of state.watchers) response.write(line);
  };

  /** Plays the webhooks of a finished link. */
  const connectAccount = (providerId) => {
    const id = `a-${hex()}`;
    state.accounts.unshift({
      id,
      createdAt: new Date().toISOString(),
      providerId,
      userId: state.userId,
      connection: { status: "CONNECTED", errorCode: null, errorMessage: null },
    });
    for (const [after, type, data] of STORY) {
      setTimeout(() => tell(type, { accountId: id, providers: [providerId], ...data }), after);
    }
  };

  const lists = {
    eincomes: () => (state.accounts.some(({ connection }) => connection.status === "CONNECTED") ? eincomes() : []),
    identities: () => (state.accounts.some(({ connection }) => connection.status === "CONNECTED") ? [identity] : []),
    accounts: () => state.accounts,
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, `http://${request.headers.host}`);
    const send = (status, type, body) => {
      response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": policy(platform.platform) });
      response.end(body);
    };
    const json = (status, body) => send(status, "application/json", body);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);

    if (url.pathname === "/api/config") {
      const george = {
        name: "George Palomero Jr.",
        email: "gpalomero1234@smileapi.io",
        mobile: "",
        password: "123456",
      };
      json(
        200,
        JSON.stringify({
          organisation: "Demo Lending",
          widgetScript: `${platform.platform}/web/v2/smile.v2.js`,
          openApiUrl: "http://localhost:8080/sandbox/v1",
          docsUrl: "http://localhost:8080/docs",
          testPeople: [{ ...george, code: "1234" }],
        }),
      );
    } else if (state.down && url.pathname.startsWith("/api/")) {
      const message = "The API does not answer (refused connection). Is the server running?";
      json(502, JSON.stringify({ error: { code: "API_UNREACHABLE", message } }));
    } else if (url.pathname === "/api/session") {
      const { userId } = JSON.parse(Buffer.concat(chunks).toString());
      if (!userId) {
        state.userId = `demo-${hex()}`;
        state.accounts = [];
        state.past = [];
        tell("USER_CREATED", {});
      }
      json(200, JSON.stringify({ userId: state.userId, userToken: platform.api.mintToken() }));
    } else if (url.pathname === "/api/stream") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(`: open\n\n${state.past.join("")}`);
      state.watchers.add(response);
      request.on("close", () => state.watchers.delete(response));
    } else if (url.pathname.startsWith("/api/data/")) {
      const resource = url.pathname.slice("/api/data/".length);
      const path = `/sandbox/v1/${resource}${url.search}`;
      const call = { method: "GET", path, url: `http://localhost:8080${path}` };
      const items = lists[resource]?.() ?? [];
      const body = state.limited
        ? { code: "REQUEST_LIMIT_EXCEEDED", message: "You have exceeded your rate limit.", requestId: hex(), data: {} }
        : { code: "OK", message: "Success!", requestId: randomUUID(), data: { nextCursor: null, items } };
      // Amounts as the API writes them: numbers with all their digits.
      const text = JSON.stringify({ request: call, status: state.limited ? 429 : 200, body });
      json(200, text.replace(/"#([\d.]+)#"/g, "$1"));
    } else if (request.method === "DELETE") {
      const account = state.accounts.find(({ id }) => url.pathname.endsWith(id));
      account.connection.status = "DISCONNECTED";
      tell("ACCOUNT_DISCONNECTED", { accountId: account.id, providers: [account.providerId] });
      const call = { method: "DELETE", path: "", url: "" };
      json(200, JSON.stringify({ request: call, status: 200, body: { code: "OK", message: "Success!" } }));
    } else {
      try {
        const path = join(page, normalize(url.pathname === "/" ? "index.html" : url.pathname));
        send(200, TYPES[extname(path)] ?? "application/octet-stream", await readFile(path));
      } catch {
        send(404, "text/plain", "Not found");
      }
    }
  });

  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    platform,
    state,
    tell,
    connectAccount,
    stop: () => {
      platform.stop();
      server.closeAllConnections();
      server.close();
    },
  };
}
