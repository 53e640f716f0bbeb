import files from "virtual:language-files";
import { current } from "./current.svelte";
import { en } from "./en";
import { t } from "./index";
import { type Language, localeOf } from "./languages";

type Texts = Readonly<Record<string, string>>;

declare global {
  interface Window {
    /** Called by the file of a language with its texts. */
    sahodStrings?: (language: Language, texts: Texts) => void;
  }
}

const known = new Map<Language, Texts>([["en", en]]);
let wanted: Language = "en";

/** By a classic script: a widget without an origin can load that, but neither a module nor data. */
async function load(language: Exclude<Language, "en">): Promise<void> {
  window.sahodStrings = (name, texts) => known.set(name, texts);
  const script = document.createElement("script");
  script.src = files[language];
  await new Promise((resolve) => {
    script.onload = resolve;
    script.onerror = resolve;
    document.head.append(script);
  });
  script.remove();
}

/** Changes the language of everything on screen. One that cannot be loaded leaves the words as they are. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  if (language !== "en" && !known.has(language)) await load(language);
  const texts = known.get(language);
  // Meanwhile another one may have been asked for.
  if (!texts || wanted !== language) return;
  current.texts = texts;
  current.language = language;
  current.locale = localeOf(language, navigator.languages);
  document.documentElement.lang = language;
  document.title = t("app.title");
}
