// A Link API in memory, for development and for tests of the widget. What it answers is of the types that are generated from
// the real one's description.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { compactDecrypt } from "jose";
import { Attempt } from "./attempts.mjs";
import { consent, people, providers } from "./data.mjs";
import { testInputs } from "./script.mjs";
import { listed, MockUploads, newAccount, receiptOf } from "./sharing.mjs";

/** @import { Body, Data } from "../../wink/src/api/operations" */
/** @import { Consent, Session, operations } from "../../wink/src/api/types" */
/** @import { MockAccount } from "./sharing.mjs" */

/**
 * One person's session and all that came of it.
 * @typedef {{
 *   userId: string,
 *   session: Session,
 *   consent: Consent,
 *   accounts: MockAccount[],
 *   attempts: Map<string, Attempt>,
 *   uploads: MockUploads,
 * }} User
 */

/**
 * Answers an operation with success.
 * @typedef {<Id extends keyof operations>(operation: Id, status: 200 | 201 | 202, data: Data<Id>) => void} Answer
 */

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const { kty = "", n = "", e = "" } = publicKey.export({ format: "jwk" });
const encryptionKey = { kty, n, e, alg: "RSA-OAEP-256", use: "enc", kid: "mock-1" };
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

/**
 * @param {typeof providers[number]} provider
 * @param {string} origin
 */
const summary = ({ fields, ...provider }, origin) => ({ ...provider, logoUrl: origin + provider.logoUrl });
const hex = () => randomUUID().replaceAll("-", "");

export class LinkApiMock {
  /** How long each step takes; tests that want to look at a step make it long. */
  stepMs = 500;
  sessionMs = 5 * 3600 * 1000;
  promptLifeMs = 120_000;
  resendMs = 30_000;
  approvalMs = 1500;
  /** What the widget said about the person's way, in this order. */
  steps = [];
  /** Faults to play once each: `{ match: /regex on "METHOD path"/, status, headers }`. */
  faults = [];
  /** The template of sessions that begin, and what their consent says differently. */
  template = /** @type {Session["template"]} */ (null);
  consent = /** @type {Partial<Consent>} */ ({});
  #tokens = new Set();
  #sessions = /** @type {Map<string, User>} */ (new Map());
  /** Who is at a source's own page, by the state that it sends back. */
  #away = new Map();

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
    /** @type {Answer} */
    const answer = (_operation, status, data) => send(status, data);
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
      else answer("start-session", 201, this.#startSession());
      return;
    }
    if (path.startsWith("/sandbox/") || path.startsWith("/oauth/")) {
      this.#awayPage(path, url, response);
      return;
    }
    const user = this.#sessions.get(bearer);
    if (!user) {
      send(401);
      return;
    }
    const input = body ? JSON.parse(body) : {};
    await this.#route({ name, path, url, input, user, answer, fail: send, request, response });
  }

  #startSession() {
    const sessionToken = hex();
    const userId = `demo-${hex()}`;
    const agreed = { ...consent, ...this.consent };
    const session = this.#describe(userId, agreed);
    const uploads = new MockUploads(userId);
    this.#sessions.set(sessionToken, { userId, session, consent: agreed, accounts: [], attempts: new Map(), uploads });
    return { ...session, sessionToken };
  }

  /**
   * @param {string} userId
   * @param {Consent} agreed
   * @returns {Session}
   */
  #describe(userId, agreed) {
    return {
      sessionToken: null,
      expiresAt: new Date(Date.now() + this.sessionMs).toISOString(),
      mode: "SANDBOX",
      userId,
      organisation: { name: "Demo Lending" },
      consent: agreed,
      template: this.template,
      encryptionKey,
      testPeople: people,
      sandbox: { inputs: testInputs },
    };
  }

  /**
   * @param {{
   *   name: string, path: string, url: URL, input: any, user: User, answer: Answer, fail: (status: number) => void,
   *   request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse,
   * }} call
   */
  async #route({ name, path, url, input, user, answer, fail, request, response }) {
    const origin = url.origin;
    const [, resource = "", id = "", action = ""] = path.split("/");
    if (name === "GET /sessions/current") answer("get-session", 200, user.session);
    else if (name === "POST /steps") {
      this.steps.push(input.step);
      answer("create-step", 202, null);
    } else if (name === "GET /providers") {
      answer("list-providers", 200, this.#listProviders(url.searchParams, origin));
    } else if (resource === "providers") {
      const provider = providers.find((one) => one.id === id);
      if (provider) answer("get-provider", 200, { ...summary(provider, origin), login: { fields: provider.fields } });
      else fail(404);
    } else if (name === "GET /accounts") {
      const there = user.accounts.filter((one) => one.connectionStatus !== "DISCONNECTED");
      answer("list-accounts", 200, { nextCursor: null, items: there.map((one) => listed(one, user.consent)) });
    } else if (name === "POST /accounts") {
      await this.#link(input, user, origin, answer, fail);
    } else if (action === "receipt") {
      const shared = [...user.accounts, ...user.uploads.items].find((one) => one.id === id);
      if (shared) answer("get-account-receipt", 200, receiptOf(shared, user.consent));
      else fail(404);
    } else if (resource === "uploads") {
      this.#uploads({ method: request.method, id, input, user, answer, fail });
    } else if (request.method === "DELETE") {
      const account = user.accounts.find((one) => one.id === id);
      if (account) account.connectionStatus = "DISCONNECTED";
      answer("delete-account", 200, null);
    } else {
      const attempt = user.attempts.get(id);
      if (!attempt) fail(404);
      else if (action === "progress") answer("get-account-progress", 200, attempt.progress());
      else if (action === "events") this.#stream(attempt, response);
      else if (action === "resend") {
        if (attempt.resend(input.promptId)) answer("resend-prompt", 202, attempt.progress());
        else fail(400);
      } else if (action === "redirects") {
        this.#away.get(attempt.redirectState).returnTo = input.returnTo;
        answer("leave-for-source", 201, { url: attempt.state.prompt?.url ?? "" });
      } else await this.#answer(attempt, input, answer, fail);
    }
  }

  /**
   * @param {{
   *   method: string | undefined, id: string, input: any, user: User, answer: Answer, fail: (status: number) => void,
   * }} call
   */
  #uploads({ method, id, input, user, answer, fail }) {
    if (method === "GET") {
      answer("list-uploads", 200, { nextCursor: null, items: user.uploads.items });
    } else if (method === "DELETE") {
      user.uploads.remove(id);
      answer("delete-upload", 200, null);
    } else {
      const agreed = input.consentVersion === user.consent.version;
      const upload = agreed && user.uploads.create(input, this.stepMs);
      if (upload) answer("create-upload", 201, upload);
      else fail(400);
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

  /**
   * @param {Body<"create-account">} request
   * @param {User} user
   * @param {string} origin
   * @param {Answer} answer
   * @param {(status: number) => void} fail
   */
  async #link({ providerId, consentVersion, credentials }, user, origin, answer, fail) {
    const provider = providers.find((one) => one.id === providerId);
    const values = await open(credentials);
    const isUp = provider && provider.health !== "DOWN";
    const isComplete = isUp && provider.fields.every((field) => !field.required || values?.[field.name]);
    if (!isComplete || consentVersion !== consent.version) {
      fail(400);
      return;
    }
    let account = user.accounts.find((one) => one.providerId === providerId && one.login === values.login);
    if (!account) {
      const { name, logoUrl } = provider;
      account = newAccount(user.userId, values.login, { id: providerId, name, logoUrl: origin + logoUrl });
      user.accounts.unshift(account);
    }
    account.connectionStatus = "PENDING";
    user.attempts.get(account.id)?.stop();
    const { stepMs, promptLifeMs, resendMs, approvalMs } = this;
    const attempt = new Attempt({
      account,
      provider,
      times: { stepMs, promptLifeMs, resendMs, approvalMs },
      authorizeUrl: (state) => {
        this.#away.set(state, { attempt, returnTo: null });
        return `${origin}${PREFIX}/sandbox/authorize?state=${state}`;
      },
    });
    user.attempts.set(account.id, attempt);
    attempt.signIn(values);
    answer("create-account", 201, attempt.progress());
  }

  /**
   * @param {Attempt} attempt
   * @param {Body<"answer-prompt">} request
   * @param {Answer} answer
   * @param {(status: number) => void} fail
   */
  async #answer(attempt, request, answer, fail) {
    const opened = await open(request.answer);
    if (opened && attempt.answer(request.promptId, opened.answer)) answer("answer-prompt", 202, attempt.progress());
    else fail(400);
  }

  /** A source's own page, and the way back from it. */
  #awayPage(path, url, response) {
    const state = url.searchParams.get("state");
    const away = this.#away.get(state);
    const page = (text) => {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end(`<!doctype html><title>Sandbox sign-in</title><link rel="icon" href="data:,">${text}`);
    };
    if (path === "/sandbox/authorize") {
      const link = (answer, label) => `<p><a href="../oauth/callback?state=${state}&${answer}">${label}</a></p>`;
      page(`${link("code=1", "Sign in and allow")}${link("error=access_denied", "Do not allow")}`);
      return;
    }
    away.attempt.returned(url.searchParams.has("code"));
    if (away.returnTo) response.writeHead(302, { Location: away.returnTo }).end();
    else page("<h1>You can close this window</h1>");
  }

  /**
   * @param {Attempt} attempt
   * @param {import("node:http").ServerResponse} response
   */
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
