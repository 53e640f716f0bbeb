// Attempts to link that are begun and left: the source waits for a code that nobody types.
import assert from "node:assert/strict";
import { clientAt } from "../harness/client.mjs";
import { openWidget } from "../harness/widget.mjs";

const LINKS = 1_000;
/** A provider that asks for a code. */
const PROVIDER = "upwork";
/** No more from each address than it may begin at once. */
const OF_EACH = 40;
const HELD_MS = 4_000;

export const cases = {
  "a thousand waiting links of one tenant": async ({ program, sleep, atEnd }) => {
    const clients = Array.from({ length: LINKS / OF_EACH }, (_, number) => clientAt(program, `127.0.2.${1 + number}`));
    atEnd(() => clients.forEach((client) => client.close()));
    const key = program.tenants.stranger;
    let waiting = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (let number = 0; number < OF_EACH; number += 1) {
          try {
            const widget = await openWidget(client, key);
            await widget.start(PROVIDER);
            waiting += 1;
          } catch {
            // One tenant does not get all places.
          }
        }
      }),
    );
    assert.ok(waiting > LINKS / 4 && waiting < LINKS, `${waiting} of them wait`);
    await sleep(HELD_MS);
  },
};
