/** The browser around the widget. */

/** Inside another app: there, a page that opens a window loses it, or is itself replaced. */
export function isWebView(userAgent: string): boolean {
  if (/; wv\)|FBAN|FBAV|Instagram|Line\//.test(userAgent)) return true;
  return /iPhone|iPad|iPod/.test(userAgent) && !/Safari\//.test(userAgent);
}

/** A page of another organisation in a window of its own, which cannot reach back. False when the browser refuses. */
export function openWindow(url: string): boolean {
  if (!/^https?:\/\//i.test(url)) return false;
  const opened = window.open("", "_blank", "popup,width=480,height=720");
  if (!opened) return false;
  try {
    opened.opener = null;
  } catch {
    // In a sandboxed page even an empty window is out of reach; there, the widget has nothing that could be reached.
  }
  opened.location.replace(url);
  return true;
}
