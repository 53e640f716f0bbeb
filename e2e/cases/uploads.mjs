// Documents instead of an account: a sample payslip is sent, read and taken back; a paper that shows nothing is said to.
import assert from "node:assert/strict";
import { startReceiver } from "../harness/receiver.mjs";
import { eventually } from "../harness/wait.mjs";
import { openCustomer } from "../pages/customer.mjs";

const TYPES = ["ARCHIVE_STARTED", "ARCHIVE_ANALYZED", "ARCHIVE_FAILED", "ARCHIVE_REVOKED"];

async function samplePayslip({ docsUrl }) {
  const name = "payslip-george.pdf";
  const response = await fetch(`${docsUrl}/samples/${name}`);
  assert.equal(response.status, 200, "the docs have sample payslips");
  return { name, mimeType: "application/pdf", buffer: Buffer.from(await response.arrayBuffer()) };
}

async function uploads({ sahod, api, customer, open }, size) {
  const receiver = await startReceiver(api, TYPES);
  try {
    const session = await open(size);
    const site = await openCustomer(session, customer, { companyName: "Acme Loans" });
    const widget = await site.open();
    await toUpload(widget);
    await session.look("form", widget.frame);
    await widget.press("Send");
    await widget.text("Please choose a file first.");
    await session.look("nothing-chosen", widget.frame);
    const payslip = await samplePayslip(sahod);
    await send(
      widget,
      [payslip, { name: "holiday.zip", mimeType: "application/zip", buffer: Buffer.alloc(9) }],
      session,
    );
    await widget.screen("What you share");
    await widget.text("Your documents have arrived.");
    const [{ uploads: ids, userId }] = await site.called("onUploadsCreated");
    assert.equal(ids.length, 1);
    await isRead(api, receiver, ids[0], userId);
    await widget.frame.getByText("Read", { exact: true }).waitFor();
    await session.look("read", widget.frame);
    const unread = await anotherPaper(session, site, widget, receiver);

    await widget.press("Save a receipt for payslip-george.pdf");
    await widget.text("1 document");
    await session.look("receipt", widget.frame);
    await widget.press("Back");
    await widget.press("Remove payslip-george.pdf");
    await widget.text("what was read in it is erased for good");
    await session.look("remove", widget.frame);
    await widget.press("Yes, remove");
    await widget.text("payslip-george.pdf was removed and erased.");
    await widget.leave("Done");
    assert.deepEqual(await site.called("onUploadsRemoved"), [{ uploads: ids, userId }]);
    await receiver.event("ARCHIVE_REVOKED", ids[0]);
    assert.equal((await api.call("GET", `/archives/${ids[0]}`)).state.status, "REVOKED");
    assert.deepEqual(await api.list("incomes", userId), [], "what was read in it is gone");
    assert.equal((await api.call("GET", `/archives/${unread}`)).state.status, "ERROR", "the other one stays");
    await isTold(site);
  } finally {
    await receiver.stop();
  }
}

async function toUpload(widget) {
  await widget.consent();
  await widget.press("Can't find yours?");
  await widget.press("Send payslips instead");
  await widget.screen("Send your documents");
}

/** One file is taken, the other one is of no kind that can be read. */
async function send(widget, files, session) {
  await widget.frame.getByLabel("Choose files").setInputFiles(files);
  await widget.text("holiday.zip is not a kind of file that we can take.");
  await session.look("chosen", widget.frame);
  await widget.press("Send");
}

async function isRead(api, receiver, id, userId) {
  await receiver.event("ARCHIVE_STARTED", id);
  assert.equal((await receiver.event("ARCHIVE_ANALYZED", id)).userId, userId);
  assert.equal((await api.call("GET", `/archives/${id}`)).state.status, "ANALYZED");
  await eventually(async () => {
    const incomes = await api.list("incomes", userId);
    assert.ok(
      incomes.length > 0 && incomes.every(({ metadata }) => metadata.sourceId === id),
      "an income is read in it",
    );
  });
}

/** In the sandbox only the samples can be read. */
async function anotherPaper(session, site, widget, receiver) {
  await widget.press("Send documents");
  await widget.screen("Send your documents");
  const buffer = Buffer.from("%PDF-1.4\n%%EOF\n");
  await widget.frame
    .getByLabel("Choose files")
    .setInputFiles([{ name: "shopping.pdf", mimeType: "application/pdf", buffer }]);
  await widget.press("Send");
  const id = await eventually(async () => {
    const created = await site.called("onUploadsCreated");
    assert.equal(created.length, 2);
    return created[1].uploads[0];
  });
  await receiver.event("ARCHIVE_FAILED", id);
  await widget.text("Your document could not be read");
  await session.look("unread", widget.frame);
  return id;
}

async function isTold(site) {
  const calls = await site.inShort();
  assert.deepEqual(calls.slice(-8), [
    "onUploadsCreated",
    "UPLOAD_CREATED",
    "onUploadsCreated",
    "UPLOAD_CREATED",
    "onUploadsRemoved",
    "UPLOAD_REMOVED",
    "WIDGET_CLOSED",
    "onClose",
  ]);
  assert.doesNotMatch(JSON.stringify(await site.calls()), /\.pdf/, "callbacks carry ids only");
}

export const cases = {
  "a payslip on a phone": (t) => uploads(t, "phone"),
  "a payslip on a desktop": (t) => uploads(t, "desktop"),
};
