import { button, el } from "./dom";

/** An error with a way out of it. */
export function errorNotice(text: string, retry?: () => void, label = "Try again"): HTMLElement {
  return el(
    "div",
    { class: "notice bad" },
    el("p", {}, text),
    retry && button(label, retry, { class: "button small" }),
  );
}

export function emptyNotice(text: string): HTMLElement {
  return el("p", { class: "empty" }, text);
}

export function loadingNotice(text: string): HTMLElement {
  return el("p", { class: "empty loading" }, text);
}
