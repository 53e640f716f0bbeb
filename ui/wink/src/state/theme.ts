import type { WinkTheme } from "../api/types";
import { accentOf } from "./colour";

/** `--surface` and `--surface-sunk` of `shared/tokens.css`. */
const SURFACES = ["#ffffff", "#f4f7f6"];
const SQUARE: Record<string, string> = { "--radius-s": "0.125rem", "--radius-m": "0.1875rem", "--radius-l": "0.25rem" };

/** Through the CSSOM, which a policy without inline styles allows. */
export function applyTheme({ primaryColor, rounded }: WinkTheme, root: HTMLElement): void {
  const accent = primaryColor ? accentOf(primaryColor, SURFACES) : null;
  const properties = {
    ...(accent && {
      "--accent": accent.accent,
      "--accent-strong": accent.strong,
      "--accent-soft": accent.soft,
      "--on-accent": accent.on,
    }),
    ...(rounded === false ? SQUARE : {}),
  };
  for (const [name, value] of Object.entries(properties)) root.style.setProperty(name, value);
}

/** Pictures come over a line that nobody can change, or not at all. */
export function logoOf(theme: WinkTheme | undefined): string {
  return theme?.logoUrl?.startsWith("https://") ? theme.logoUrl : "";
}
