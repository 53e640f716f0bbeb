import type { Receipt } from "../api/types";

/** `receipt-upwork-2026-11-28.json` */
export function fileNameOf({ account, agreedAt }: Pick<Receipt, "account" | "agreedAt">): string {
  return `receipt-${account?.provider.id ?? "documents"}-${agreedAt.slice(0, 10)}.json`;
}

/** Lets the browser save a file, as if it had been downloaded. */
export function saveJson(name: string, data: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this turn; a page that is open for long must not keep every receipt.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
