import type { UIEventName } from "../../../shared/protocol";
import type { LinkedAccount, Progress, Upload } from "../api/types";
import type { Host } from "../host";
import type { Reporter } from "./reporter";

/** Tells the customer's page what became of accounts and documents, each thing once. */
export class Announcer {
  #connected = false;
  #prompt = "";

  constructor(
    readonly host: Host,
    readonly reporter: Reporter,
  ) {}

  /** A new attempt: what was said of the one before does not count. */
  reset(): void {
    this.#connected = false;
    this.#prompt = "";
  }

  created({ accountId, userId, providerId }: Progress): void {
    this.host.call("onAccountCreated", { accountId, userId, providerId });
  }

  progressed(progress: Progress): void {
    const { accountId, userId, providerId, prompt, stage } = progress;
    if (progress.connectionStatus === "CONNECTED" && !this.#connected) {
      this.#connected = true;
      this.host.call("onAccountConnected", { accountId, userId, providerId });
      this.reporter.tell("ACCOUNT_CONNECTED", progress);
    }
    if (stage === "WAITING_FOR_ANSWER" && prompt && prompt.id !== this.#prompt) {
      this.#prompt = prompt.id;
      this.reporter.tell("MFA_REQUESTED", progress);
    }
    if (stage === "FAILED") {
      const errorCode = progress.errorCode ?? "SYSTEM_ERROR";
      this.host.call("onAccountError", { accountId, userId, providerId, errorCode });
      this.reporter.tell("ACCOUNT_FAILED", progress);
    }
  }

  removed({ id: accountId, userId, providerId }: LinkedAccount): void {
    this.host.call("onAccountRemoved", { accountId, userId, providerId });
    this.reporter.tell("ACCOUNT_REMOVED", { accountId, providerId });
  }

  uploaded(upload: Upload): void {
    this.#onUpload("onUploadsCreated", "UPLOAD_CREATED", upload);
  }

  uploadRemoved(upload: Upload): void {
    this.#onUpload("onUploadsRemoved", "UPLOAD_REMOVED", upload);
  }

  #onUpload(callback: "onUploadsCreated" | "onUploadsRemoved", event: UIEventName, { id, userId }: Upload): void {
    this.host.call(callback, { uploads: [id], userId });
    this.reporter.tell(event, { archiveId: id });
  }
}
