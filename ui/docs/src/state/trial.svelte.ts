import { type Credentials, type Draft, draftOf, fillable, keyOf, type Values } from "../requests/drafts";
import { Failure, type Received, send } from "../requests/sending";
import type { ApiDocument, Operation } from "../spec/document";
import { examplesOf, mediaOf } from "../spec/examples";

/** One operation's form, and what came back. */
export class Trial {
  readonly exampleBody: string;
  values = $state<Values>({ parameters: {}, body: "" });
  status = $state<"new" | "sending" | "received" | "failed">("new");
  received = $state.raw<Received | null>(null);
  failure = $state("");
  /** Which page of a list the answer is. */
  page = $state(1);
  #stop = new AbortController();

  constructor(
    document: ApiDocument,
    readonly operation: Operation,
  ) {
    const media = mediaOf(operation.body?.content)?.media;
    this.exampleBody = (media && examplesOf(document, media)[0]?.text) ?? "";
    this.values.body = this.exampleBody;
    this.values.parameters = Object.fromEntries(fillable(operation).map((parameter) => [keyOf(parameter), ""]));
  }

  draft(serverUrl: string): Draft {
    return draftOf(this.operation, serverUrl, this.values);
  }

  get hasNextPage(): boolean {
    return this.status === "received" && this.received?.nextCursor != null && "query:cursor" in this.values.parameters;
  }

  async send(draft: Draft, credentials: Credentials, page = 1): Promise<void> {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.status = "sending";
    try {
      const received = await send(draft, credentials, stop.signal);
      if (this.#stop !== stop) return;
      this.received = received;
      this.page = page;
      this.status = "received";
    } catch (error) {
      if (this.#stop !== stop) return;
      this.failure = error instanceof Failure ? error.message : "The request could not be made from these values.";
      this.status = "failed";
    }
  }

  /** A cursor carries its list's filters, and what the form says about them is still true. */
  nextPage(serverUrl: string, credentials: Credentials): Promise<void> {
    const cursor = this.received?.nextCursor;
    if (!cursor) return Promise.resolve();
    this.values.parameters["query:cursor"] = cursor;
    return this.send(this.draft(serverUrl), credentials, this.page + 1);
  }

  stop(): void {
    this.#stop.abort();
  }
}
