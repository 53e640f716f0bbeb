/**
 * Keeps the keyboard inside the widget, which is a dialog for the page around it, and lets Escape close it. A part that
 * uses Escape itself (a confirmation) prevents the default first.
 */
export function keepTabInside(page: Document, onEscape: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      onEscape();
    }
    if (event.key !== "Tab") return;
    const all = [...page.querySelectorAll<HTMLElement>("button, input, select, summary, a[href]")].filter(
      (element) => !element.matches(":disabled") && element.getClientRects().length > 0,
    );
    const edge = event.shiftKey ? all[0] : all.at(-1);
    const other = event.shiftKey ? all.at(-1) : all[0];
    if (other && page.activeElement === edge) {
      event.preventDefault();
      other.focus();
    }
  };
  page.addEventListener("keydown", onKey);
  return () => page.removeEventListener("keydown", onKey);
}
