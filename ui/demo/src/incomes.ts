/** The applicant's income, as soon as there is any. */

import { getData, itemsOf, wordsOf } from "./api";
import { svg } from "./dom";
import { type Eincome, type Series, seriesOf } from "./income";
import { incomeChart } from "./income-chart";
import { emptyNotice, errorNotice, loadingNotice } from "./notice";

const PLACEHOLDER_BARS = [44, 58, 50, 72, 64, 86];

export function makeIncomes(root: HTMLElement, onChange: (series: Series[]) => void) {
  let userId: string | null = null;
  let latest = 0;

  function showEmpty(): void {
    const bars = PLACEHOLDER_BARS.map((height, index) =>
      svg("rect", { x: `${index * 17 + 1}%`, y: `${100 - height}%`, width: "12%", height: `${height}%`, rx: 3 }),
    );
    const picture = svg("svg", { class: "chart-empty", width: "100%", height: 72, "aria-hidden": "true" }, ...bars);
    root.replaceChildren(picture, emptyNotice("Your income appears here once an account is connected."));
  }

  function setUser(id: string | null): void {
    userId = id;
    latest += 1;
    showEmpty();
  }

  async function load(): Promise<void> {
    if (!userId) return;
    latest += 1;
    const mine = latest;
    if (!root.querySelector("figure")) root.replaceChildren(loadingNotice("Asking for your income…"));
    try {
      const series = seriesOf(itemsOf(await getData<Eincome>("eincomes", { userId, size: "150" })));
      if (mine !== latest) return;
      if (series.length) root.replaceChildren(...series.map(incomeChart));
      else showEmpty();
      onChange(series);
    } catch (error) {
      if (mine === latest) root.replaceChildren(errorNotice(wordsOf(error), () => void load()));
    }
  }

  showEmpty();
  return { setUser, load };
}
