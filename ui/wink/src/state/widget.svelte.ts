import type { CloseReason, UIEventName, WidgetOptions } from "../../../shared/protocol";
import { LinkApi } from "../api/client";
import { type ApiError, troubleOf } from "../api/errors";
import type {
  LinkedAccount,
  Progress,
  Prompt,
  Provider,
  ProviderWithLogin,
  Session,
  SignedReceipt,
} from "../api/types";
import type { Host } from "../host";
import { chooseLanguage, type Language } from "../strings/languages";
import { speak } from "../strings/speak";
import { Catalogue } from "./catalogue.svelte";
import { type About, uiEvent } from "./events";
import { Linking } from "./linking.svelte";
import { backOf, type During, type Move, next, type Rules, type Screen } from "./machine";
import { mergedOptions } from "./options";
import { applyTheme } from "./theme";
import { Uploads } from "./uploads.svelte";

/** Long enough to see that everything is done, short enough not to wait. */
const DONE_PAUSE_MS = 900;

/** The widget's state, all in memory, and everything a screen can ask for. */
export class Widget {
  screen = $state.raw<Screen>({ name: "loading" });
  session = $state.raw<Session | null>(null);
  accounts = $state.raw<LinkedAccount[]>([]);
  /** The provider of the login form, once its fields are known. */
  provider = $state.raw<ProviderWithLogin | null>(null);
  trouble = $state.raw<ApiError | null>(null);
  linking = $state.raw<Linking | null>(null);
  readonly catalogue: Catalogue;
  readonly uploads: Uploads;
  readonly #api: LinkApi;
  /** What was typed into each provider's form, without passwords. */
  readonly #drafts = new Map<string, Record<string, string>>();
  #agreed = $state(false);
  #announced = { connected: false, prompt: "" };
  #closed = false;
  #chosenLanguage = false;

  constructor(readonly host: Host) {
    const { apiHost, userToken } = host.options;
    this.#api = new LinkApi(apiHost, userToken);
    this.uploads = new Uploads(this.#api, {
      created: ({ id }) => this.#onUpload("onUploadsCreated", "UPLOAD_CREATED", id),
      removed: ({ id }) => this.#onUpload("onUploadsRemoved", "UPLOAD_REMOVED", id),
      expired: () => this.#expire(),
    });
    this.catalogue = new Catalogue(
      this.#api,
      () => {
        const { providers = [], topProviders = [] } = this.options;
        return { providers, topProviders, uploads: this.takesUploads };
      },
      {
        searched: () => this.#tell("PROVIDER_SEARCHED"),
        filtered: () => this.#tell("PROVIDER_TYPE_FILTERED"),
        expired: () => this.#expire(),
      },
    );
    host.onDismiss(() => this.close("close"));
    this.#tell("WIDGET_OPENED");
  }

  /** The customer's, those of their template, and the defaults, in this order. */
  get options(): WidgetOptions {
    return mergedOptions(this.host.options, this.session?.template?.options ?? {}, this.host.defaults);
  }

  get takesUploads(): boolean {
    return this.options.enableUpload !== false;
  }

  get rules(): Rules {
    const { enableConsentPage = true, providers = [] } = this.options;
    return {
      consentPage: enableConsentPage,
      asks: enableConsentPage && !this.#agreed,
      only: providers.length === 1 ? (providers[0] ?? null) : null,
    };
  }

  /** Who asks, in the customer's own words when they gave some. */
  get company(): string {
    return this.options.companyName || this.session?.organisation.name || "";
  }

  /** Known from the list before the login form has come. */
  get nameOfChosen(): Pick<Provider, "name" | "logoUrl"> | null {
    const { screen } = this;
    if (screen.name !== "login") return null;
    return this.catalogue.items.find(({ id }) => id === screen.providerId) ?? null;
  }

  nameOf(providerId: string | null): string | null {
    return this.catalogue.items.find(({ id }) => id === providerId)?.name ?? null;
  }

  /** What the customer can read from. An account that failed or is still signing in is not shared. */
  get shared(): LinkedAccount[] {
    return this.accounts.filter((account) => account.connectionStatus === "CONNECTED");
  }

  get sharesAnything(): boolean {
    return this.shared.length > 0 || this.uploads.items.length > 0;
  }

  get canGoBack(): boolean {
    return backOf(this.screen, this.rules) !== null;
  }

  async start(): Promise<void> {
    try {
      // A second try must not spend the token again.
      this.session ??= await this.#api.startSession(this.options.templateId);
      await Promise.all([this.#dress(this.session), this.#loadShared()]);
      this.move({ type: "started" });
      if (this.rules.asks) this.#tell("CONSENT_SHOWN");
    } catch (error) {
      this.#fail(error, "start");
    }
  }

  /** The template's colours, and its language unless the person chose one. */
  async #dress({ template }: Session): Promise<void> {
    if (template) applyTheme(template.theme, document.documentElement);
    if (!this.#chosenLanguage) await speak(chooseLanguage(template?.language, navigator.languages));
  }

  async #loadShared(): Promise<void> {
    const uploads = this.takesUploads ? this.uploads.load() : null;
    this.accounts = await this.#api.accounts();
    await uploads;
  }

  chooseLanguage(language: Language): void {
    this.#chosenLanguage = true;
    void speak(language);
  }

  agree(): void {
    this.#agreed = true;
    this.#tell("CONSENT_ACCEPTED");
    this.move({ type: "agreed" });
  }

  decline(): void {
    this.#tell("CONSENT_DECLINED");
    this.close("close");
  }

  choose(providerId: string): void {
    this.#tell("PROVIDER_SELECTED", { accountId: null, providerId });
    const listed = this.catalogue.items.find(({ id }) => id === providerId);
    if (listed && !listed.accountConnection) this.openUpload(providerId);
    else this.move({ type: "choose", providerId });
  }

  /** From what is shared to the next account; with a single provider that is its login. */
  connectMore(): void {
    const { only } = this.rules;
    if (only) this.choose(only);
    else this.move({ type: "browse" });
  }

  /** To the screen for documents: those of one source, or of any when it is null. */
  openUpload(providerId: string | null = null): void {
    this.move({ type: "upload", providerId });
  }

  async upload(files: File[], providerId: string | null): Promise<void> {
    if (await this.uploads.send(files, providerId)) this.move({ type: "uploaded" });
  }

  /** Rejects when it cannot be read; the screen says so and offers another try. */
  async receipt(accountId: string): Promise<SignedReceipt> {
    try {
      return await this.#api.receipt(accountId);
    } catch (error) {
      if (troubleOf(error).kind === "expired") this.#expire();
      throw error;
    }
  }

  closeUnfound(): void {
    this.#tell("PROVIDER_NOT_FOUND");
    this.close("close");
  }

  back(): void {
    this.linking?.stop();
    this.move({ type: "back" });
  }

  draft(providerId: string): Record<string, string> {
    return this.#drafts.get(providerId) ?? {};
  }

  /** `values` are not kept: only what is neither a password nor empty stays, for another try. */
  submit(provider: ProviderWithLogin, values: Record<string, string>): void {
    const open = provider.login.fields.filter((field) => field.kind !== "PASSWORD");
    this.#drafts.set(provider.id, Object.fromEntries(open.map(({ name }) => [name, values[name] ?? ""])));
    this.#announced = { connected: false, prompt: "" };
    this.linking ??= this.#newLinking();
    this.#tell("CREDENTIALS_SUBMITTED", { accountId: null, providerId: provider.id });
    this.move({ type: "submitted" });
    void this.linking?.submit(provider, values);
  }

  answer(prompt: Prompt, answer: string): void {
    const { progress } = this.linking ?? {};
    if (!progress) return;
    this.#tell("MFA_SUBMITTED", progress);
    this.move({ type: "answered" });
    void this.linking?.answer(prompt, answer);
  }

  retry(): void {
    const { screen } = this;
    if (screen.name !== "trouble") return;
    this.move({ type: "retry" });
    if (screen.during === "start") void this.start();
    if (screen.during === "submit") void this.linking?.resubmit();
    if (screen.during === "answer") void this.linking?.reanswer();
  }

  /** Rejects when it did not work; the screen says so and offers another try. */
  async remove(account: LinkedAccount): Promise<void> {
    try {
      await this.#api.remove(account.id);
    } catch (error) {
      if (troubleOf(error).kind === "expired") this.#expire();
      throw error;
    }
    this.accounts = this.accounts.filter(({ id }) => id !== account.id);
    const { id: accountId, userId, providerId } = account;
    this.host.call("onAccountRemoved", { accountId, userId, providerId });
    this.#tell("ACCOUNT_REMOVED", { accountId, providerId });
  }

  close(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.linking?.stop();
    this.#tell("WIDGET_CLOSED");
    this.host.call("onClose", { reason });
  }

  move(move: Move): void {
    const before = this.screen;
    this.screen = next(before, move, this.rules);
    if (this.screen === before) return;
    if (this.screen.name === "login") void this.#loadLogin(this.screen.providerId);
    if (this.screen.name === "expired") {
      this.linking?.stop();
      this.host.call("onTokenExpired", {});
      this.#tell("TOKEN_EXPIRED");
    }
  }

  async #loadLogin(providerId: string): Promise<void> {
    if (this.provider?.id === providerId) return;
    this.provider = null;
    const stillWanted = () => this.screen.name === "login" && this.screen.providerId === providerId;
    try {
      const provider = await this.#api.provider(providerId);
      if (stillWanted()) this.provider = provider;
    } catch (error) {
      if (stillWanted()) this.#fail(error, "login");
    }
  }

  #newLinking(): Linking | null {
    if (!this.session) return null;
    return new Linking(this.#api, this.session, {
      created: ({ accountId, userId, providerId }) => {
        this.host.call("onAccountCreated", { accountId, userId, providerId });
      },
      progressed: (progress) => this.#onProgress(progress),
      formRefused: () => this.move({ type: "formRefused" }),
      answerRefused: () => this.move({ type: "answerRefused" }),
      troubled: (error, during) => this.#fail(error, during),
    });
  }

  #onProgress(progress: Progress): void {
    const { accountId, userId, providerId, prompt, stage } = progress;
    if (progress.connectionStatus === "CONNECTED" && !this.#announced.connected) {
      this.#announced.connected = true;
      this.host.call("onAccountConnected", { accountId, userId, providerId });
      this.#tell("ACCOUNT_CONNECTED", progress);
    }
    if (stage === "WAITING_FOR_ANSWER" && prompt && prompt.id !== this.#announced.prompt) {
      this.#announced.prompt = prompt.id;
      this.#tell("MFA_REQUESTED", progress);
    }
    if (stage === "FAILED") {
      const errorCode = progress.errorCode ?? "SYSTEM_ERROR";
      this.host.call("onAccountError", { accountId, userId, providerId, errorCode });
      this.#tell("ACCOUNT_FAILED", progress);
      void this.#refreshAccounts();
    }
    if (stage === "DONE" || stage === "REVOKED") void this.#settle(progress);
    else this.move({ type: "progressed", progress });
  }

  /** Has the list ready before it is shown, so that nothing jumps. */
  async #settle(progress: Progress): Promise<void> {
    const pause = new Promise((resolve) => setTimeout(resolve, DONE_PAUSE_MS));
    await this.#refreshAccounts();
    await pause;
    this.move({ type: "progressed", progress });
  }

  /** The list is a courtesy here: when it cannot be read, the last one stays. */
  async #refreshAccounts(): Promise<void> {
    try {
      this.accounts = await this.#api.accounts();
    } catch (error) {
      if (troubleOf(error).kind === "expired") this.#expire();
    }
  }

  #onUpload(callback: "onUploadsCreated" | "onUploadsRemoved", event: UIEventName, id: string): void {
    this.host.call(callback, { uploads: [id], userId: this.session?.userId ?? "" });
    this.#tell(event, { archiveId: id });
  }

  #expire(): void {
    this.move({ type: "troubled", during: "start", kind: "expired" });
  }

  #fail(error: unknown, during: During): void {
    this.trouble = troubleOf(error);
    this.move({ type: "troubled", during, kind: this.trouble.kind });
  }

  #tell(eventName: UIEventName, about: About = null): void {
    this.host.call("onUIEvent", uiEvent(eventName, this.session, about));
  }
}
