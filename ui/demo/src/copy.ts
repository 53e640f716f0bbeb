import { announce, button, el, svg } from "./dom";

const SHOWN_MS = 1_600;

export function copyButton(label: string, text: string): HTMLButtonElement {
  const made = button(label, () => void run(), { class: "button small" });
  async function run(): Promise<void> {
    const done = (await copy(text)) ? "Copied" : "Could not copy";
    made.textContent = done;
    announce(done);
    setTimeout(() => {
      made.textContent = label;
    }, SHOWN_MS);
  }
  return made;
}

/** The same with a picture instead of words. */
export function copyIcon(label: string, text: string): HTMLButtonElement {
  const picture = svg(
    "svg",
    { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" },
    svg("path", { class: "sheets", d: "M7.5 7.5h9v9h-9zM12.5 4.5v-1h-9v9h1" }),
    svg("path", { class: "check", d: "m4 10.5 4 4 8-9" }),
  );
  const made = button("", () => void run(), { class: "button icon", "aria-label": label });
  made.append(picture);
  async function run(): Promise<void> {
    const done = await copy(text);
    made.classList.toggle("done", done);
    announce(done ? "Copied" : "Could not copy");
    setTimeout(() => made.classList.remove("done"), SHOWN_MS);
  }
  return made;
}

/** Pages without TLS on another machine's address have no clipboard; there the old way still works. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = el("textarea", { class: "visually-hidden", "aria-hidden": "true", tabindex: -1 });
    field.value = text;
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}
