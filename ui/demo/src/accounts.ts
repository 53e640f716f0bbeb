/** The applicant's accounts, each with a way to take the consent back. */

import { deleteAccount, getData, itemsOf, refusal, wordsOf } from "./api";
import { announce, button, el } from "./dom";
import { emptyNotice, errorNotice, loadingNotice } from "./notice";

interface Account {
  id: string;
  createdAt: string;
  providerId: string;
  connection: { status: string; errorMessage?: string | null };
}

const STATES: Record<string, { text: string; kind: string }> = {
  PENDING: { text: "Connecting", kind: "waiting" },
  AWAITING_MFA: { text: "Waiting for a code", kind: "waiting" },
  CONNECTED: { text: "Connected", kind: "good" },
  ERROR: { text: "Failed", kind: "bad" },
  DISCONNECTED: { text: "Revoked", kind: "off" },
};

export function makeAccounts(root: HTMLElement, onRevoked: () => void) {
  let userId: string | null = null;
  /** The latest answer wins, in whatever order answers come. */
  let latest = 0;

  function showEmpty(): void {
    root.replaceChildren(emptyNotice("None yet. What you connect shows up here, and can be revoked here."));
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
    if (!root.querySelector("ul")) root.replaceChildren(loadingNotice("Asking for the accounts…"));
    try {
      const accounts = itemsOf(await getData<Account>("accounts", { userId, size: "50" }));
      if (mine !== latest) return;
      if (accounts.length) root.replaceChildren(el("ul", { class: "accounts" }, ...accounts.map(row)));
      else showEmpty();
    } catch (error) {
      if (mine === latest) root.replaceChildren(errorNotice(wordsOf(error), () => void load()));
    }
  }

  function row(account: Account, index: number): HTMLElement {
    const { status, errorMessage } = account.connection;
    const state = STATES[status] ?? { text: status, kind: "off" };
    const problem = el("div", { role: "alert" });
    const revoke = button("Revoke", () => void run(), {
      class: "button small",
      "data-testid": `revoke-${index + 1}`,
      "aria-label": `Revoke ${account.providerId}`,
    });
    async function run(): Promise<void> {
      revoke.disabled = true;
      problem.replaceChildren();
      try {
        const { status: answered, body } = await deleteAccount(account.id);
        if (answered !== 200) throw refusal(answered, body?.message);
        announce(`${account.providerId} was revoked.`);
        onRevoked();
        await load();
      } catch (error) {
        revoke.disabled = false;
        problem.replaceChildren(errorNotice(wordsOf(error)));
      }
    }
    return el(
      "li",
      { "data-account": account.id },
      el(
        "div",
        { class: "account" },
        el("span", { class: "account-name" }, account.providerId),
        el("span", { class: `badge ${state.kind}` }, state.text),
        status !== "DISCONNECTED" && revoke,
      ),
      status === "ERROR" && errorMessage ? el("p", { class: "account-error" }, errorMessage) : null,
      problem,
    );
  }

  showEmpty();
  return { setUser, load };
}
