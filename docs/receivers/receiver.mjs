// Receives signed webhooks. Run: WEBHOOK_SECRET=... PORT=3000 node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const MAX_BODY_BYTES = 8 * 1024 * 1024;
const TOLERANCE_SECONDS = 5 * 60;
const MAX_REMEMBERED_IDS = 10_000;

const key = signingKey(process.env.WEBHOOK_SECRET ?? "");
// In production this belongs in the database, written in the same transaction as
// whatever the event causes: memory is lost on a restart and not shared.
const seen = new Set();

function signingKey(secret) {
  if (!secret) exit("WEBHOOK_SECRET is not set");
  if (!secret.startsWith("whsec_")) return Buffer.from(secret);
  const encoded = secret.slice("whsec_".length);
  const decoded = Buffer.from(encoded, "base64");
  // Node skips what is not base64, so a mistyped secret would otherwise go unnoticed.
  if (!encoded || decoded.toString("base64") !== encoded) exit("WEBHOOK_SECRET is not base64 after whsec_");
  return decoded;
}

function exit(message) {
  console.error(message);
  process.exit(1);
}

/** Says why the request is refused, or nothing when it is genuine and fresh. */
function refusal(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (!id || !timestamp || !signatures) return "missing webhook header";

  // A captured request stays correctly signed for ever; its age is what gives a replay away.
  if (!/^[0-9]{1,15}$/.test(timestamp)) return "timestamp is not a whole number";
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return "timestamp too far from now";

  const hmac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
  const expected = Buffer.from(`v1,${hmac.digest("base64")}`);
  // While a secret is being rotated there is one entry per secret: any match will do.
  const genuine = signatures.split(" ").some((entry) => {
    const given = Buffer.from(entry);
    // Constant time, so that how long a refusal takes tells nothing about the right signature.
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!genuine) return "no signature matches";
}

/** Gives the bytes exactly as sent, since re-encoded JSON would not match the signature. */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // Read on but keep nothing: to stop here would cut the connection before the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : null;
}

async function answer(request) {
  if (request.method !== "POST" || request.url.split("?")[0] !== "/hooks") return [404, "not found"];
  const body = await readBody(request);
  if (!body) return [413, "body too large"];
  const reason = refusal(request.headers, body);
  if (reason) return [400, reason];
  const id = request.headers["webhook-id"];
  if (seen.has(id)) return [204];
  let event;
  try {
    event = JSON.parse(body.toString());
  } catch {
    return [400, "body is not JSON"];
  }
  if (typeof event?.type !== "string" || typeof event.id !== "string") return [400, "body is not an event"];
  console.log(`${event.type} ${event.id}`); // handle the event here
  // Only now: had handling failed, the next try must not be taken for a repeat.
  seen.add(id);
  if (seen.size > MAX_REMEMBERED_IDS) seen.delete(seen.values().next().value);
  return [204];
}

const server = createServer(async (request, response) => {
  const [status, reason] = await answer(request).catch((error) => {
    console.error(error);
    return [500, "internal error"]; // has the sender try again later
  });
  response.writeHead(status, reason && { "content-type": "text/plain" }).end(reason);
});
server.listen(Number(process.env.PORT || 3000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/hooks`);
});
