// A customer's server that takes webhooks: it checks each signature as docs/webhooks.md says, and keeps the events.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { eventually } from "./wait.mjs";

export async function startReceiver(api, eventTypes) {
  const secret = randomBytes(32).toString("hex");
  const faults = [];
  /** By id: an event may be delivered more than once. */
  const events = new Map();

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const event = JSON.parse(body.toString());
    if (!isSigned(request.headers, body, secret)) faults.push(`the signature of ${event.type} is wrong`);
    events.set(event.id, event);
    response.writeHead(204).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/hooks`;
  const { id } = await api.call("POST", "/webhooks", { name: "e2e", url, secret, eventTypes, active: true });

  return {
    /** Waits for an event of this type about that account or upload, for whose data `matches` holds. */
    event: (type, sourceId, matches = () => true) =>
      eventually(() => {
        const found = [...events.values()].find(
          (one) => one.type === type && isAbout(one, sourceId) && matches(one.data),
        );
        assert.deepEqual(faults, []);
        assert.ok(found, `${type} of ${sourceId} comes; there were ${[...events.values()].map((one) => one.type)}`);
        return found.data;
      }),
    stop: async () => {
      await api.call("DELETE", `/webhooks/${id}`);
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Events name what they are about as an account, an archive or a source. */
const isAbout = ({ data }, id) => [data.accountId, data.archiveId, data.sourceId].includes(id);

function isSigned(headers, body, secret) {
  const signed = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`), body]);
  const expected = `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`;
  const older = createHmac("sha512", secret).update(body).digest("hex");
  return headers["webhook-signature"].split(" ").includes(expected) && headers["smile-signature"] === older;
}
