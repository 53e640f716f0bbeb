import type { Callbacks, WidgetOptions } from "../../shared/protocol";
import { defaultApiHost, isWebAddress, tokenMode } from "./hosts";

/** What a customer passes to `new SmileLinkModal(...)`. */
export type ModalOptions = Omit<WidgetOptions, "apiHost"> & { apiHost?: string } & Callbacks;

const MAX_TOP_PROVIDERS = 10;
const TEXTS = ["templateId", "companyName"] as const;
const LISTS = ["topProviders", "providers"] as const;
const SWITCHES = ["enableSearchBar", "enableTypeBar", "enableUpload", "enableConsentPage"] as const;
const CALLBACKS = [
  "onAccountCreated",
  "onAccountConnected",
  "onAccountRemoved",
  "onAccountError",
  "onTokenExpired",
  "onClose",
  "onUploadsCreated",
  "onUploadsRemoved",
  "onUIEvent",
] as const;

function refuse(what: string): never {
  throw new TypeError(`SmileLinkModal: ${what}`);
}

const isText = (value: unknown): value is string => typeof value === "string";

function apiHostOf(given: unknown, userToken: string, base: string): string {
  if (given) {
    if (!isWebAddress(given)) {
      refuse('apiHost must be a full address, such as "https://link-sandbox.example.com/v1".');
    }
    return given.replace(/\/+$/, "");
  }
  const mode = tokenMode(userToken);
  if (!mode) refuse("userToken is not a link token; get a fresh one from POST /tokens. Or give apiHost.");
  return (
    defaultApiHost(base, mode) ?? refuse("apiHost cannot be worked out from the script's address; please give it.")
  );
}

/** Checks everything in one place, so that a mistake shows at the `new`, not later in the widget. */
export function readOptions(options: ModalOptions, base: string): { widget: WidgetOptions; callbacks: Callbacks } {
  if (!options || typeof options !== "object") refuse("options are missing.");
  const { userToken } = options;
  if (!isText(userToken) || !userToken.trim()) {
    refuse("userToken is missing; your server gets one from POST /users or POST /tokens.");
  }

  const widget: Record<string, unknown> = {};
  const take = (names: readonly (keyof ModalOptions)[], valid: (value: unknown) => boolean, kind: string) => {
    for (const name of names) {
      const value = options[name];
      if (value === undefined || value === null) continue;
      if (!valid(value)) refuse(`${name} must be ${kind}.`);
      widget[name] = value;
    }
  };
  take(TEXTS, isText, "a text");
  take(LISTS, (value) => Array.isArray(value) && value.every(isText), "a list of provider ids");
  take(SWITCHES, (value) => typeof value === "boolean", "true or false");
  if ((options.topProviders?.length ?? 0) > MAX_TOP_PROVIDERS) {
    refuse(`topProviders takes at most ${MAX_TOP_PROVIDERS} provider ids.`);
  }

  const callbacks: Record<string, unknown> = {};
  for (const name of CALLBACKS) {
    const callback = options[name];
    if (callback === undefined || callback === null) continue;
    if (typeof callback !== "function") refuse(`${name} must be a function.`);
    callbacks[name] = callback;
  }

  widget.userToken = userToken.trim();
  widget.apiHost = apiHostOf(options.apiHost, userToken, base);
  return { widget: widget as unknown as WidgetOptions, callbacks };
}
