/** The widget, as any customer's page uses it: one script, one class, a callback for everything. */

import type { CallbackName, Callbacks } from "../../shared/protocol";
import { Problem } from "./api";

const CALLBACKS: CallbackName[] = [
  "onAccountCreated",
  "onAccountConnected",
  "onAccountRemoved",
  "onAccountError",
  "onTokenExpired",
  "onClose",
  "onUploadsCreated",
  "onUploadsRemoved",
  "onUIEvent",
];

let loading: Promise<void> | null = null;

/** Loads the script once; a failed try can be repeated. */
export function loadWidget(url: string): Promise<void> {
  loading ??= new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      script.remove();
      loading = null;
      reject(new Problem("WIDGET_MISSING", `The widget could not be loaded from ${url}. Is the server running?`));
    });
    document.head.append(script);
  });
  return loading;
}

/** A link token opens the widget once, so every opening takes a fresh one. */
export function openWidget(
  options: { userToken: string; companyName: string; topProviders: string[] },
  onCallback: (name: CallbackName, payload: unknown) => void,
): { close: () => void } {
  const callbacks: Callbacks = Object.fromEntries(
    CALLBACKS.map((name) => [name, (payload: unknown) => onCallback(name, payload)]),
  );
  const modal = new window.SmileLinkModal({ ...options, ...callbacks });
  modal.open();
  return modal;
}
