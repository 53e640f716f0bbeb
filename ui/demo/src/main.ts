import { makeAccounts } from "./accounts";
import { type Config, getConfig, Problem, postSession, wordsOf } from "./api";
import { rememberApplicant, rememberedApplicant } from "./applicant";
import { copyIcon } from "./copy";
import { makeDataPanel } from "./data-panel";
import { announce, byId, el } from "./dom";
import { RESOURCES, type Resource, staleAfter } from "./events";
import { makeIncomes } from "./incomes";
import { makeLog } from "./log";
import { errorNotice } from "./notice";
import { type ReceivedEvent, type StreamState, watch } from "./stream";
import { loadWidget, openWidget } from "./widget";

/** Events come in bursts; one look at the data for each burst is enough, and stays below the API's rate limit. */
const REFRESH_WAIT_MS = 500;

/** Where this lender's applicants most often work. */
const TOP_PROVIDERS = ["upwork", "grab", "sss_ph", "abccorp"];

/** What the page says until there is an income, as it came, and from then on. */
const UNTIL = { title: wordsIn("apply-title"), lede: wordsIn("lede"), connect: wordsIn("connect") };
const SINCE = {
  title: "You’re set: here is your offer",
  lede: "Thank you. We have seen what you earn, and this is what we can lend you.",
  connect: "Connect another account",
};

const connect = byId("connect") as HTMLButtonElement;
const openAgain = byId("open-again");
const startOver = byId("start-over");

const callbacks = makeLog(byId("callbacks"), "The widget has not called back yet.");
const webhooks = makeLog(byId("webhooks"), "No event has arrived yet.");
const data = makeDataPanel(byId("data"));
const accounts = makeAccounts(byId("accounts"), () => refreshSoon(RESOURCES));
const incomes = makeIncomes(byId("income"), (series) => showSteps(series.length > 0));

let config: Config | null = null;
let userId: string | null = null;
let stopStream: (() => void) | null = null;
let widget: { close: () => void } | null = null;
const stale = new Set<Resource>();
let refreshTimer: ReturnType<typeof setTimeout> | undefined;

function setApplicant(id: string | null): void {
  userId = id;
  rememberApplicant(id);
  stale.clear();
  clearTimeout(refreshTimer);
  for (const part of [data, accounts, incomes]) part.setUser(id);
  webhooks.clear();
  showSteps(false);
  openAgain.hidden = startOver.hidden = !id;
  byId("applicant").replaceChildren(
    ...(id ? ["You are applicant ", el("code", {}, id)] : ["You become an applicant when you open the widget."]),
  );
  stopStream?.();
  stopStream = null;
  showStream(null);
  if (id) listen(id);
}

function listen(id: string): void {
  stopStream?.();
  stopStream = watch(id, onEvent, showStream);
}

function onEvent(event: ReceivedEvent): void {
  const mark = event.signatureValid
    ? el("span", { class: "badge good" }, "signature valid")
    : el("span", { class: "badge bad" }, "signature not valid");
  const kind = event.signatureValid ? "valid" : "invalid";
  webhooks.add({ at: event.at, name: event.type, detail: mark, json: event.raw, kind });
  if (event.signatureValid) refreshSoon(staleAfter(event.type));
}

function showStream(state: StreamState | null): void {
  const target = byId("stream-state");
  if (state === "stopped" && userId) {
    const id = userId;
    target.replaceChildren(errorNotice("Live updates stopped.", () => listen(id), "Reconnect"));
  } else {
    const waiting = state === "connecting" && target.dataset.state === "open";
    target.replaceChildren(waiting ? "reconnecting…" : "from the API to this page's server");
  }
  target.dataset.state = state ?? "none";
}

function refreshSoon(resources: Iterable<Resource>): void {
  for (const resource of resources) stale.add(resource);
  if (!stale.size) return;
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(() => {
    if (stale.has("accounts")) void accounts.load();
    if (stale.has("eincomes")) void incomes.load();
    data.refresh(stale);
    stale.clear();
  }, REFRESH_WAIT_MS);
}

function onCallback(name: string, payload: unknown): void {
  const fields = payload as { eventName?: string; eventTime?: string; reason?: string };
  const detail = name === "onUIEvent" ? fields.eventName : fields.reason;
  const json = JSON.stringify(payload ?? null);
  callbacks.add({ at: new Date(), name, detail, json, open: name !== "onUIEvent" && name !== "onClose", kind: name });
  switch (name) {
    case "onAccountConnected":
      announce("The account is connected.");
      break;
    case "onTokenExpired":
      byId("apply-notice").replaceChildren(errorNotice("That took too long. Open the widget again.", open));
      break;
    case "onClose":
      widget = null;
      break;
  }
  if (name !== "onUIEvent") refreshSoon(name === "onClose" ? RESOURCES : ["accounts"]);
}

function open(): void {
  void openNow();
}

async function openNow(): Promise<void> {
  if (connect.hasAttribute("aria-busy")) return;
  const notice = byId("apply-notice");
  notice.replaceChildren();
  connect.setAttribute("aria-busy", "true");
  try {
    config ??= await showConfig();
    await loadWidget(config.widgetScript);
    const session = await postSession(userId);
    if (session.userId !== userId) setApplicant(session.userId);
    widget?.close();
    const { userToken } = session;
    widget = openWidget({ userToken, companyName: config.organisation, topProviders: TOP_PROVIDERS }, onCallback);
  } catch (error) {
    const gone = error instanceof Problem && error.code === "UNKNOWN_USER";
    notice.replaceChildren(
      gone
        ? errorNotice(wordsOf(error), restart, "Start over with a new applicant")
        : errorNotice(wordsOf(error), open),
    );
  }
  connect.removeAttribute("aria-busy");
}

function restart(): void {
  widget?.close();
  widget = null;
  setApplicant(null);
  callbacks.clear();
  byId("apply-notice").replaceChildren();
  announce("Ready for a new applicant.");
  connect.focus();
}

function showSteps(hasIncome: boolean): void {
  const [, income, offer] = byId("steps").children;
  income?.classList.toggle("done", hasIncome);
  income?.toggleAttribute("aria-current", false);
  offer?.toggleAttribute("aria-current", false);
  (hasIncome ? offer : income)?.setAttribute("aria-current", "step");
  const words = hasIncome ? SINCE : UNTIL;
  byId("apply-title").textContent = words.title;
  byId("lede").textContent = words.lede;
  connect.textContent = words.connect;
  connect.classList.toggle("primary", !hasIncome);
  // Once there is an income, it is what people look for; how to sign in can wait below.
  byId(hasIncome ? "again" : "income-card").before(byId("hint-box"));
}

async function showConfig(): Promise<Config> {
  const found = await getConfig();
  const link = { class: "site-link", href: found.docsUrl, target: "_blank", rel: "noreferrer" };
  byId("docs").replaceChildren(el("a", link, "API reference"));
  const person = found.testPeople[0];
  if (person) {
    const pair = (label: string, value: string) =>
      el(
        "div",
        {},
        el("dt", {}, label),
        el("dd", {}, el("code", {}, ...breakable(value)), copyIcon(`Copy ${label.toLowerCase()}`, value)),
      );
    byId("hint-title").textContent = `Sign in as ${person.name}`;
    byId("hint").replaceChildren(
      pair("E-mail", person.email),
      pair("Password", person.password),
      pair("Code", person.code),
    );
  }
  return found;
}

function wordsIn(id: string): string {
  return byId(id).textContent?.trim() ?? "";
}

/** An e-mail address that does not fit on a line goes on at its @. */
function breakable(text: string): (Node | string)[] {
  return text.split(/(?=@)/).flatMap((part, index) => (index ? [el("wbr"), part] : [part]));
}

connect.addEventListener("click", open);
openAgain.addEventListener("click", open);
startOver.addEventListener("click", restart);

setApplicant(rememberedApplicant());
if (userId) refreshSoon(RESOURCES);
try {
  config = await showConfig();
} catch (error) {
  byId("apply-notice").replaceChildren(errorNotice(wordsOf(error), () => location.reload(), "Reload"));
}
