import type { IconName } from "../../../shared/icons";
import type { Datapoint } from "../api/types";
import { t } from "../strings";

export const datapointIcons: Record<Datapoint, IconName> = {
  IDENTITIES: "person",
  EMPLOYMENTS: "briefcase",
  INCOMES: "coins",
  EINCOMES: "chart",
  TRANSACTIONS: "list",
  RATINGS: "star",
  DOCUMENTS: "document",
  CONTRIBUTIONS: "bank",
  LIABILITIES: "clock",
  LINK: "link",
  INSIGHTS: "spark",
};

/** A newer server may name kinds that this widget has no words for; those are left out of lists. */
export function known(datapoints: Datapoint[]): Datapoint[] {
  return datapoints.filter((datapoint) => datapoint in datapointIcons);
}

/**
 * "Who you are · Where you work": each begins with a capital, so that "and" would not fit between them. No line begins with
 * a dot, or with the last word of a kind.
 */
export function datapointsText(datapoints: Datapoint[]): string {
  return known(datapoints)
    .map((datapoint) => t(`datapoint.${datapoint}`).replace(/ (?=\S+$)/, "\u00a0"))
    .join("\u00a0· ");
}
