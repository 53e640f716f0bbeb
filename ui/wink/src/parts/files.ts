import type { NewUpload } from "../api/client";
import { numberText, t } from "../strings";

export type ContentType = NewUpload["files"][number]["contentType"];

/** What the server takes at once: `sahod_app::MAX_FILES` files, and what fits in one request. */
export const MAX_FILES = 10;
const MEGABYTE = 1_000_000;
export const MAX_MEGABYTES = 15;

/** The endings of every type that the server takes: the generated types name them, and one more there is a fault here. */
const ENDINGS: Record<ContentType, string[]> = {
  "application/pdf": ["pdf"],
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "image/tiff": ["tif", "tiff"],
};
const TYPES = Object.keys(ENDINGS) as ContentType[];

/** For the browser's own file chooser. Some of them know only types, others only endings. */
export const ACCEPT = TYPES.flatMap((type) => [type, ...ENDINGS[type].map((ending) => `.${ending}`)]).join();

/** By its ending where the browser does not say; null for what is not taken. */
export function contentTypeOf({ name, type }: Pick<File, "name" | "type">): ContentType | null {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return TYPES.find((known) => (type ? known === type : ENDINGS[known].includes(ending))) ?? null;
}

export interface Chosen {
  files: File[];
  /** Why some of the newly chosen ones were left out, a sentence each. */
  faults: string[];
}

/** Adds what can be sent to what was chosen before. */
export function choose(before: File[], more: readonly File[]): Chosen {
  const files = [...before];
  const faults: string[] = [];
  for (const file of more) {
    const { name, size } = file;
    const isThere = files.some((other) => other.name === name && other.size === size);
    if (isThere) continue;
    const all = files.reduce((sum, other) => sum + other.size, size);
    if (!contentTypeOf(file)) faults.push(t("upload.fault.type", { name }));
    else if (!size) faults.push(t("upload.fault.empty", { name }));
    else if (size > MAX_MEGABYTES * MEGABYTE) faults.push(t("upload.fault.size", { name, max: MAX_MEGABYTES }));
    else if (files.length >= MAX_FILES) faults.push(t("upload.fault.count", { name, max: MAX_FILES }));
    else if (all > MAX_MEGABYTES * MEGABYTE) faults.push(t("upload.fault.all", { name, max: MAX_MEGABYTES }));
    else files.push(file);
  }
  return { files, faults };
}

/** 1 234 567 bytes are `1.2 MB`, in the language's own way. */
export function sizeText(bytes: number): string {
  const isLarge = bytes >= MEGABYTE / 2;
  return numberText(isLarge ? bytes / MEGABYTE : Math.max(1, bytes / 1000), {
    style: "unit",
    unit: isLarge ? "megabyte" : "kilobyte",
    maximumFractionDigits: isLarge ? 1 : 0,
  });
}
