// Webhooks whose receivers take long to answer, so that each delivery is held as long as it may be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { clientAt } from "../harness/client.mjs";
import { openWidget } from "../harness/widget.mjs";

const WEBHOOKS = 500;
const ANSWER_MS = 13_000;
const LINKS = 5;
const HELD_MS = 10_000;

export const cases = {
  "five hundred webhooks that answer late": async ({ program, sleep, atEnd }) => {
    const receiver = createServer((request, response) => {
      request.resume();
      setTimeout(() => response.writeHead(204).end(), ANSWER_MS).unref();
    });
    await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    atEnd(() => {
      receiver.close();
      receiver.closeAllConnections();
    });
    const client = clientAt(program, "127.0.0.10");
    atEnd(client.close);
    const key = program.tenants.late;
    const made = [];
    atEnd(() => Promise.all(made.map((id) => client.call("DELETE", `/sandbox/v1/webhooks/${id}`, undefined, key))));
    const secret = randomBytes(32).toString("hex");
    for (let number = 0; number < WEBHOOKS; number += 1) {
      const url = `http://127.0.0.1:${receiver.address().port}/${number}`;
      const webhook = { name: `late ${number}`, url, secret, eventTypes: ["ALL_EVENTS"], active: true };
      const { status, body } = await client.call("POST", "/sandbox/v1/webhooks", webhook, key);
      assert.equal(status, 200);
      made.push(body.data.id);
    }
    for (let number = 0; number < LINKS; number += 1) await (await openWidget(client, key)).link("grab");
    await sleep(HELD_MS);
  },
};
