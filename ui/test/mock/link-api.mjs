// A Link API in memory, for development and for tests of the widget. Its contract is docs/link-api.md.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { compactDecrypt } from "jose";
import { Attempt } from "./attempts.mjs";
import { consent, people, providers } from "./data.mjs";
import { listed, MockUploads, receiptOf } from "./sharing.mjs";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const SESSION_MS = 5 * 3600 * 1000;
const PREFIX = "/link-sandbox/v1";

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Authorization, Content-Type",
  "Access-Control-Allow-Methods": "GET, POST, DELETE",
  "Access-Control-Expose-Headers": "Retry-After, X-Request-Id",
};

const CODES = {
  400: "INVALID_PARAMETERS",
  401: "INVALID_TOKEN",
  404: "MISSING_RESOURCE",
  429: "REQUEST_LIMIT_EXCEEDED",
};

async function open(jwe) {
  try {
    const { plaintext } = await compactDecrypt(jwe, privateKey);
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch {
    return null;
  }
}

const summary = ({ fields, ...provider }, origin) => ({ ...provider, logoUrl: origin + provider.logoUrl });
const hex = () => randomUUID().replaceAll("-", "");

export class LinkApiMock {
  /** How long each step takes; tests that want to look at a step make it long. */
  stepMs = 500;
  promptLifeMs = 120_000;
  /** Faults to play once each: `{ match: /regex on "METHOD path"/, status, headers }`. */
  faults = [];
  /** The template of sessions that begin, and what their consent says differently. */
  template = null;
  consent = {};
  #tokens = new Set();
  #sessions = new Map();

  /** A link token that looks like a real one as far as a browser can tell. */
  mintToken(mode = "SANDBOX") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ alg: "RS256" })}.${part({ mode, jti: hex() })}.unsigned`;
    this.#tokens.add(token);
    return token;
  }

  handles(path) {
    return path.startsWith(`${PREFIX}/`);
  }

  async handle(request, response, url, body) {
    const path = url.pathname.slice(PREFIX.length);
    const send = (status, data, headers = {}) => {
      response.writeHead(status, { "Content-Type": "application/json", ...CORS, ...headers });
      const code = status < 300 ? "OK" : (CODES[status] ?? "SERVER_ERROR");
      response.end(JSON.stringify({ code, message: code, requestId: randomUUID(), data: data ?? {} }));
    };
    if (request.method === "OPTIONS") {
      response.writeHead(204, CORS);
      response.end();
      return;
    }

    const name = `${request.method} ${path}`;
    const fault = this.faults.find(({ match }) => match.test(name));
    if (fault) {
      this.faults.splice(this.faults.indexOf(fault), 1);
      send(fault.status, null, fault.headers);
      return;
    }

    const bearer = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    if (name === "POST /sessions") {
      if (!this.#tokens.delete(bearer)) send(401);
      else send(201, this.#startSession());
      return;
    }
    const user = this.#sessions.get(bearer);
    if (!user) {
      send(401);
      return;
    }
    const input = body ? JSON.parse(body) : {};
    await this.#route({ name, path, url, input, user, send, request, response });
  }

  #startSession() {
    const sessionToken = hex();
    const userId = `demo-${hex()}`;
    const agreed = { ...consent, ...this.consent };
    const uploads = new MockUploads(userId);
    this.#sessions.set(sessionToken, { userId, consent: agreed, accounts: [], attempts: new Map(), uploads });
    return {
      sessionToken,
      expiresAt: new Date(Date.now() + SESSION_MS).toISOString(),
      mode: "SANDBOX",
      userId,
      organisation: { name: "Demo Lending" },
      consent: agreed,
      template: this.template,
      encryptionKey: { ...publicKey.export({ format: "jwk" }), alg: "RSA-OAEP-256", use: "enc", kid: "mock-1" },
      testPeople: people,
    };
  }

  async #route({ name, path, url, input, user, send, request, response }) {
    const origin = url.origin;
    const [, resource, id, action] = path.split("/");
    if (name === "GET /providers") {
      send(200, this.#listProviders(url.searchParams, origin));
    } else if (resource === "providers") {
      const provider = providers.find((one) => one.id === id);
      if (provider) send(200, { ...summary(provider, origin), login: { fields: provider.fields } });
      else send(404);
    } else if (name === "GET /accounts") {
      const there = user.accounts.filter((one) => one.connectionStatus !== "DISCONNECTED");
      send(200, { nextCursor: null, items: there.map((one) => listed(one, user.consent)) });
    } else if (name === "POST /accounts") {
      await this.#link(input, user, origin, send);
    } else if (resource === "uploads") {
      this.#uploads({ method: request.method, id, input, user, send });
    } else if (action === "receipt") {
      const account = user.accounts.find((one) => one.id === id);
      if (account) send(200, receiptOf(account, user.consent));
      else send(404);
    } else if (request.method === "DELETE") {
      const account = user.accounts.find((one) => one.id === id);
      if (account) account.connectionStatus = "DISCONNECTED";
      send(200, null);
    } else {
      const attempt = user.attempts.get(id);
      if (!attempt) send(404);
      else if (action === "progress") send(200, attempt.progress());
      else if (action === "events") this.#stream(attempt, response);
      else await this.#answer(attempt, input, send);
    }
  }

  #uploads({ method, id, input, user, send }) {
    if (method === "GET") {
      send(200, { nextCursor: null, items: user.uploads.items });
    } else if (method === "DELETE") {
      user.uploads.remove(id);
      send(200, null);
    } else {
      const upload = user.uploads.create(input, this.stepMs);
      if (upload) send(201, upload);
      else send(400);
    }
  }

  #listProviders(params, origin) {
    const cursor = params.get("cursor");
    const query = cursor ? JSON.parse(Buffer.from(cursor, "base64url").toString()) : Object.fromEntries(params);
    const { name = "", type, ids, topIds, size = "10", from = 0 } = query;
    const tops = topIds?.split(",") ?? [];
    const rank = ({ id }) => (tops.includes(id) ? tops.indexOf(id) : tops.length);
    const found = providers
      .filter((one) => one.name.toLowerCase().includes(name.toLowerCase()))
      .filter((one) => !type || one.type === type)
      .filter((one) => !ids || ids.split(",").includes(one.id))
      .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    const end = from + Number(size);
    const nextCursor =
      end < found.length ? Buffer.from(JSON.stringify({ ...query, from: end })).toString("base64url") : null;
    return { nextCursor, items: found.slice(from, end).map((one) => summary(one, origin)) };
  }

  async #link({ providerId, consentVersion, credentials }, user, origin, send) {
    const provider = providers.find((one) => one.id === providerId);
    const values = await open(credentials);
    const complete = provider?.fields.every((field) => !field.required || values?.[field.name]);
    if (!complete || consentVersion !== consent.version) {
      send(400);
      return;
    }
    let account = user.accounts.find((one) => one.providerId === providerId && one.login === values.login);
    if (!account) {
      const { name, logoUrl } = provider;
      account = {
        id: `a-${hex()}`,
        login: values.login,
        createdAt: new Date().toISOString(),
        providerId,
        userId: user.userId,
        connection: { status: "PENDING", errorCode: null, errorMessage: null, updatedAt: new Date().toISOString() },
        provider: { id: providerId, name, logoUrl: origin + logoUrl },
      };
      user.accounts.unshift(account);
    }
    account.connectionStatus = "PENDING";
    user.attempts.get(account.id)?.stop();
    const attempt = new Attempt({ account, provider, stepMs: this.stepMs, promptLifeMs: this.promptLifeMs });
    user.attempts.set(account.id, attempt);
    attempt.signIn(values);
    send(201, attempt.progress());
  }

  async #answer(attempt, { promptId, answer }, send) {
    const opened = await open(answer);
    if (opened && attempt.answer(promptId, opened.answer)) send(202, attempt.progress());
    else send(400);
  }

  #stream(attempt, response) {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store", ...CORS });
    const write = (progress) => {
      response.write(`event: progress\ndata: ${JSON.stringify(progress)}\n\n`);
      if (attempt.isOver) response.end();
    };
    attempt.listeners.add(write);
    response.on("close", () => attempt.listeners.delete(write));
    write(attempt.progress());
  }
}
