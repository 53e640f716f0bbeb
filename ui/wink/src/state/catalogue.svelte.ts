import type { LinkApi } from "../api/client";
import { type ApiError, troubleOf } from "../api/errors";
import type { Provider, ProviderType } from "../api/types";

const PAGE_SIZE = 20;
const TYPING_PAUSE_MS = 250;

interface Limits {
  providers: string[];
  topProviders: string[];
  /** Sources that take documents only are listed too. */
  uploads: boolean;
}

/** The provider list: what is searched for, and what has been found so far. */
export class Catalogue {
  items = $state.raw<Provider[]>([]);
  query = $state("");
  type = $state<ProviderType | null>(null);
  status = $state<"new" | "loading" | "ready" | "trouble">("new");
  trouble = $state.raw<ApiError | null>(null);
  #cursor = $state<string | null>(null);
  #abort = new AbortController();
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly api: LinkApi,
    readonly limits: () => Limits,
    readonly on: { searched: () => void; filtered: () => void; expired: () => void },
  ) {}

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  get isNarrowed(): boolean {
    return this.query.trim() !== "" || this.type !== null;
  }

  /** Keeps what was there when the person comes back to the list. */
  show(): void {
    if (this.status === "new") void this.load();
  }

  search(query: string): void {
    this.query = query;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      if (query.trim()) this.on.searched();
      void this.load();
    }, TYPING_PAUSE_MS);
  }

  filter(type: ProviderType | null): void {
    this.type = type;
    this.on.filtered();
    void this.load();
  }

  /** Everything again: what was searched for has been found, or was of no use. */
  widen(): void {
    if (!this.isNarrowed) return;
    clearTimeout(this.#typing);
    this.query = "";
    this.type = null;
    void this.load();
  }

  load(): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    return this.#read(null);
  }

  more(): Promise<void> {
    return this.status === "loading" || !this.#cursor ? Promise.resolve() : this.#read(this.#cursor);
  }

  /** The network is back. */
  onBack(): void {
    if (this.status === "trouble" && this.trouble?.kind === "network") void this.retry();
  }

  retry(): Promise<void> {
    return this.#read(this.#cursor);
  }

  async #read(cursor: string | null): Promise<void> {
    const { signal } = this.#abort;
    const { providers, topProviders, uploads } = this.limits();
    this.status = "loading";
    try {
      const page = await this.api.providers(
        cursor
          ? { cursor }
          : {
              name: this.query.trim(),
              type: this.type,
              ids: providers,
              topIds: topProviders,
              size: PAGE_SIZE,
            },
        signal,
      );
      if (signal.aborted) return;
      const found = page.items.filter((provider) => provider.accountConnection || uploads);
      this.items = cursor ? [...this.items, ...found] : found;
      this.#cursor = page.nextCursor;
      this.status = "ready";
      if (!this.items.length && this.#cursor) await this.#read(this.#cursor);
    } catch (error) {
      if (signal.aborted) return;
      this.trouble = troubleOf(error);
      if (this.trouble.kind === "expired") this.on.expired();
      if (!cursor) {
        this.items = [];
        this.#cursor = null;
      }
      this.status = "trouble";
    }
  }
}
