/** Estimated incomes by month, made ready for the eye. For pictures only: sums here are binary floats. */

const MONTHS_SHOWN = 12;

export interface Eincome {
  month: string;
  currency: string;
  amount: number | null;
}

export interface Series {
  currency: string;
  /** Oldest first, without gaps. A month that nothing is known about has no amount. */
  months: { month: string; amount: number | null }[];
  /** Over the months with an amount. */
  average: number;
}

/** One series for each currency, the one with most months first. Accounts are added up. */
export function seriesOf(items: Eincome[]): Series[] {
  const byCurrency = new Map<string, Map<string, number>>();
  for (const { month, currency, amount } of items) {
    if (amount === null || !/^\d{4}-\d{2}$/.test(month)) continue;
    const months = byCurrency.get(currency) ?? new Map<string, number>();
    months.set(month, (months.get(month) ?? 0) + Number(amount));
    byCurrency.set(currency, months);
  }
  return [...byCurrency]
    .sort(([, one], [, other]) => other.size - one.size)
    .map(([currency, amounts]) => {
      const months = lastMonths([...amounts.keys()]).map((month) => ({ month, amount: amounts.get(month) ?? null }));
      const known = months.flatMap(({ amount }) => (amount === null ? [] : [amount]));
      return { currency, months, average: known.reduce((sum, amount) => sum + amount, 0) / known.length };
    });
}

/** The last months up to the latest known one, starting no earlier than the first known one. */
function lastMonths(known: string[]): string[] {
  const sorted = [...known].sort();
  const first = numberOf(sorted[0] ?? "");
  const last = numberOf(sorted.at(-1) ?? "");
  const from = Math.max(first, last - MONTHS_SHOWN + 1);
  return Array.from({ length: last - from + 1 }, (_, index) => monthOf(from + index));
}

const numberOf = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;

const monthOf = (number: number) => `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;

export function money(amount: number, currency: string, compact = false): string {
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...(compact
      ? { notation: "compact", maximumFractionDigits: amount < 10_000 ? 1 : 0 }
      : { maximumFractionDigits: 0 }),
  }).format(amount);
}

export function monthName(month: string, style: "short" | "long"): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  return date.toLocaleDateString("en", {
    month: style,
    timeZone: "UTC",
    ...(style === "long" ? { year: "numeric" } : {}),
  });
}
