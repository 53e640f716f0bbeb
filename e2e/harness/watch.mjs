// Collects everything that a page must not do: write errors or warnings to the console, break its own policy, lose a
// request, or ask another host.

export function watch(context, origins) {
  const faults = [];
  /** What browsers say of what a case does on purpose, such as going offline. */
  const words = [];
  const isExpected = (text) => words.some((pattern) => pattern.test(text));
  const blame = (text) => isExpected(text) || faults.push(text);
  /** Each is `{status, url}`, a pattern: an answer that the case asks for on purpose. */
  const meant = [];
  const answered = new WeakSet();
  /** What was said of requests that went away before their answer was known; it may still turn up. */
  const aborted = new WeakMap();
  const isMeant = (url, status) =>
    meant.some((one) => one.url.test(url) && (status === undefined || one.status === status));

  context.on("weberror", (error) => blame(`error in the page: ${error.error().stack ?? error.error()}`));
  context.on("console", (message) => {
    const { url } = message.location();
    const type = message.type();
    if (type !== "error" && type !== "warning") return;
    // The browser's own word on an answer that `response` below judges.
    if (message.text().startsWith("Failed to load resource") && isMeant(url)) return;
    blame(`console ${type}: ${message.text()} (${url})`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && !origins.has(url.origin)) blame(`request to another host: ${url}`);
  });
  context.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // Leaving a page or closing the widget ends its event streams, and answers that nobody reads to the end.
    if (why === "net::ERR_ABORTED" && (answered.has(request) || isLastWord(request))) return;
    const text = `failed request: ${request.method()} ${request.url()}: ${why}`;
    if (why === "net::ERR_ABORTED") aborted.set(request, text);
    blame(text);
  });
  context.on("response", (response) => {
    answered.add(response.request());
    const said = faults.indexOf(aborted.get(response.request()));
    if (said >= 0) faults.splice(said, 1);
    const [status, url] = [response.status(), response.url()];
    if (status >= 400 && !isMeant(url, status)) blame(`${status} for ${response.request().method()} ${url}`);
  });
  return {
    faults,
    expect: (status, url) => meant.push({ status, url }),
    expectWords: (pattern) => words.push(pattern),
  };
}

/** A step goes out even when the page goes away; the browser then says that it was aborted. `steps.mjs` counts them. */
const isLastWord = (request) => request.method() === "POST" && /\/v1\/steps$/.test(request.url());

/** Runs in every frame before its own scripts: what breaks a policy is written where `watch` sees it. */
export function reportViolations() {
  addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP violation: ${event.effectiveDirective} blocked ${event.blockedURI || "inline"}`);
  });
}
