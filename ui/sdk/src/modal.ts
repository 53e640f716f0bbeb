import type {
  CallbackName,
  Callbacks,
  CloseReason,
  Connect,
  Ready,
  ToPage,
  ToWidget,
  WidgetOptions,
} from "../../shared/protocol";
import { showFrame } from "./frame";
import { frameUrl, isWebAddress, webBase } from "./hosts";
import { type ModalOptions, readOptions } from "./options";

const TITLE = "Share your employment and income data";

/** A widget that has not answered by then will not: better to give the page back than to leave an empty frame. */
const READY_TIMEOUT_MS = 20_000;

/** Only one modal can be on screen; opening a second one closes the first. */
let showing: { dismiss: () => void } | null = null;

function run(callbacks: Callbacks, name: CallbackName, payload: unknown): void {
  try {
    (callbacks[name] as ((payload: unknown) => void) | undefined)?.(payload);
  } catch (error) {
    // The customer's own fault must not stop the widget, but must stay visible to them.
    console.error(`SmileLinkModal: ${name} failed.`, error);
  }
}

/**
 * As a person who presses a link. It tells the server from which site they leave, whatever the page's policy says: an address that
 * was sent to somebody else leads nowhere.
 */
function follow(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.referrerPolicy = "origin";
  document.body.append(link);
  link.click();
  link.remove();
}

/** Makes the class that customers use. `scriptUrl` is where this very script was loaded from. */
export function makeModalClass(scriptUrl: string, defaults: Partial<WidgetOptions>, leaveFor = follow) {
  const base = webBase(scriptUrl);

  return class SmileLinkModal {
    readonly #options: WidgetOptions;
    readonly #callbacks: Callbacks;
    #stop: (() => void) | null = null;

    constructor(options: ModalOptions) {
      const { widget, callbacks } = readOptions(options, base);
      this.#options = widget;
      this.#callbacks = callbacks;
    }

    /** Shows the widget; does nothing while it is already shown. */
    open(): void {
      if (this.#stop) return;
      showing?.dismiss();

      let port: MessagePort | null = null;
      const finish = (reason: CloseReason) => {
        if (!this.#stop) return;
        this.close();
        run(this.#callbacks, "onClose", { reason });
      };
      const dismiss = () => finish("close");
      const askToClose = () => {
        if (port) port.postMessage({ type: "dismiss" } satisfies ToWidget);
        else dismiss();
      };
      const frame = showFrame(frameUrl(base, this.#options.userToken), TITLE, askToClose, dismiss);

      const onMessage = (event: MessageEvent<Ready | undefined>) => {
        const target = frame.window();
        if (!target || event.source !== target || event.data?.sahod !== "ready") return;
        const widgetOrigin = new URL(base).origin;
        // In a sandboxed host page the widget has no origin either ("null"), and only "*" reaches it.
        if (event.origin !== widgetOrigin && event.origin !== "null") return;
        port?.close();
        const channel = new MessageChannel();
        port = channel.port1;
        port.onmessage = ({ data }: MessageEvent<ToPage>) => {
          if (data.type === "navigate" && isWebAddress(data.url)) leaveFor(data.url);
          if (data.type !== "callback") return;
          if (data.name === "onClose") finish(data.payload.reason);
          else run(this.#callbacks, data.name, data.payload);
        };
        clearTimeout(timer);
        const pageUrl = isWebAddress(location.href) ? location.href : null;
        const hello: Connect = { sahod: "connect", options: this.#options, defaults, pageUrl };
        target.postMessage(hello, event.origin === "null" ? "*" : widgetOrigin, [channel.port2]);
        frame.focus();
      };
      addEventListener("message", onMessage);

      const timer = setTimeout(() => {
        console.error(`SmileLinkModal: the widget at ${base}wink/ did not load.`);
        finish("error");
      }, READY_TIMEOUT_MS);

      const entry = { dismiss };
      showing = entry;
      this.#stop = () => {
        clearTimeout(timer);
        removeEventListener("message", onMessage);
        port?.close();
        frame.remove();
        if (showing === entry) showing = null;
      };
    }

    /** Takes the widget away without calling `onClose`: the page that calls this knows. */
    close(): void {
      const stop = this.#stop;
      this.#stop = null;
      stop?.();
    }
  };
}
