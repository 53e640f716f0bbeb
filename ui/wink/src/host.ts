import type {
  CallbackName,
  CallbackPayload,
  Connect,
  Ready,
  ToPage,
  ToWidget,
  WidgetOptions,
} from "../../shared/protocol";
import { claim } from "../../shared/token";

/** The longest address that the server sends a person back to. */
const MAX_PAGE_URL = 2048;

/** The page around the iframe. */
export interface Host {
  options: WidgetOptions;
  /** The id of the link token that the widget's own page was opened for; null where it was opened for none. */
  pageTokenId: string | null;
  /** Where the person comes back to after the whole page was left; null where that cannot be. */
  pageUrl: string | null;
  /** Leaves the whole page for another address. */
  navigate: (url: string) => void;
  defaults: Partial<WidgetOptions>;
  call: <Name extends CallbackName>(name: Name, payload: CallbackPayload<Name>) => void;
  onDismiss: (listener: () => void) => void;
}

/**
 * Whether the page hands in the token that the widget was opened for. Who may have the widget on its page is decided by that
 * one, so another is none of its own.
 */
export function isTokenOfPage({ pageTokenId, options }: Pick<Host, "pageTokenId" | "options">): boolean {
  return pageTokenId === null || claim(options.userToken, "jti") === pageTokenId;
}

/** Says that the widget is ready, and waits for the first answer of the page that holds it. */
export function connectToHost(page: Window): Promise<Host> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent<Connect | undefined>) => {
      const port = event.ports[0];
      if (event.source !== page || event.data?.sahod !== "connect" || !port) return;
      removeEventListener("message", onMessage);
      let dismiss = () => {};
      port.onmessage = ({ data }: MessageEvent<ToWidget>) => {
        if (data.type === "dismiss") dismiss();
      };
      const { pageUrl } = event.data;
      resolve({
        options: event.data.options,
        pageTokenId: new URLSearchParams(location.search).get("id"),
        pageUrl: pageUrl && pageUrl.length <= MAX_PAGE_URL ? pageUrl : null,
        navigate: (url) => port.postMessage({ type: "navigate", url } satisfies ToPage),
        defaults: event.data.defaults,
        call: (name, payload) => port.postMessage({ type: "callback", name, payload } as ToPage),
        onDismiss: (listener) => {
          dismiss = listener;
        },
      });
    };
    addEventListener("message", onMessage);
    page.postMessage({ sahod: "ready" } satisfies Ready, "*");
  });
}
