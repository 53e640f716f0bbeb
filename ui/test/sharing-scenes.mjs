// The walks past documents, receipts and templates.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { button, heading, leave, names, typeLogin } from "./steps.mjs";

const pdf = (name, size = 40_000) => ({ name, mimeType: "application/pdf", buffer: Buffer.alloc(size, 1) });
const LONG = "payslip_november_2026_kooperatiba_ng_mga_manggagawa_final_signed.pdf";

/** From "can't find yours" over two files to the list, and one of them removed. */
export async function uploads({ open, shot, hold, api }) {
  api.stepMs = 300;
  const { frame, calls, closed } = await open({ companyName: "Acme Loans" });
  await button(frame, "Continue").click();
  await button(frame, "Can't find yours?").click();
  await button(frame, "Send payslips instead").click();
  await heading(frame, "Send your documents");
  await shot("upload");
  await button(frame, "Send").click();
  await frame.getByText("Please choose a file first.").waitFor();
  await frame.getByLabel("Choose files").setInputFiles([pdf(LONG), pdf("october.pdf", 1_500_000)]);
  await frame.getByText("1.5 MB").waitFor();
  await shot("upload-chosen");
  await button(frame, "Take out october.pdf").click();
  const release = hold(/\/uploads$/);
  await button(frame, "Send").click();
  await frame.getByText("Please keep this window open.").waitFor();
  await shot("upload-sending");
  release();
  await heading(frame, "What you share");
  await frame.getByText("Your documents have arrived.").waitFor();
  await frame.getByText("Being read").waitFor();
  await frame.getByText("Read", { exact: true }).waitFor();
  await shot("uploaded");

  await button(frame, "Send documents").click();
  await frame.getByLabel("Choose files").setInputFiles([pdf("bad.pdf")]);
  await button(frame, "Send").click();
  await frame.getByText("Your document could not be read").waitFor();
  await shot("upload-unread");
  await button(frame, "Save a receipt for bad.pdf").click();
  await frame.getByText("1 document", { exact: true }).waitFor();
  await shot("upload-receipt");
  await button(frame, "Back").click();
  await button(frame, "Remove bad.pdf").click();
  await frame.getByText("Remove bad.pdf? Acme Loans loses access").waitFor();
  await shot("upload-remove");
  await button(frame, "Yes, remove").click();
  await frame.getByText("bad.pdf was removed and erased.").waitFor();
  await leave(frame, "Done");
  await closed();

  const seen = await calls();
  assert.deepEqual(names(seen).slice(-8), [
    "onUploadsCreated",
    "UPLOAD_CREATED",
    "onUploadsCreated",
    "UPLOAD_CREATED",
    "onUploadsRemoved",
    "UPLOAD_REMOVED",
    "WIDGET_CLOSED",
    "onClose",
  ]);
  const created = seen.filter(([name]) => name === "onUploadsCreated").map(([, payload]) => payload);
  const [, removed] = seen.find(([name]) => name === "onUploadsRemoved");
  assert.deepEqual(Object.keys(removed).sort(), ["uploads", "userId"]);
  assert.deepEqual(removed.uploads, created[1].uploads);
  assert.equal(seen.at(-3)[1].archive.archiveId, removed.uploads[0]);
  assert.doesNotMatch(JSON.stringify(seen), /\.pdf/, "callbacks carry ids only");
}

/** Files that are not taken, a line that breaks, and a source that takes documents only. */
export async function refusedFiles({ open, shot, cut, api }) {
  api.stepMs = 50;
  const { frame } = await open({ companyName: "Acme Loans", topProviders: ["scans"] });
  await button(frame, "Continue").click();
  await button(frame, "Scanned Papers Only").click();
  await heading(frame, "Send documents from Scanned Papers Only");
  const input = frame.getByLabel("Choose files");
  await input.setInputFiles([
    { name: "holiday.zip", mimeType: "application/zip", buffer: Buffer.alloc(10) },
    { name: "nothing.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(0) },
    pdf("fine.pdf"),
  ]);
  await frame.getByText("holiday.zip is not a kind of file").waitFor();
  await shot("files-refused");
  await cut(/\/uploads$/);
  await button(frame, "Send").click();
  await frame.getByText("We can't reach the service.").waitFor();
  await shot("files-network");
  api.faults.push({ match: /POST \/uploads/, status: 400 });
  await button(frame, "Send").click();
  await frame.getByText("A file could not be used.").waitFor();
  await button(frame, "Send").click();
  await frame.getByText("Your documents have arrived.").waitFor();
  await leave(frame, "Done");

  const only = await open({ providers: ["scans"], enableConsentPage: false });
  await heading(only.frame, "Send documents from Scanned Papers Only");
  assert.equal(await button(only.frame, "Back").count(), 0, "there is nothing before it");

  const off = await open({ enableUpload: false });
  await button(off.frame, "Continue").click();
  await off.frame.getByLabel("Search by name").fill("scanned papers");
  await off.frame.getByText("Nothing found").waitFor();
  await button(off.frame, "Can't find yours?").click();
  assert.equal(await button(off.frame, "Send payslips instead").count(), 0, "uploads are off");
}

/** What was agreed to: on screen, as a file, and when it cannot be read at first. */
export async function receipt({ page, open, shot, api }) {
  api.stepMs = 20;
  api.consent = { continuous: true, purpose: "To decide on your loan for the shop in Cebu." };
  const { frame } = await open({ companyName: "Acme Loans", topProviders: ["freelancer"] });
  await heading(frame, "Acme Loans asks to see");
  await frame.getByText("To decide on your loan for the shop in Cebu.").waitFor();
  await frame.getByText("Read again each month").waitFor();
  await shot("consent-monthly");
  await button(frame, "Continue").click();
  await button(frame, "Freelancer").click();
  await typeLogin(frame, "E-mail", "gpalomero1234@smileapi.io");
  await heading(frame, "Freelancer is connected");
  await shot("connected");
  api.faults.push({ match: /receipt$/, status: 500 });
  await button(frame, "Save a receipt for Freelancer").click();
  await heading(frame, "What you agreed to");
  await frame.getByText("The service has a problem").waitFor();
  await shot("receipt-trouble");
  await button(frame, "Try again").click();
  await frame.getByText("Demo Lending").waitFor();
  await shot("receipt");
  const [download] = await Promise.all([page.waitForEvent("download"), button(frame, "Save as a file").click()]);
  assert.match(download.suggestedFilename(), /^receipt-freelancer-[\d-]+\.json$/);
  const saved = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.deepEqual(Object.keys(saved), ["receipt", "jws", "jwks"]);
  await button(frame, "Back").click();
  await heading(frame, "What you share");
  await leave(frame, "Done");
}

/** Colours, picture, corners, language and options of a template; the page's own options win. */
export async function template({ page, open, shot, api }) {
  const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4.5" cy="4.5" r="4"/></svg>';
  await page.route("https://pictures.example/logo.svg", (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: picture }),
  );
  await page.route("https://pictures.example/gone.svg", (route) =>
    route.fulfill({ contentType: "image/png", body: "" }),
  );
  const theme = { primaryColor: "#ffd400", logoUrl: "https://pictures.example/logo.svg", rounded: false };
  api.template = {
    id: "wtpl-1",
    name: "Yellow",
    language: "en",
    options: { companyName: "Yellow Bank", enableSearchBar: false, enableUpload: false, topProviders: ["paynest"] },
    theme,
  };
  const { frame } = await open({ topProviders: ["grab"] });
  await heading(frame, "Yellow Bank asks to see");
  await frame.locator("img.party").waitFor();
  await shot("consent");
  await button(frame, "Continue").click();
  await frame.getByRole("heading", { level: 2, name: "Suggested" }).waitFor();
  await button(frame, "Grab").waitFor();
  assert.equal(await frame.getByLabel("Search by name").count(), 0, "the template turns the search off");
  await shot("providers");

  api.template = {
    ...api.template,
    language: "fil",
    theme: { ...theme, logoUrl: "https://pictures.example/gone.svg" },
  };
  const second = await open({ companyName: "Acme" });
  await heading(second.frame, "Gustong makita ng Acme");
  await second.frame.getByText("A", { exact: true }).waitFor();
  assert.equal(await second.frame.locator("img.party").count(), 0, "the initial stands in for a picture that is gone");
}
