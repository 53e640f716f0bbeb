import type { UIEvent, UIEventName } from "../../../shared/protocol";
import type { Session } from "../api/types";

export type About = { accountId: string | null; providerId: string } | { archiveId: string } | null;

/** Ids only: whatever a person typed stays out, and so does every other field of `about`. */
export function uiEvent(eventName: UIEventName, session: Session | null, about: About): UIEvent {
  return {
    eventName,
    eventTime: new Date().toISOString(),
    mode: session?.mode ?? null,
    userId: session?.userId ?? null,
    account: about && "providerId" in about ? { accountId: about.accountId, providerId: about.providerId } : null,
    archive: about && "archiveId" in about ? { archiveId: about.archiveId } : null,
  };
}
