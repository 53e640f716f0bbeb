import { afterEach, describe, expect, it } from "vitest";
import { labelOf } from "../parts/fields";
import { dateText, listText, t, tCount } from ".";
import { current } from "./current.svelte";
import { en } from "./en";
import fil from "./fil";
import hi from "./hi";
import id from "./id";
import { chooseLanguage, type Language, languageNames, localeOf } from "./languages";
import zhHans from "./zh-Hans";

type Texts = Record<string, string>;

const catalogues: [Language, Texts][] = [
  ["en", en],
  ["fil", fil],
  ["id", id],
  ["zh-Hans", zhHans],
  ["hi", hi],
];
const stems = Object.keys(en).flatMap((key) => /^(.*)\.one$/.exec(key)?.[1] ?? []);
const isForm = (key: string) => stems.some((stem) => key === `${stem}.one` || key === `${stem}.other`);
const plainKeys = (texts: Texts) => Object.keys(texts).filter((key) => !isForm(key));
const gaps = (text = "") => [...new Set(text.match(/\{\w+\}/g))].sort();

describe.each(catalogues)("%s", (language, texts) => {
  it("says what English says, no more and no less", () => {
    expect(plainKeys(texts).sort()).toEqual(plainKeys(en).sort());
  });

  it("has the plural forms of its language", () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const expected = stems.flatMap((stem) => forms.map((form) => `${stem}.${form}`));
    expect(Object.keys(texts).filter(isForm).sort()).toEqual(expected.sort());
  });

  it.each(Object.entries(texts))("%s has a text with the gaps that English has", (key, text) => {
    expect(text.trim()).toBe(text);
    expect(text).not.toBe("");
    const english = (en as Texts)[key] ?? (en as Texts)[key.replace(/other$/, "one")];
    expect(gaps(text)).toEqual(gaps(english));
  });

  it("has a name of its own", () => {
    expect(languageNames[language]).toBeTruthy();
  });
});

describe("the language", () => {
  it.each([
    [null, ["fil-PH", "en"], "fil"],
    [null, ["tl"], "fil"],
    [null, ["zh"], "zh-Hans"],
    [null, ["zh-CN"], "zh-Hans"],
    [null, ["zh-SG"], "zh-Hans"],
    [null, ["zh-Hans-HK"], "zh-Hans"],
    [null, ["zh-TW", "zh-CN"], "en"],
    [null, ["zh-Hant"], "en"],
    [null, ["zh_HK"], "en"],
    [null, ["in-ID"], "id"],
    [null, ["id"], "id"],
    [null, ["hi-IN"], "hi"],
    [null, ["de", "hi"], "hi"],
    [null, ["de"], "en"],
    [null, [], "en"],
    ["hi", ["fil"], "hi"],
    ["xx", ["fil"], "fil"],
  ])("with the template's %j and the browser's %j is %s", (template, browser, expected) => {
    expect(chooseLanguage(template, browser)).toBe(expected);
  });

  it("keeps the browser's own kind of it for dates and numbers", () => {
    expect(localeOf("en", ["fil", "en-PH"])).toBe("en-PH");
    expect(localeOf("fil", ["en-PH"])).toBe("fil");
    expect(localeOf("en", ["zh-TW"])).toBe("en");
  });
});

describe("a language that is spoken", () => {
  afterEach(() => Object.assign(current, { language: "en", locale: "en", texts: en }));

  const speak = (language: Language, texts: Texts) => Object.assign(current, { language, locale: language, texts });

  it("gives the words, the forms, the dates and the lists", () => {
    speak("id", id);
    expect(t("app.close")).toBe("Tutup");
    expect(tCount("providers.found", 1)).toBe("1 hasil");
    expect(tCount("consent.time", 1500)).toContain("1.500 hari");
    expect(dateText("2026-11-28T08:00:00Z")).toBe("28 Nov 2026");
    const field = { name: "login", kind: "LOGIN" as const, label: "E-mail or phone", required: true };
    expect(labelOf({ ...field, accepts: ["EMAIL", "MOBILE"] })).toBe("Email / Nomor ponsel");
    expect(labelOf({ ...field, kind: "TEXT", accepts: [] })).toBe("E-mail or phone");
    speak("hi", hi);
    expect(tCount("providers.unshared", 1)).toBe("1 अकाउंट जुड़ा नहीं है");
    expect(tCount("providers.unshared", 2)).toBe("2 अकाउंट जुड़े नहीं हैं");
    speak("zh-Hans", zhHans);
    expect(listText(["一", "二", "三"])).toBe("一、二和三");
    expect(dateText("2026-11-28T08:00:00Z")).toBe("2026年11月28日");
  });
});
