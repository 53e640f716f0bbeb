import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { UIEventName } from "../../shared/protocol";
import type { ModalOptions } from "./options";

const reference = readFileSync("../docs/wink.md", "utf8");

/** As an object, so that the compiler finds what is missing. */
const options = {
  userToken: true,
  apiHost: true,
  templateId: true,
  topProviders: true,
  providers: true,
  enableSearchBar: true,
  enableTypeBar: true,
  enableUpload: true,
  enableConsentPage: true,
  companyName: true,
  onAccountCreated: true,
  onAccountConnected: true,
  onAccountRemoved: true,
  onAccountError: true,
  onTokenExpired: true,
  onClose: true,
  onUploadsCreated: true,
  onUploadsRemoved: true,
  onUIEvent: true,
} satisfies Record<keyof ModalOptions, true>;

const events = {
  WIDGET_OPENED: true,
  CONSENT_SHOWN: true,
  CONSENT_ACCEPTED: true,
  CONSENT_DECLINED: true,
  PROVIDER_SEARCHED: true,
  PROVIDER_TYPE_FILTERED: true,
  PROVIDER_SELECTED: true,
  PROVIDER_NOT_FOUND: true,
  CREDENTIALS_SUBMITTED: true,
  MFA_REQUESTED: true,
  MFA_SUBMITTED: true,
  ACCOUNT_CONNECTED: true,
  ACCOUNT_FAILED: true,
  ACCOUNT_REMOVED: true,
  UPLOAD_CREATED: true,
  UPLOAD_REMOVED: true,
  TOKEN_EXPIRED: true,
  WIDGET_CLOSED: true,
} satisfies Record<UIEventName, true>;

it.each(Object.keys({ ...options, ...events }))("docs/wink.md has a row for %s", (name) => {
  expect(reference).toMatch(new RegExp(`^\\|[^|]*\`${name}\``, "m"));
});
