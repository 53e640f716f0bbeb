import type { UIEvent, UIEventName } from "../../../shared/protocol";
import type { Session } from "../api/types";

export type About =
  | { accountId: string | null; providerId: string }
  | { archiveId: string }
  /** What was searched for in vain: which source is missing is what the customer is told of, and nothing else that was typed. */
  | { query: string }
  | null;

/** Ids only, and a search in vain: whatever else a person typed stays out, and so does every other field of `about`. */
export function uiEvent(eventName: UIEventName, session: Session | null, about: About): UIEvent {
  return {
    eventName,
    eventTime: new Date().toISOString(),
    mode: session?.mode ?? null,
    userId: session?.userId ?? null,
    account: about && "providerId" in about ? { accountId: about.accountId, providerId: about.providerId } : null,
    archive: about && "archiveId" in about ? { archiveId: about.archiveId } : null,
    ...(about && "query" in about && { query: about.query }),
  };
}
