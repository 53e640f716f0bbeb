import { en } from "./en";
import type { Language } from "./languages";

/** What is spoken now. Whoever reads it while drawing is drawn anew when it changes. */
class Current {
  language = $state<Language>("en");
  /** For `Intl`. */
  locale = $state("en");
  texts = $state.raw<Readonly<Record<string, string>>>(en);
}

export const current = new Current();
