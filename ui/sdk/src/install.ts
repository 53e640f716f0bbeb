import type { WidgetOptions } from "../../shared/protocol";
import { makeModalClass } from "./modal";

declare global {
  interface Window {
    SmileLinkModal: ReturnType<typeof makeModalClass>;
  }
}

/** Must run while the script is first evaluated: only then does the browser say where it came from. */
export function install(defaults: Partial<WidgetOptions>): void {
  const script = document.currentScript ?? [...document.querySelectorAll('script[src*="/smile.v"]')].pop();
  if (!(script instanceof HTMLScriptElement) || !script.src) {
    console.error("SmileLinkModal: load this file with a <script src> tag.");
    return;
  }
  window.SmileLinkModal = makeModalClass(script.src, defaults);
}
