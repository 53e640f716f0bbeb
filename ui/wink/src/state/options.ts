import type { WidgetOptions } from "../../../shared/protocol";

type Given = Partial<WidgetOptions>;

/** A setting that is there but empty says nothing. */
function said(options: Given): Given {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));
}

/** What the page gives in code counts most, then the template, then the defaults of the script's version. */
export function mergedOptions(page: WidgetOptions, template: Given, defaults: Given): WidgetOptions {
  return { ...page, ...said(defaults), ...said(template), ...said(page) };
}
