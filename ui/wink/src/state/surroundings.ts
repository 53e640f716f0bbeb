/** The browser around the widget. */

/** Inside another app: there, a page that opens a window loses it, or is itself replaced. */
export function isWebView(userAgent: string): boolean {
  if (/; wv\)|FBAN|FBAV|Instagram|Line\//.test(userAgent)) return true;
  return /iPhone|iPad|iPod/.test(userAgent) && !/Safari\//.test(userAgent);
}

/** An empty window, which cannot reach back. Null when the browser refuses. */
export function openWindow(): Window | null {
  const opened = window.open("", "_blank", "popup,width=480,height=720");
  if (!opened) return null;
  try {
    opened.opener = null;
  } catch {
    // In a sandboxed page even an empty window is out of reach; there, the widget has nothing that could be reached.
  }
  return opened;
}

/** Sends a window to a web address. Throws when it is none. */
export function lead(opened: Window, url: string): void {
  if (!isWebUrl(url)) throw new Error("no web address");
  opened.location.replace(url);
}

export function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
