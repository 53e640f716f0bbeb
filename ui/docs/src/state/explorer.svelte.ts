import { type Credentials, type Draft, faultsOf } from "../requests/drafts";
import type { Language } from "../requests/snippets";
import { ApiDocument, type ApiServer, type Operation } from "../spec/document";
import type { RawDocument } from "../spec/types";
import { type Route, routeOf } from "./routes";
import { Trial } from "./trial.svelte";

/** What the reader has chosen and typed. In memory only: a reload forgets the key, as it should. */
export class Explorer {
  readonly document: ApiDocument;
  route = $state.raw<Route>({ page: "overview" });
  search = $state("");
  server = $state.raw<ApiServer | null>(null);
  credentials = $state<Credentials>({ key: "", secret: "" });
  language = $state<Language>("curl");
  readonly #trials = new Map<string, Trial>();

  constructor(document: ApiDocument) {
    this.document = document;
    this.server = document.servers.find(({ isSandbox }) => isSandbox) ?? document.servers[0] ?? null;
    this.go(location.hash);
  }

  go(hash: string): void {
    this.route = routeOf(hash);
  }

  /** An operation's form and answer, as they were left. */
  trialOf(operation: Operation): Trial {
    let trial = this.#trials.get(operation.id);
    if (!trial) {
      trial = new Trial(this.document, operation);
      this.#trials.set(operation.id, trial);
    }
    return trial;
  }

  faultsOf(trial: Trial): Map<string, string> {
    return faultsOf(trial.operation, trial.values, this.credentials);
  }

  draftOf(trial: Trial): Draft {
    return trial.draft(this.server?.url ?? "");
  }

  /** Whether a call should be asked about first: what it does cannot be undone, or it concerns real people. */
  asksFirst(operation: Operation): boolean {
    return operation.method === "DELETE" || (operation.method !== "GET" && !this.server?.isSandbox);
  }
}

export async function loadDocument(address: string): Promise<ApiDocument> {
  const response = await fetch(address, { credentials: "omit" });
  if (!response.ok)
    throw new Error(`The API's description could not be loaded: ${address} answered ${response.status}.`);
  const raw: RawDocument = await response.json();
  return new ApiDocument(raw, address);
}
