// Requests whose bodies do not come.
import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:http2";
import { hold } from "../harness/sockets.mjs";

const HELD_MS = 6_000;
/** Where a body does not come. One is a stranger's, the other is somebody's with a key. */
const head = (path, authorization) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n` +
  "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

export const cases = {
  "a thousand slow bodies": async ({ program, sleep, atEnd }) => {
    const heads = [
      head("/link-sandbox/v1/sessions", "Bearer nobody"),
      head("/sandbox/v1/users", program.tenants.stranger),
    ];
    const from = ["127.0.0.2", "127.0.0.3"];
    const held = hold(program, { count: 1_000, from, text: (number) => heads[number % heads.length] });
    atEnd(held.end);
    await sleep(HELD_MS);
  },

  "six HTTP/2 connections of slow bodies": async ({ program, sleep, atEnd }) => {
    const sessions = Array.from({ length: 6 }, () =>
      connect(`http://${program.host}:${program.port}`, { localAddress: "127.0.0.4" }),
    );
    atEnd(() => sessions.forEach((session) => session.destroy()));
    const headers = {
      ":method": "POST",
      ":path": "/sandbox/v1/users",
      authorization: program.tenants.stranger,
      "content-type": "application/json",
      "content-length": "100",
    };
    for (const session of sessions) {
      session.on("error", () => {});
      for (let number = 0; number < 200; number += 1) {
        const stream = session.request(headers);
        stream.on("error", () => {});
        stream.write("{");
        stream.resume();
      }
    }
    await sleep(HELD_MS);
  },

  "what is refused while it is sent has an answer": async ({ program }) => {
    const body = Buffer.alloc(24 * 1024 * 1024, "x");
    const refused = [
      { authorization: "Basic bm9ib2R5Om5vdGhpbmc=", statuses: [400, 401] },
      { authorization: program.tenants.stranger, statuses: [400] },
    ];
    for (const { authorization, statuses } of refused)
      for (let time = 0; time < 5; time += 1) {
        const status = await post(program, authorization, body);
        assert.ok(statuses.includes(status), `it was answered ${status}`);
      }
  },
};

/** Sends a whole body, whatever is answered meanwhile; the answer's status. */
function post({ host, port }, authorization, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization, "content-type": "application/json", "content-length": body.length };
    const options = { host, port, localAddress: "127.0.0.5", method: "POST", path: "/sandbox/v1/users", headers };
    const sent = request({ ...options, agent: false });
    sent.on("error", reject);
    sent.on("response", (response) => {
      response.resume().on("end", () => resolve(response.statusCode)).on("error", reject);
    });
    sent.end(body);
  });
}
