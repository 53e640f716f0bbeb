import type { Session } from "../api/types";
import { chooseLanguage, type Language } from "../strings/languages";
import { speak } from "../strings/speak";
import { applyTheme } from "./theme";

/** How the widget looks and speaks. */
export class Look {
  #chosen = false;

  /** The template's colours, and its language unless the person chose one. */
  async dress({ template }: Session): Promise<void> {
    if (template) applyTheme(template.theme, document.documentElement);
    if (!this.#chosen) await speak(chooseLanguage(template?.language, navigator.languages));
  }

  speak(language: Language): void {
    this.#chosen = true;
    void speak(language);
  }
}
