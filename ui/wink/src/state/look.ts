import type { Session } from "../api/types";
import { chooseLanguage, type Language } from "../strings/languages";
import { speak } from "../strings/speak";
import { applyTheme } from "./theme";
import type { Visit } from "./visit.svelte";

/** How the widget looks and speaks. */
export class Look {
  constructor(readonly visit: () => Visit) {}

  /** The template's colours, and its language unless the person chose one. */
  async dress({ template }: Session): Promise<void> {
    if (template) applyTheme(template.theme, document.documentElement);
    await speak(chooseLanguage(this.visit().language ?? template?.language, navigator.languages));
  }

  speak(language: Language): void {
    this.visit().speak(language);
    void speak(language);
  }
}
