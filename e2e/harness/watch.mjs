// Collects everything that a page must not do: write errors or warnings to the console, break its own policy, lose a
// request, or ask another host.

export function watch(context, origins) {
  const faults = [];
  /** Each is `{status, url}`, a pattern: an answer that the case asks for on purpose. */
  const meant = [];
  const answered = new WeakSet();
  const isMeant = (url, status) =>
    meant.some((one) => one.url.test(url) && (status === undefined || one.status === status));

  context.on("weberror", (error) => faults.push(`error in the page: ${error.error().stack ?? error.error()}`));
  context.on("console", (message) => {
    const { url } = message.location();
    const type = message.type();
    if (type !== "error" && type !== "warning") return;
    // The browser's own word on an answer that `response` below judges.
    if (message.text().startsWith("Failed to load resource") && isMeant(url)) return;
    faults.push(`console ${type}: ${message.text()} (${url})`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && !origins.has(url.origin)) faults.push(`request to another host: ${url}`);
  });
  context.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // Leaving a page or closing the widget ends its event streams, and answers that nobody reads to the end.
    if (why === "net::ERR_ABORTED" && answered.has(request)) return;
    faults.push(`failed request: ${request.method()} ${request.url()}: ${why}`);
  });
  context.on("response", (response) => {
    answered.add(response.request());
    const [status, url] = [response.status(), response.url()];
    if (status >= 400 && !isMeant(url, status)) faults.push(`${status} for ${response.request().method()} ${url}`);
  });
  return { faults, expect: (status, url) => meant.push({ status, url }) };
}

/** Runs in every frame before its own scripts: what breaks a policy is written where `watch` sees it. */
export function reportViolations() {
  addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP violation: ${event.effectiveDirective} blocked ${event.blockedURI || "inline"}`);
  });
}
