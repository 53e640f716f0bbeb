// Connections on which nothing happens.
import { hold } from "../harness/sockets.mjs";

const HELD_MS = 6_000;
const addresses = (first, count) => Array.from({ length: count }, (_, number) => `127.0.1.${first + number}`);

export const cases = {
  "1,150 idle sockets of one address": async ({ program, sleep, atEnd }) => {
    const held = hold(program, { count: 1_150, from: ["127.0.0.6"] });
    atEnd(held.end);
    await sleep(HELD_MS);
  },

  "1,150 sockets of many addresses that are silent or begin a request": async ({ program, sleep, atEnd }) => {
    const text = (number) => ["", "GET /sandbox/v1/us", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"][number % 3];
    const held = hold(program, { count: 1_150, from: addresses(1, 50), text });
    atEnd(held.end);
    await sleep(HELD_MS);
  },
};
