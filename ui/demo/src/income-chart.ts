/** The picture, and the same as a table. Positions are percentages, so that texts keep their size at every width. */

import { el, svg } from "./dom";
import { money, monthName, type Series } from "./income";

const HEIGHT = 168;
const TOP = 20;
const BARS = 112;
/** With more bars than this, only the highest and the latest carry a number. */
const ALL_NUMBERED = 6;
/** A single month should not become a wall. */
const MIN_SLOTS = 4;

export function incomeChart(series: Series): HTMLElement {
  const { currency, months, average } = series;
  const known = months.filter(({ amount }) => amount !== null).length;
  const summary = `On average ${money(average, currency)} a month, over ${known} ${known === 1 ? "month" : "months"}`;
  return el(
    "figure",
    { class: "income" },
    el(
      "figcaption",
      {},
      el("span", { class: "income-figure" }, money(average, currency)),
      el("span", { class: "income-caption" }, `a month on average, over ${known} ${known === 1 ? "month" : "months"}`),
    ),
    picture(series, summary),
    el("details", { class: "as-table" }, el("summary", {}, "Show as a table"), table(series)),
  );
}

function picture({ currency, months, average }: Series, summary: string): SVGElement {
  const slots = Math.max(months.length, MIN_SLOTS);
  const highest = Math.max(...months.map(({ amount }) => amount ?? 0), 1);
  const slot = 100 / slots;
  const bars = svg("svg", { role: "presentation", y: TOP, height: BARS, width: "100%", overflow: "visible" });
  const chart = svg("svg", { class: "chart", width: "100%", height: HEIGHT, role: "img", "aria-label": summary }, bars);

  months.forEach(({ month, amount }, index) => {
    const middle = `${(index + 0.5) * slot}%`;
    const part = Math.max((amount ?? 0) / highest, 0);
    const isLast = index === months.length - 1;
    if (amount !== null) {
      bars.append(
        svg("rect", {
          class: isLast ? "bar latest" : "bar",
          x: `${(index + 0.17) * slot}%`,
          y: `${(1 - part) * 100}%`,
          width: `${slot * 0.66}%`,
          height: `${part * 100}%`,
          rx: 3,
        }),
      );
      if (months.length <= ALL_NUMBERED || isLast || amount === highest) {
        const number = svg("text", { class: "bar-number", x: middle, y: `${(1 - part) * 100}%`, dy: -5 });
        number.append(money(amount, currency, true));
        bars.append(number);
      }
    }
    const label = svg("text", { class: "bar-month", x: middle, y: TOP + BARS + 16 }, monthName(month, "short"));
    chart.append(label);
    if (index === 0 || month.endsWith("-01")) {
      chart.append(svg("text", { class: "bar-year", x: middle, y: TOP + BARS + 31 }, month.slice(0, 4)));
    }
  });

  const height = `${(1 - average / highest) * 100}%`;
  bars.append(svg("line", { class: "average", x1: "0%", x2: "100%", y1: height, y2: height }));
  bars.append(svg("line", { class: "ground", x1: "0%", x2: "100%", y1: "100%", y2: "100%" }));
  return chart;
}

function table({ currency, months }: Series): HTMLTableElement {
  const rows = [...months]
    .reverse()
    .map(({ month, amount }) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, monthName(month, "long")),
        el("td", {}, amount === null ? "not known" : money(amount, currency)),
      ),
    );
  return el(
    "table",
    {},
    el(
      "thead",
      {},
      el("tr", {}, el("th", { scope: "col" }, "Month"), el("th", { scope: "col" }, `Income (${currency})`)),
    ),
    el("tbody", {}, ...rows),
  );
}
