// A place to try the widget by hand: the built files, a mock Link API, and a page that opens the widget.
import { startMock } from "./mock/server.mjs";

const { customer } = await startMock(Number(process.env.PORT ?? 4400));
console.log(`Open ${customer}/`);
