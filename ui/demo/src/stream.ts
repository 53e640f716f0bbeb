/** What webhooks bring to the server, passed on to this page as it comes. */

import { rawBody } from "./api";

export interface ReceivedEvent {
  at: Date;
  signatureValid: boolean;
  id: string;
  type: string;
  raw: string;
}

export type StreamState = "connecting" | "open" | "stopped";

/** The browser reconnects by itself after a lost connection; `stopped` means that it will not. */
export function watch(
  userId: string,
  onEvent: (event: ReceivedEvent) => void,
  onState: (state: StreamState) => void,
): () => void {
  const source = new EventSource(`api/stream?${new URLSearchParams({ userId })}`);
  onState("connecting");
  source.addEventListener("open", () => onState("open"));
  source.addEventListener("error", () => onState(source.readyState === EventSource.CLOSED ? "stopped" : "connecting"));
  source.addEventListener("webhook", ({ data }: MessageEvent<string>) => {
    const { receivedAt, signatureValid, body } = JSON.parse(data);
    onEvent({
      at: new Date(receivedAt),
      signatureValid,
      id: String(body.id ?? ""),
      type: String(body.type ?? "unknown"),
      raw: rawBody(data),
    });
  });
  return () => source.close();
}
