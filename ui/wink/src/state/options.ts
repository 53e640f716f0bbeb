import type { WidgetOptions } from "../../../shared/protocol";
import type { WinkOptions } from "../api/types";
import type { Rules } from "./machine";

type Given = Partial<WidgetOptions>;

/** A setting that is there but empty says nothing. */
function said(options: Given | WinkOptions): Given {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));
}

/** What the page gives in code counts most, then the template, then the defaults of the script's version. */
export function mergedOptions(page: WidgetOptions, template: Given | WinkOptions, defaults: Given): WidgetOptions {
  return { ...page, ...said(defaults), ...said(template), ...said(page) };
}

/** What the options mean for the way through the screens. */
export function rulesOf({ enableConsentPage = true, providers = [] }: WidgetOptions, agreed: boolean): Rules {
  return {
    consentPage: enableConsentPage,
    asks: enableConsentPage && !agreed,
    only: providers.length === 1 ? (providers[0] ?? null) : null,
  };
}
