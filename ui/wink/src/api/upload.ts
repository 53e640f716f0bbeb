import { ApiError, errorOfStatus } from "./errors";

/** Files on a slow line take a while; a line that is dead for this long is given up. */
const SILENCE_MS = 60_000;

/**
 * Sends JSON and says how much of it has gone out. By `XMLHttpRequest`, because `fetch` keeps to itself how far it is.
 */
export function post<Data>(
  url: string,
  headers: Record<string, string>,
  body: unknown,
  onSent: (part: number) => void,
): Promise<Data> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stillAlive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      stillAlive();
      if (total) onSent(loaded / total);
    };
    request.onload = () => {
      if (request.status >= 300) {
        reject(errorOfStatus(request.status, request.getResponseHeader("Retry-After")));
        return;
      }
      try {
        resolve(JSON.parse(request.responseText).data);
      } catch {
        reject(new ApiError("network", request.status));
      }
    };
    request.onerror = () => reject(new ApiError("network"));
    request.onabort = () => reject(new ApiError("network"));
    request.onloadend = () => clearTimeout(timer);
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    stillAlive();
    request.send(JSON.stringify(body));
  });
}
