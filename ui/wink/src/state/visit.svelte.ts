import type { LinkApi } from "../api/client";
import { troubleOf } from "../api/errors";
import type { Session } from "../api/types";
import { type Memory, memoryFor } from "./memory";

/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The person's session, and what of it outlives a reload of the customer's page. */
export class Visit {
  session = $state.raw<Session | null>(null);
  #agreed = $state(false);
  #accountId: string | null = null;
  #language: string | null = null;
  #memory: Memory | null = null;

  constructor(
    readonly api: LinkApi,
    /** Called when the session's time is over by this device's clock, which may be wrong. */
    readonly onDue: () => void,
  ) {}

  /** The person has said yes. */
  get agreed(): boolean {
    return this.#agreed;
  }

  /** The account that is being connected. */
  get accountId(): string | null {
    return this.#accountId;
  }

  /** The one that the person chose; null: none. */
  get language(): string | null {
    return this.#language;
  }

  get isDue(): boolean {
    return this.session !== null && Date.parse(this.session.expiresAt) <= Date.now();
  }

  /** Goes on with the session that this tab has had before, or spends the link token; a second call does neither. */
  async open(templateId?: string): Promise<Session> {
    if (this.session) return this.session;
    this.#memory ??= await memoryFor(this.api.linkToken);
    const session = (await this.#resume()) ?? (await this.api.startSession(templateId));
    this.session = session;
    this.#keep();
    setTimeout(this.onDue, Math.min(MAX_TIMER_MS, Math.max(0, Date.parse(session.expiresAt) - Date.now())));
    return session;
  }

  agree(): void {
    this.#agreed = true;
    this.#keep();
  }

  speak(language: string): void {
    this.#language = language;
    this.#keep();
  }

  connecting(accountId: string | null): void {
    this.#accountId = accountId;
    this.#keep();
  }

  /** Once the person has left, the link token is spent for good. */
  forget(): void {
    this.#memory?.forget();
  }

  async #resume(): Promise<Session | null> {
    const kept = this.#memory?.read();
    if (!kept) return null;
    try {
      const session = await this.api.resumeSession(kept.sessionToken);
      this.#agreed = kept.agreed;
      this.#accountId = kept.accountId;
      this.#language ??= kept.language;
      return session;
    } catch (error) {
      const { kind } = troubleOf(error);
      if (kind !== "expired" && kind !== "refused") throw error;
      this.forget();
      return null;
    }
  }

  #keep(): void {
    const { sessionToken } = this.api;
    const [agreed, accountId, language] = [this.#agreed, this.#accountId, this.#language];
    this.#memory?.write({ sessionToken, agreed, accountId, language });
  }
}
