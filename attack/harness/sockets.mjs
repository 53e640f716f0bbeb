// Sockets of strangers, in large numbers.
import { connect } from "node:net";

/** What is attacked is not how many connections a second a machine can make. */
const AGAIN_MS = 1_000;

/**
 * So many connections from those addresses, in turn, which send `text` (of their number) and nothing more, and which come again
 * when they are let go. `end` ends them.
 */
export function hold({ host, port }, { count, from, text }) {
  const sockets = new Set();
  let ended = false;
  const open = (number) => {
    if (ended) return;
    const socket = connect({ host, port, localAddress: from[number % from.length] });
    sockets.add(socket);
    socket.on("connect", () => {
      const first = text?.(number);
      if (first) socket.write(first);
    });
    // An attacker does not mind.
    socket.on("error", () => {});
    socket.resume();
    socket.on("close", () => {
      sockets.delete(socket);
      setTimeout(() => open(number), AGAIN_MS).unref();
    });
  };
  for (let number = 0; number < count; number += 1) open(number);
  return {
    end: () => {
      ended = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
