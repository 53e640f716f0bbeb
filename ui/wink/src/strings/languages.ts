export const LANGUAGES = ["en", "fil", "id", "zh-Hans", "hi"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words, for someone who reads no other. */
export const languageNames: Record<Language, string> = {
  en: "English",
  fil: "Filipino",
  id: "Bahasa Indonesia",
  "zh-Hans": "简体中文",
  hi: "हिन्दी",
};

/** What the widget speaks to someone with this language tag; null when it has nothing near. */
function languageOf(tag: string): Language | null {
  const [language, ...rest] = tag.toLowerCase().split(/[-_]/);
  switch (language) {
    case "en":
    case "hi":
    case "id":
    case "fil":
      return language;
    case "tl":
      return "fil";
    case "in":
      return "id";
    case "zh":
      // Someone who reads traditional characters may rather read English than simplified ones.
      return !rest.includes("hans") && rest.some((part) => ["hant", "tw", "hk", "mo"].includes(part))
        ? "en"
        : "zh-Hans";
    default:
      return null;
  }
}

/** The template's language, or else the first of the browser's that the widget speaks. */
export function chooseLanguage(template: string | null | undefined, browser: readonly string[]): Language {
  for (const tag of template ? [template, ...browser] : browser) {
    const language = languageOf(tag);
    if (language) return language;
  }
  return "en";
}

/** For dates and numbers: the browser's own kind of the language, such as `en-PH`, where it has one. */
export function localeOf(language: Language, browser: readonly string[]): string {
  return browser.find((tag) => languageOf(tag) === language && tag.split("-")[0] === language) ?? language;
}
