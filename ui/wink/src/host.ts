import type {
  CallbackName,
  CallbackPayload,
  Connect,
  Ready,
  ToPage,
  ToWidget,
  WidgetOptions,
} from "../../shared/protocol";

/** The longest address that the server sends a person back to. */
const MAX_PAGE_URL = 2048;

/** The page around the iframe. */
export interface Host {
  options: WidgetOptions;
  /** Where the person comes back to after the whole page was left; null where that cannot be. */
  pageUrl: string | null;
  /** Leaves the whole page for another address. */
  navigate: (url: string) => void;
  defaults: Partial<WidgetOptions>;
  call: <Name extends CallbackName>(name: Name, payload: CallbackPayload<Name>) => void;
  onDismiss: (listener: () => void) => void;
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
