import { ApiError, errorOfResponse } from "./errors";
import type { Body, Data, Query } from "./operations";
import type { LinkedAccount, Progress, Session, Upload } from "./types";
import { post } from "./upload";

/** What is null is left out. */
export type ProviderQuery = {
  [Name in keyof Query<"list-providers">]: Query<"list-providers">[Name] | null;
};

export type NewUpload = Body<"create-upload">;

/** How far the person came, for the organisation's figures. The server sees everything else by itself. */
export type Step = Body<"create-step">["step"];

/** Something that a person shares, as the API's paths name it. */
export interface Shared {
  kind: "accounts" | "uploads";
  id: string;
}

interface Call {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
  /** Goes out even when the page goes away. */
  keepalive?: boolean;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** A guard against a server that never ends its list; nobody shares hundreds of accounts. */
const MAX_ACCOUNT_PAGES = 20;

export class LinkApi {
  /** The session's, once there is one. */
  #token: string;

  constructor(
    readonly host: string,
    readonly linkToken: string,
    /** The id of the link token that the widget's page was opened for. */
    readonly pageTokenId: string | null = null,
  ) {
    this.#token = linkToken;
  }

  get sessionToken(): string {
    return this.#token;
  }

  /** Spends the link token. Every later request uses the session's. */
  async startSession(templateId?: string): Promise<Session> {
    const body: Body<"start-session"> = { templateId: templateId ?? null, pageTokenId: this.pageTokenId };
    const session = await this.#call<Session>("/sessions", { method: "POST", body });
    this.#token = session.sessionToken ?? this.#token;
    return session;
  }

  /** Goes on with a session that was started before. When it is over, the link token is used again. */
  async resumeSession(sessionToken: string): Promise<Session> {
    this.#token = sessionToken;
    try {
      return await this.currentSession();
    } catch (error) {
      this.#token = this.linkToken;
      throw error;
    }
  }

  currentSession(): Promise<Session> {
    return this.#call("/sessions/current");
  }

  providers(query: ProviderQuery, signal?: AbortSignal): Promise<Data<"list-providers">> {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      const text = Array.isArray(value) ? value.join(",") : String(value ?? "");
      if (text) params.set(name, text);
    }
    return this.#call(`/providers?${params}`, signal ? { signal } : {});
  }

  provider(id: string): Promise<Data<"get-provider">> {
    return this.#call(`/providers/${encodeURIComponent(id)}`);
  }

  async accounts(): Promise<LinkedAccount[]> {
    const all: LinkedAccount[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_ACCOUNT_PAGES; page++) {
      const params: string = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
      const { items, nextCursor }: Data<"list-accounts"> = await this.#call(`/accounts${params}`);
      all.push(...items);
      if (!nextCursor) break;
      cursor = nextCursor;
    }
    return all;
  }

  link(request: Body<"create-account">): Promise<Progress> {
    return this.#call("/accounts", { method: "POST", body: request });
  }

  progress(accountId: string, signal: AbortSignal): Promise<Progress> {
    return this.#call(`/accounts/${encodeURIComponent(accountId)}/progress`, { signal });
  }

  async answer(accountId: string, request: Body<"answer-prompt">): Promise<void> {
    await this.#call(`/accounts/${encodeURIComponent(accountId)}/answers`, { method: "POST", body: request });
  }

  /** Has a prompt sent again; a new prompt takes its place. */
  async resend(accountId: string, promptId: string): Promise<void> {
    await this.#call(`/accounts/${encodeURIComponent(accountId)}/resend`, { method: "POST", body: { promptId } });
  }

  /** The address by which a person leaves for the source's own page; with `returnTo`, from the customer's page and back to it. */
  redirect(accountId: string, request: Body<"leave-for-source">): Promise<Data<"leave-for-source">> {
    return this.#call(`/accounts/${encodeURIComponent(accountId)}/redirects`, { method: "POST", body: request });
  }

  /** Goes out even when the widget goes away, as it does after a refusal. */
  async step(step: Step, providerId: string | null): Promise<void> {
    const body: Body<"create-step"> = providerId ? { step, providerId } : { step };
    await this.#call("/steps", { method: "POST", body, keepalive: true });
  }

  async remove(accountId: string): Promise<void> {
    await this.#call(`/accounts/${encodeURIComponent(accountId)}`, { method: "DELETE" });
  }

  receipt({ kind, id }: Shared): Promise<Data<"get-account-receipt" | "get-upload-receipt">> {
    return this.#call(`/${kind}/${encodeURIComponent(id)}/receipt`);
  }

  async uploads(): Promise<Upload[]> {
    const { items } = await this.#call<Data<"list-uploads">>("/uploads");
    return items;
  }

  /** `onSent` hears how much of the request has gone out, from 0 to 1. */
  upload(request: NewUpload, onSent: (part: number) => void): Promise<Upload> {
    return post(`${this.host}/uploads`, this.#headers({ "Content-Type": "application/json" }), request, onSent);
  }

  async removeUpload(id: string): Promise<void> {
    await this.#call(`/uploads/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  /** The open event stream; the caller reads it and ends it through the signal. */
  async events(accountId: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#fetch(`/accounts/${encodeURIComponent(accountId)}/events`, {
      headers: this.#headers({ Accept: "text/event-stream" }),
      signal,
    });
    if (!response.ok) throw errorOfResponse(response);
    if (!response.body) throw new ApiError("network");
    return response.body;
  }

  async #call<Data>(path: string, { method = "GET", body, signal, keepalive = false }: Call = {}): Promise<Data> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), REQUEST_TIMEOUT_MS);
    const giveUp = () => timeout.abort();
    signal?.addEventListener("abort", giveUp);
    try {
      const response = await this.#fetch(path, {
        method,
        headers: this.#headers(body === undefined ? {} : { "Content-Type": "application/json" }),
        signal: timeout.signal,
        ...(keepalive ? { keepalive } : {}),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw errorOfResponse(response);
      const envelope = (await response.json().catch(() => {
        throw new ApiError("network", response.status);
      })) as { data: Data };
      return envelope.data;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  #headers(more: Record<string, string>): Record<string, string> {
    return { Authorization: `Bearer ${this.#token}`, ...more };
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.host}${path}`, {
        ...init,
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
    } catch {
      throw new ApiError("network");
    }
  }
}
