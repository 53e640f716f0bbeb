import type { LinkApi } from "../api/client";
import { ApiError, troubleOf } from "../api/errors";
import { type Following, follow, isOver } from "../api/follow";
import { seal } from "../api/seal";
import type { Progress, Prompt, ProviderWithLogin, Session } from "../api/types";
import type { During } from "./machine";

interface Listener {
  /** Once for each account, however often it is tried. */
  created: (progress: Progress) => void;
  /** The server has taken an attempt on. */
  begun: (progress: Progress) => void;
  progressed: (progress: Progress) => void;
  formRefused: () => void;
  answerRefused: () => void;
  troubled: (error: ApiError, during: During) => void;
}

interface PromptTimes {
  endsAtMs: number;
  /** Null: it cannot be sent again. */
  resendAtMs: number | null;
}

/** All these times are the server's, so a wrong clock on this device does not matter. */
function timesOf({ expiresAt, resendAt }: Prompt, updatedAt: string): PromptTimes {
  const from = (time: string) => performance.now() + Math.max(0, Date.parse(time) - Date.parse(updatedAt));
  return { endsAtMs: from(expiresAt), resendAtMs: resendAt ? from(resendAt) : null };
}

/**
 * One attempt at connecting one account. What comes of it is told by following it only: the reply to an answer can be
 * overtaken by what happened since, and its time has no more than seconds to tell by. Keeps only sealed credentials, so that a request that got lost can be sent
 * again without asking the person to type everything anew.
 */
export class Linking {
  progress = $state.raw<Progress | null>(null);
  offline = $state(false);
  /** When the open prompt ends, and when it can be sent again, on this device's own clock (`performance.now()`). */
  promptTimes: PromptTimes = { endsAtMs: 0, resendAtMs: null };
  #sealed: { providerId: string; credentials: string } | null = null;
  #sealedAnswer: { promptId: string; answer: string } | null = null;
  #following: Following | null = null;
  readonly #created = new Set<string>();
  /** Attempts are numbered so that an answer to an abandoned one is ignored. */
  #attempt = 0;

  constructor(
    readonly api: LinkApi,
    readonly session: Session,
    readonly listener: Listener,
  ) {}

  async submit(provider: ProviderWithLogin, values: Record<string, string>): Promise<void> {
    this.stop();
    const attempt = this.#attempt;
    try {
      const credentials = await seal(values, this.session.encryptionKey);
      if (attempt !== this.#attempt) return;
      this.#sealed = { providerId: provider.id, credentials };
    } catch (error) {
      this.listener.troubled(error instanceof ApiError ? error : new ApiError("insecure"), "submit");
      return;
    }
    await this.resubmit();
  }

  async resubmit(): Promise<void> {
    if (!this.#sealed) {
      this.listener.formRefused();
      return;
    }
    const attempt = this.#attempt;
    try {
      const progress = await this.api.link({ ...this.#sealed, consentVersion: this.session.consent.version });
      if (attempt !== this.#attempt) return;
      this.#sealed = null;
      if (!this.#created.has(progress.accountId)) {
        this.#created.add(progress.accountId);
        this.listener.created(progress);
      }
      this.listener.begun(progress);
      this.#take(progress);
      this.#follow(progress.accountId);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const trouble = troubleOf(error);
      if (trouble.kind === "refused") {
        this.#sealed = null;
        this.listener.formRefused();
      } else this.listener.troubled(trouble, "submit");
    }
  }

  async answer(prompt: Prompt, answer: string): Promise<void> {
    const attempt = this.#attempt;
    const sealed = await seal({ answer }, this.session.encryptionKey);
    if (attempt !== this.#attempt) return;
    this.#sealedAnswer = { promptId: prompt.id, answer: sealed };
    await this.reanswer();
  }

  async reanswer(): Promise<void> {
    const accountId = this.progress?.accountId;
    if (!accountId || !this.#sealedAnswer) return;
    const attempt = this.#attempt;
    try {
      await this.api.answer(accountId, this.#sealedAnswer);
      if (attempt === this.#attempt) this.#sealedAnswer = null;
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const trouble = troubleOf(error);
      if (trouble.kind === "refused") {
        this.#sealedAnswer = null;
        this.listener.answerRefused();
      } else this.listener.troubled(trouble, "answer");
    }
  }

  /** Goes on with an attempt that was begun before the page was loaded. */
  async resume(accountId: string): Promise<void> {
    this.stop();
    const attempt = this.#attempt;
    const progress = await this.api.progress(accountId, new AbortController().signal);
    if (attempt !== this.#attempt) return;
    this.#created.add(accountId);
    this.#take(progress);
    if (!isOver(progress)) this.#follow(accountId);
  }

  /** Rejects when it could not be sent again. */
  async resend(prompt: Prompt): Promise<void> {
    const accountId = this.progress?.accountId;
    if (!accountId) return;
    await this.api.resend(accountId, prompt.id);
  }

  /** The person or the network is back: asks at once instead of waiting for news. */
  wake(): void {
    this.#following?.wake();
  }

  /** Forgets the attempt here; what the server does with it goes on. */
  stop(): void {
    this.#attempt++;
    this.#following?.stop();
    this.#following = null;
    this.#sealed = null;
    this.#sealedAnswer = null;
    this.progress = null;
    this.offline = false;
  }

  #follow(accountId: string): void {
    this.#following = follow(this.api, accountId, {
      onProgress: (progress) => this.#take(progress),
      onOffline: (offline) => {
        this.offline = offline;
      },
      onLost: (kind) => {
        if (kind === "expired") this.listener.troubled(new ApiError(kind), "submit");
        else if (this.progress) this.#take({ ...this.progress, stage: "FAILED", errorCode: "SYSTEM_ERROR" });
      },
    });
  }

  #take(progress: Progress): void {
    const before = this.progress;
    // A stream that a sleeping phone left behind and the one after it can overtake each other.
    if (before && (isOver(before) || progress.updatedAt < before.updatedAt)) return;
    const { prompt } = progress;
    if (prompt && prompt.id !== before?.prompt?.id) this.promptTimes = timesOf(prompt, progress.updatedAt);
    this.progress = progress;
    this.listener.progressed(progress);
  }
}
