import { describe, expect, it } from "vitest";
import { money, monthName, seriesOf } from "./income";

const php = (month: string, amount: number | null) => ({ month, currency: "PHP", amount });

describe("income by month", () => {
  it("adds up accounts, sorts by month and leaves no gap out", () => {
    expect(seriesOf([php("2026-02", 10), php("2025-12", 30), php("2026-02", 5)])).toEqual([
      {
        currency: "PHP",
        months: [
          { month: "2025-12", amount: 30 },
          { month: "2026-01", amount: null },
          { month: "2026-02", amount: 15 },
        ],
        average: 22.5,
      },
    ]);
  });

  it("keeps currencies apart, the fuller one first", () => {
    const series = seriesOf([{ month: "2026-01", currency: "USD", amount: 1 }, php("2026-01", 1), php("2026-02", 1)]);
    expect(series.map(({ currency }) => currency)).toEqual(["PHP", "USD"]);
  });

  it("shows the last twelve months, and nothing for what is not known", () => {
    const months = Array.from(
      { length: 20 },
      (_, index) => `20${24 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
    );
    const [series] = seriesOf(months.map((month) => php(month, 1)));
    expect(series?.months.map(({ month }) => month)).toEqual(months.slice(-12));
    expect(seriesOf([php("2026-01", null), php("soon", 1)])).toEqual([]);
  });

  it("is written for people", () => {
    expect([money(41900.5, "PHP"), money(52400, "PHP", true)]).toEqual(["₱41,901", "₱52K"]);
    expect([monthName("2026-01", "short"), monthName("2025-12", "long")]).toEqual(["Jan", "December 2025"]);
  });
});
