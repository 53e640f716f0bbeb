/**
 * What the customer's page (SDK) and the widget in the iframe say to each other.
 *
 * 1. widget to page, window message: {@link Ready}, to any origin, because it says nothing.
 * 2. page to widget, window message with a `MessagePort`: {@link Connect}, to the widget's origin only.
 * 3. everything else on that port: {@link ToWidget} and {@link ToPage}.
 */

export interface WidgetOptions {
  userToken: string;
  apiHost: string;
  templateId?: string;
  topProviders?: string[];
  providers?: string[];
  enableSearchBar?: boolean;
  enableTypeBar?: boolean;
  enableUpload?: boolean;
  enableConsentPage?: boolean;
  companyName?: string;
}

export type CloseReason = "close" | "exit" | "error";

interface AccountRef {
  accountId: string;
  userId: string;
  providerId: string;
}

interface UploadsRef {
  uploads: string[];
  userId: string;
}

/** Steps of the person through the widget, as `onUIEvent` names them. `docs/wink.md` explains each. */
export type UIEventName =
  | "WIDGET_OPENED"
  | "CONSENT_SHOWN"
  | "CONSENT_ACCEPTED"
  | "CONSENT_DECLINED"
  | "PROVIDER_SEARCHED"
  | "PROVIDER_TYPE_FILTERED"
  | "PROVIDER_SELECTED"
  | "PROVIDER_NOT_FOUND"
  | "CREDENTIALS_SUBMITTED"
  | "MFA_REQUESTED"
  | "MFA_SUBMITTED"
  | "ACCOUNT_CONNECTED"
  | "ACCOUNT_FAILED"
  | "ACCOUNT_REMOVED"
  | "UPLOAD_CREATED"
  | "UPLOAD_REMOVED"
  | "TOKEN_EXPIRED"
  | "WIDGET_CLOSED";

export interface UIEvent {
  eventName: UIEventName;
  eventTime: string;
  mode: "SANDBOX" | "PRODUCTION" | null;
  userId: string | null;
  account: { accountId: string | null; providerId: string } | null;
  archive: { archiveId: string } | null;
  /** Of `PROVIDER_NOT_FOUND` only: what the person searched for in vain; empty when they did not search. */
  query?: string;
}

export interface Callbacks {
  onAccountCreated?: (account: AccountRef) => void;
  onAccountConnected?: (account: AccountRef) => void;
  onAccountRemoved?: (account: AccountRef) => void;
  onAccountError?: (account: AccountRef & { errorCode: string }) => void;
  onTokenExpired?: (nothing: Record<string, never>) => void;
  onClose?: (how: { reason: CloseReason }) => void;
  onUploadsCreated?: (uploads: UploadsRef) => void;
  onUploadsRemoved?: (uploads: UploadsRef) => void;
  onUIEvent?: (event: UIEvent) => void;
}

export type CallbackName = keyof Callbacks;
export type CallbackPayload<Name extends CallbackName> = Parameters<NonNullable<Callbacks[Name]>>[0];

export interface Ready {
  sahod: "ready";
}

export interface Connect {
  sahod: "connect";
  /** What the customer gave in code. */
  options: WidgetOptions;
  /** The customer's page, for a person who leaves it and comes back; null where it has no address of its own. */
  pageUrl: string | null;
  /** What holds where neither the customer's code nor their template says anything. */
  defaults: Partial<WidgetOptions>;
}

/** `dismiss`: Escape was pressed, or the backdrop clicked, outside the iframe. */
export type ToWidget = { type: "dismiss" };

/**
 * `callback` with `onClose` is the last message; the page then takes the iframe away. `navigate`: the page leaves for
 * a web address, such as a data source's own sign-in.
 */
export type ToPage =
  | { type: "navigate"; url: string }
  | { [Name in CallbackName]: { type: "callback"; name: Name; payload: CallbackPayload<Name> } }[CallbackName];
