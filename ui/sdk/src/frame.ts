/**
 * The dialog that holds the widget. Styled through the CSSOM only: a host page may forbid style attributes and style
 * elements, and its own style sheets must not reach in, hence `all: initial` and `!important`.
 */

type Rules = Record<string, string>;

const Z_TOP = "2147483647";
const WIDE = "(min-width: 600px) and (min-height: 480px)";
const ENTER_MS = 180;

function style(element: HTMLElement, rules: Rules): void {
  for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value, "important");
}

export interface Frame {
  window: () => Window | null;
  focus: () => void;
  remove: () => void;
}

/**
 * Shows the dialog. `onDismiss`: Escape, or a click beside the card, asks to close. `onGone`: the browser has closed the
 * dialog by itself, as some do when a person insists.
 */
export function showFrame(url: string, title: string, onDismiss: () => void, onGone: () => void): Frame {
  const opener = document.activeElement;
  const dialog = document.createElement("dialog");
  const iframe = document.createElement("iframe");

  dialog.setAttribute("aria-label", title);
  dialog.setAttribute("aria-modal", "true");
  iframe.title = title;
  iframe.referrerPolicy = "no-referrer";
  iframe.src = url;

  style(dialog, {
    all: "initial",
    position: "fixed",
    inset: "0",
    width: "100%",
    height: "100%",
    "max-width": "none",
    "max-height": "none",
    display: "flex",
    "align-items": "center",
    "justify-content": "center",
    background: "rgba(16, 27, 33, 0.6)",
    "z-index": Z_TOP,
  });

  const wide = matchMedia(WIDE);
  const resize = () =>
    style(iframe, {
      all: "initial",
      display: "block",
      width: wide.matches ? "420px" : "100%",
      height: wide.matches ? "min(720px, calc(100% - 48px))" : "100%",
      "border-radius": wide.matches ? "20px" : "0",
      "box-shadow": wide.matches ? "0 24px 64px rgba(16, 27, 33, 0.32)" : "none",
      background: "#fff",
      "color-scheme": "light",
    });
  resize();
  wide.addEventListener("change", resize);

  dialog.append(iframe);
  (document.body ?? document.documentElement).append(dialog);

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    onDismiss();
  });
  dialog.addEventListener("close", onGone);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) onDismiss();
  });

  // Browsers without modal dialogs still get an overlay on top of everything.
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");

  if (dialog.animate && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    dialog.animate({ opacity: [0, 1] }, ENTER_MS);
  }

  const unlock = lockScroll();

  return {
    window: () => iframe.contentWindow,
    focus: () => iframe.focus(),
    remove: () => {
      wide.removeEventListener("change", resize);
      dialog.remove();
      unlock();
      if (opener instanceof HTMLElement) opener.focus();
    },
  };
}

/** Keeps the page behind still, without the jump that a vanishing scroll bar makes. */
function lockScroll(): () => void {
  const { style: root, clientWidth } = document.documentElement;
  const before = { overflow: root.overflow, padding: root.paddingRight };
  const scrollBar = innerWidth - clientWidth;
  root.overflow = "hidden";
  if (scrollBar > 0) root.paddingRight = `${scrollBar}px`;
  return () => {
    root.overflow = before.overflow;
    root.paddingRight = before.padding;
  };
}
