import type { UIEventName } from "../../../shared/protocol";
import type { LinkApi, Step } from "../api/client";
import type { Session } from "../api/types";
import type { Host } from "../host";
import { type About, uiEvent } from "./events";

const STEPS: Partial<Record<UIEventName, Step>> = {
  CONSENT_ACCEPTED: "CONSENTED",
  CONSENT_DECLINED: "DECLINED",
  PROVIDER_SEARCHED: "SEARCHED",
  PROVIDER_SELECTED: "CHOSEN",
  PROVIDER_NOT_FOUND: "NOT_FOUND",
  WIDGET_CLOSED: "CLOSED",
};

/** A person searches letter by letter and closes but once; nobody has to know more than that they did. */
const ONCE: readonly Step[] = ["SEARCHED", "CLOSED"];

/** Says what happens, to the customer's page as events and to the server as steps. Nobody waits for either. */
export class Reporter {
  session: Session | null = null;
  readonly #said = new Set<Step>();

  constructor(
    readonly host: Host,
    readonly api: LinkApi,
  ) {}

  tell(eventName: UIEventName, about: About = null): void {
    this.host.call("onUIEvent", uiEvent(eventName, this.session, about));
    const step = STEPS[eventName];
    if (step) this.#send(step, about && "providerId" in about ? about.providerId : null);
  }

  /** The page goes away without a word, as when its tab is closed. */
  gone(): void {
    this.#send("CLOSED", null);
  }

  /** The person comes back, so nothing is closed. */
  stay(): void {
    this.#said.add("CLOSED");
  }

  #send(step: Step, providerId: string | null): void {
    if (!this.session || (this.#said.has(step) && ONCE.includes(step))) return;
    this.#said.add(step);
    void this.api.step(step, providerId).catch(() => {});
  }
}
