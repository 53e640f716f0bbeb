import type { CloseReason, WidgetOptions } from "../../../shared/protocol";
import { LinkApi, type Shared } from "../api/client";
import { type ApiError, troubleOf } from "../api/errors";
import { isOver } from "../api/follow";
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
import { Announcer } from "./announcer";
import { Catalogue } from "./catalogue.svelte";
import { Drafts } from "./drafts";
import { Linking } from "./linking.svelte";
import { Look } from "./look";
import { backOf, type During, type Move, next, type Rules, type Screen } from "./machine";
import { Network } from "./network.svelte";
import { mergedOptions, rulesOf } from "./options";
import { Reporter } from "./reporter";
import { Uploads } from "./uploads.svelte";
import { Visit } from "./visit.svelte";

/** Long enough to see that everything is done, short enough not to wait. */
const DONE_PAUSE_MS = 900;

/** The widget's state, all in memory, and everything a screen can ask for. */
export class Widget {
  screen = $state.raw<Screen>({ name: "loading" });
  accounts = $state.raw<LinkedAccount[]>([]);
  /** The provider of the login form, once its fields are known. */
  provider = $state.raw<ProviderWithLogin | null>(null);
  trouble = $state.raw<ApiError | null>(null);
  linking = $state.raw<Linking | null>(null);
  readonly look = new Look(() => this.#visit);
  readonly network: Network;
  readonly catalogue: Catalogue;
  readonly uploads: Uploads;
  readonly #api: LinkApi;
  readonly #reporter: Reporter;
  readonly #announcer: Announcer;
  readonly #visit: Visit;
  readonly #drafts = new Drafts();
  #closed = false;

  constructor(readonly host: Host) {
    this.#api = new LinkApi(host.options.apiHost, host.options.userToken, host.pageTokenId);
    this.#reporter = new Reporter(host, this.#api);
    this.#announcer = new Announcer(host, this.#reporter);
    this.#visit = new Visit(this.#api, () => this.#onWake());
    this.uploads = new Uploads(this.#api, {
      created: (upload) => this.#announcer.uploaded(upload),
      removed: (upload) => this.#announcer.uploadRemoved(upload),
      expired: () => this.#expire(),
    });
    this.catalogue = new Catalogue(
      this.#api,
      () => {
        const { providers = [], topProviders = [] } = this.options;
        return { providers, topProviders, uploads: this.takesUploads };
      },
      {
        searched: () => this.#reporter.tell("PROVIDER_SEARCHED"),
        filtered: () => this.#reporter.tell("PROVIDER_TYPE_FILTERED"),
        expired: () => this.#expire(),
      },
    );
    host.onDismiss(() => this.close("close"));
    this.network = new Network(
      () => this.#onWake(),
      () => this.#onBack(),
    );
    addEventListener("pagehide", () => this.#reporter.gone());
    this.#reporter.tell("WIDGET_OPENED");
  }

  get session(): Session | null {
    return this.#visit.session;
  }

  /** The customer's, those of their template, and the defaults, in this order. */
  get options(): WidgetOptions {
    return mergedOptions(this.host.options, this.session?.template?.options ?? {}, this.host.defaults);
  }

  get takesUploads(): boolean {
    return this.options.enableUpload !== false;
  }

  get rules(): Rules {
    return rulesOf(this.options, this.#visit.agreed);
  }

  /** Who asks, in the customer's own words when they gave some. */
  get company(): string {
    return this.options.companyName || this.session?.organisation.name || "";
  }

  /** Known from the list before the login form has come. */
  get nameOfChosen(): Pick<Provider, "name" | "logoUrl"> | null {
    return this.screen.name === "login" ? this.#listed(this.screen.providerId) : null;
  }

  nameOf(providerId: string | null): string | null {
    return this.#listed(providerId)?.name ?? null;
  }

  /** What the customer can read from. An account that failed or is still signing in is not shared. */
  get shared(): LinkedAccount[] {
    return this.accounts.filter((account) => account.connectionStatus === "CONNECTED");
  }

  /** The server cannot be reached, as far as that is known and matters, and the screen does not say so itself. */
  get offline(): boolean {
    const { name } = this.screen;
    if (name === "trouble") return false;
    return !this.network.online || ((name === "progress" || name === "mfa") && this.linking?.offline === true);
  }

  get sharesAnything(): boolean {
    return this.shared.length > 0 || this.uploads.items.length > 0;
  }

  get canGoBack(): boolean {
    return backOf(this.screen, this.rules) !== null;
  }

  async start(): Promise<void> {
    try {
      const session = await this.#visit.open(this.options.templateId);
      this.#reporter.session = session;
      await Promise.all([this.look.dress(session), this.#loadShared()]);
      if (await this.#resumeLinking()) return;
      this.move({ type: "started" });
      if (this.rules.asks) this.#reporter.tell("CONSENT_SHOWN");
    } catch (error) {
      this.#fail(error, "start");
    }
  }

  async #loadShared(): Promise<void> {
    const uploads = this.takesUploads ? this.uploads.load() : null;
    this.accounts = await this.#api.accounts();
    await uploads;
  }

  agree(): void {
    this.#visit.agree();
    this.#reporter.tell("CONSENT_ACCEPTED");
    this.move({ type: "agreed" });
  }

  decline(): void {
    this.#reporter.tell("CONSENT_DECLINED");
    this.close("close");
  }

  choose(providerId: string): void {
    this.#reporter.tell("PROVIDER_SELECTED", { accountId: null, providerId });
    const listed = this.#listed(providerId);
    if (listed && !listed.accountConnection) this.openUpload(providerId);
    else if (listed?.health === "DOWN") this.move({ type: "isDown", providerId });
    else this.move({ type: "choose", providerId });
  }

  /** Looks again whether a source that was down is back. */
  recheck(providerId: string): void {
    this.provider = null;
    this.move({ type: "choose", providerId });
  }

  /** From what is shared to the next account; with a single provider that is its login. */
  connectMore(): void {
    const { only } = this.rules;
    if (only) this.choose(only);
    else this.browse();
  }

  /** To the whole list, however it was narrowed before. */
  browse(): void {
    this.catalogue.widen();
    this.move({ type: "browse" });
  }

  /** To the screen for documents: those of one source, or of any when it is null. */
  openUpload(providerId: string | null = null): void {
    this.move({ type: "upload", providerId });
  }

  async upload(files: File[], providerId: string | null): Promise<void> {
    const { session } = this;
    if (session && (await this.uploads.send(session, files, providerId))) this.move({ type: "uploaded" });
  }

  /** Rejects when it cannot be read; the screen says so and offers another try. */
  async receipt(of: Shared): Promise<SignedReceipt> {
    return this.#orExpire(this.#api.receipt(of));
  }

  unfound(then: "upload" | "close"): void {
    this.#reporter.tell("PROVIDER_NOT_FOUND", { query: this.catalogue.query.trim() });
    if (then === "upload") this.openUpload();
    else this.close("close");
  }

  back(): void {
    this.linking?.stop();
    this.#visit.connecting(null);
    this.move({ type: "back" });
  }

  draft(providerId: string): Record<string, string> {
    return this.#drafts.of(providerId);
  }

  submit(provider: ProviderWithLogin, values: Record<string, string>): void {
    this.#drafts.keep(provider, values);
    this.#announcer.reset();
    this.linking ??= this.#newLinking();
    this.#reporter.tell("CREDENTIALS_SUBMITTED", { accountId: null, providerId: provider.id });
    this.move({ type: "submitted" });
    void this.linking?.submit(provider, values);
  }

  answer(prompt: Prompt, answer: string): void {
    const { progress } = this.linking ?? {};
    if (!progress) return;
    this.#reporter.tell("MFA_SUBMITTED", progress);
    this.move({ type: "answered" });
    void this.linking?.answer(prompt, answer);
  }

  /** Rejects when it could not be sent again; the screen says so and offers another try. */
  async resend(prompt: Prompt): Promise<void> {
    this.move({ type: "resending" });
    await this.#orExpire(this.linking?.resend(prompt) ?? Promise.resolve());
  }

  /** The address by which a person leaves for the source's own page, to come back to `returnTo` where the whole page is left. */
  async departure(prompt: Prompt, returnTo: string | null = null): Promise<string> {
    const { accountId = "" } = this.linking?.progress ?? {};
    return (await this.#orExpire(this.#api.redirect(accountId, { promptId: prompt.id, returnTo }))).url;
  }

  async leave(prompt: Prompt): Promise<void> {
    const url = await this.departure(prompt, this.host.pageUrl);
    this.#reporter.stay();
    this.host.navigate(url);
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
    await this.#orExpire(this.#api.remove(account.id));
    this.accounts = this.accounts.filter(({ id }) => id !== account.id);
    this.#announcer.removed(account);
  }

  close(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#visit.forget();
    this.linking?.stop();
    this.#reporter.tell("WIDGET_CLOSED");
    this.host.call("onClose", { reason });
  }

  move(move: Move): void {
    const before = this.screen;
    this.screen = next(before, move, this.rules);
    if (this.screen === before) return;
    if (this.screen.name === "login") void this.#loadLogin(this.screen.providerId);
    if (this.screen.name === "expired") {
      this.linking?.stop();
      this.#visit.forget();
      this.host.call("onTokenExpired", {});
      this.#reporter.tell("TOKEN_EXPIRED");
    }
  }

  #listed(providerId: string | null): Provider | null {
    return this.catalogue.items.find(({ id }) => id === providerId) ?? null;
  }

  async #loadLogin(providerId: string): Promise<void> {
    if (this.provider?.id === providerId) return;
    this.provider = null;
    const stillWanted = () => this.screen.name === "login" && this.screen.providerId === providerId;
    try {
      const provider = await this.#api.provider(providerId);
      if (!stillWanted()) return;
      this.provider = provider;
      if (provider.health === "DOWN") this.move({ type: "isDown", providerId });
      else if (!provider.accountConnection && this.takesUploads) this.openUpload(providerId);
    } catch (error) {
      if (stillWanted()) this.#fail(error, "login");
    }
  }

  #newLinking(): Linking | null {
    if (!this.session) return null;
    return new Linking(this.#api, this.session, {
      created: (progress) => this.#announcer.created(progress),
      begun: ({ accountId }) => this.#visit.connecting(accountId),
      progressed: (progress) => this.#onProgress(progress),
      formRefused: () => this.#onFormRefused(),
      answerRefused: () => this.move({ type: "answerRefused" }),
      troubled: (error, during) => this.#fail(error, during),
    });
  }

  #onProgress(progress: Progress): void {
    this.#announcer.progressed(progress);
    const { stage } = progress;
    if (isOver(progress)) this.#visit.connecting(null);
    if (stage === "FAILED") void this.#refreshAccounts();
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

  /** The form comes anew: its source can have gone down since, and then it is not the form that is wrong. */
  #onFormRefused(): void {
    this.provider = null;
    this.move({ type: "formRefused" });
  }

  /** Takes up an account that was being connected when the page went away. False when there is none. */
  async #resumeLinking(): Promise<boolean> {
    const account = this.accounts.find(({ id }) => id === this.#visit.accountId);
    if (!account || this.rules.asks) return false;
    try {
      this.provider = await this.#api.provider(account.providerId);
      this.linking ??= this.#newLinking();
      this.move({ type: "resumed", providerId: account.providerId });
      await this.linking?.resume(account.id);
      return true;
    } catch (error) {
      if (troubleOf(error).kind !== "refused") throw error;
      this.#visit.connecting(null);
      return false;
    }
  }

  #onWake(): void {
    this.linking?.wake();
    if (this.#visit.isDue && !this.#closed) this.#orExpire(this.#api.currentSession()).catch(() => {});
  }

  /** The network is back: what failed for want of it is tried again. */
  #onBack(): void {
    if (this.screen.name === "trouble" && this.screen.kind === "network") this.retry();
    this.catalogue.onBack();
  }

  async #orExpire<Answer>(request: Promise<Answer>): Promise<Answer> {
    try {
      return await request;
    } catch (error) {
      if (troubleOf(error).kind === "expired") this.#expire();
      throw error;
    }
  }

  #expire(): void {
    this.move({ type: "troubled", during: "start", kind: "expired" });
  }

  #fail(error: unknown, during: During): void {
    this.trouble = troubleOf(error);
    this.move({ type: "troubled", during, kind: this.trouble.kind });
  }
}
