// A test suite in Node (20 or newer) that has a sandbox of its own: `node --test`.
//
// It needs the program `sahod` on the PATH, or its path in SANDBOX_PROGRAM, and nothing else. With SANDBOX_RECORDING it runs
// against that recording instead: the same tests, the same answers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

const program = process.env.SANDBOX_PROGRAM ?? "sahod";
const recording = process.env.SANDBOX_RECORDING;

let child;
let sahod;

before(async () => {
  // Its standard input is a pipe that this process holds: when the tests end, however they end, the sandbox does, too.
  child = spawn(program, recording ? ["replay", recording] : ["sandbox"], { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    sahod = JSON.parse(line);
    break;
  }
  assert(sahod, "the sandbox did not start");
});

after(async () => {
  child.stdin.end();
  if (child.exitCode === null) await once(child, "exit");
});

/** Calls the API as your server does; what it answers as `data`. */
async function call(method, path, body) {
  const pair = Buffer.from(`${sahod.apiKey}:${sahod.apiSecret}`).toString("base64");
  const response = await fetch(sahod.sandboxUrl + path, {
    method,
    headers: { authorization: `Basic ${pair}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const { data, message } = await response.json();
  assert(response.ok, `${method} ${path}: ${message}`);
  return data;
}

/** A receiver of webhooks that hands over the first event. */
async function receiver(secret) {
  let tell;
  const first = new Promise((resolve) => {
    tell = resolve;
  });
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const expected = createHmac("sha512", secret).update(body).digest();
    const given = Buffer.from(request.headers["smile-signature"] ?? "", "hex");
    const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
    response.writeHead(isSigned ? 204 : 400).end();
    if (isSigned) tell(JSON.parse(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}/hooks`, first, close };
}

test("an applicant gets a token for the widget, and we are told", async () => {
  const hooks = await receiver(sahod.webhookSecret);
  try {
    const wanted = { eventTypes: ["USER_CREATED"], active: true, secret: sahod.webhookSecret };
    await call("POST", "/webhooks", { name: "tests", url: hooks.url, ...wanted });
    const { user, token } = await call("POST", "/users", { externalMetadata: { applicant: "A-1001" } });
    assert(token.accessToken);
    const event = await hooks.first;
    assert.equal(event.type, "USER_CREATED");
    assert.equal(event.data.userId, user.id);
    const { items } = await call("GET", `/accounts?userId=${user.id}`);
    assert.deepEqual(items, []);
  } finally {
    hooks.close();
  }
});

test("what is wrong is said", async () => {
  await assert.rejects(call("GET", "/accounts?size=0"), /size|parameter/i);
});
