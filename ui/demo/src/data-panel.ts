/** What the lender's server reads from the API, one resource for each tab. */

import { indent } from "../../shared/json";
import { type Exchange, getData, itemsOf, type List, refusal, wordsOf } from "./api";
import { copyButton } from "./copy";
import { button, el } from "./dom";
import { RESOURCES, type Resource } from "./events";
import { jsonView } from "./json";
import { emptyNotice, errorNotice, loadingNotice } from "./notice";
import { makeTabs } from "./tabs";

const PAGE_SIZE = "10";

export function makeDataPanel(root: HTMLElement) {
  let userId: string | null = null;
  let latest = 0;
  /** Of the page that is on screen; of the first one there is none. */
  let pageCursor: string | undefined;
  const stale = new Set<Resource>(RESOURCES);
  /** The first page of each list as the visitor last saw it; what was never looked at counts as empty. */
  const seen = new Map<Resource, string>();
  const unchecked = new Set<Resource>();
  let checking = false;
  const output = el("div", { class: "data-output" });
  const tabs = makeTabs(RESOURCES, output, () => void load());
  root.replaceChildren(tabs.list, tabs.panel);

  function setUser(id: string | null): void {
    userId = id;
    latest += 1;
    pageCursor = undefined;
    for (const resource of RESOURCES) stale.add(resource);
    seen.clear();
    unchecked.clear();
    tabs.clearMarks();
    if (!id) output.replaceChildren(emptyNotice("Nothing to ask for yet: an applicant is made when the widget opens."));
  }

  /** Asks again for what is on screen; marks what else has become different. */
  function refresh(resources: Iterable<Resource>): void {
    for (const resource of resources) {
      stale.add(resource);
      unchecked.add(resource);
    }
    if (stale.has(tabs.selected())) void load(pageCursor);
    void check();
  }

  /** One after the other, to stay below the API's rate limit. */
  async function check(): Promise<void> {
    if (checking) return;
    checking = true;
    // What is added while we wait is visited too.
    for (const resource of unchecked) {
      unchecked.delete(resource);
      const asked = userId;
      if (!asked || resource === tabs.selected()) continue;
      try {
        const exchange = await getData<unknown>(resource, { userId: asked, size: PAGE_SIZE });
        if (asked !== userId || resource === tabs.selected()) continue;
        tabs.mark(resource, contentOf(exchange) !== (seen.get(resource) ?? "[]"));
      } catch {
        // Dots are a courtesy: an API in trouble is left alone, and opening a tab says what is wrong.
        if (asked === userId) unchecked.clear();
      }
    }
    checking = false;
  }

  async function load(cursor?: string): Promise<void> {
    const resource = tabs.selected();
    if (!userId) return;
    latest += 1;
    const mine = latest;
    pageCursor = cursor;
    tabs.mark(resource, false);
    const shown = output.dataset.resource === resource && output.querySelector("pre");
    if (!shown) output.replaceChildren(loadingNotice(`Asking for ${resource}…`));
    output.dataset.resource = resource;
    output.setAttribute("aria-busy", "true");
    try {
      const query = cursor ? { userId, cursor } : { userId, size: PAGE_SIZE };
      const exchange = await getData(resource, query);
      if (mine !== latest) return;
      stale.delete(resource);
      if (!cursor && exchange.status === 200) seen.set(resource, contentOf(exchange));
      output.replaceChildren(...view(exchange));
    } catch (error) {
      if (mine !== latest) return;
      output.replaceChildren(errorNotice(wordsOf(error), () => void load(cursor)));
    }
    output.removeAttribute("aria-busy");
  }

  function view(exchange: Exchange<List<unknown>>): Node[] {
    const { request, status, body, raw } = exchange;
    const list = status === 200 ? body.data : null;
    const next = list?.nextCursor;
    return [
      el(
        "div",
        { class: "request" },
        el("code", { class: "request-line" }, `${request.method} ${request.path}`),
        el("span", { class: `badge ${status < 300 ? "good" : "bad"}` }, String(status)),
      ),
      el(
        "div",
        { class: "row tools" },
        el("p", { class: "count" }, list ? countOf(list.items.length, Boolean(next)) : ""),
        next ? button("Next page", () => void load(next), { class: "button small" }) : null,
        copyButton("Copy as curl", curlOf(request.method, request.url)),
        copyButton("Copy JSON", indent(raw)),
      ),
      ...(list ? [] : [errorNotice(refusal(status, body?.message).message, () => void load())]),
      el("div", { class: "json-box", tabindex: 0, role: "region", "aria-label": "Answer" }, jsonView(raw)),
    ];
  }

  setUser(null);
  return { setUser, refresh };
}

/** A list's items, to compare. Throws when there is no list. */
function contentOf(exchange: Exchange<List<unknown>>): string {
  return JSON.stringify(itemsOf(exchange));
}

function countOf(count: number, more: boolean): string {
  const items = `${count} ${count === 1 ? "item" : "items"}`;
  return more ? `${items}, and more on the next page` : items;
}

/** With placeholders for the key: it never leaves the server, and belongs in no shell history. */
function curlOf(method: string, url: string): string {
  const verb = method === "GET" ? "" : `-X ${method} `;
  return `curl ${verb}-u "$SAHOD_KEY:$SAHOD_SECRET" '${url}'`;
}
