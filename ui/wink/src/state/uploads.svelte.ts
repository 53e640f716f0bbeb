import type { LinkApi } from "../api/client";
import { ApiError, troubleOf } from "../api/errors";
import type { Session, Upload } from "../api/types";
import { type ContentType, contentTypeOf } from "../parts/files";

interface Listener {
  created: (upload: Upload) => void;
  removed: (upload: Upload) => void;
  expired: () => void;
}

/** The documents that the person handed over, and those on their way. */
export class Uploads {
  items = $state.raw<Upload[]>([]);
  /** How much of a request has gone out, from 0 to 1; null while there is none. */
  sent = $state<number | null>(null);
  trouble = $state.raw<ApiError | null>(null);

  constructor(
    readonly api: LinkApi,
    readonly listener: Listener,
  ) {}

  get isReading(): boolean {
    return this.items.some(({ status }) => status === "STARTED");
  }

  /** The list is a courtesy: when it cannot be read, the last one stays. */
  async load(): Promise<void> {
    try {
      const all = await this.api.uploads();
      this.items = all.filter(({ status }) => status !== "REVOKED");
    } catch (error) {
      this.#end(error);
    }
  }

  /** True once they have arrived. */
  async send({ consent }: Pick<Session, "consent">, files: File[], providerId: string | null): Promise<boolean> {
    this.sent = 0;
    this.trouble = null;
    try {
      const contents = await Promise.all(
        files.map(async (file) => ({
          name: file.name,
          contentType: contentTypeOf(file) ?? (file.type as ContentType),
          content: await base64Of(file),
        })),
      );
      const request = { files: contents, consentVersion: consent.version, ...(providerId ? { providerId } : {}) };
      const upload = await this.api.upload(request, (part) => {
        this.sent = part;
      });
      this.items = [upload, ...this.items];
      this.listener.created(upload);
      return true;
    } catch (error) {
      this.trouble = troubleOf(error);
      this.#end(error);
      return false;
    } finally {
      this.sent = null;
    }
  }

  /** Rejects when it did not work. */
  async remove(upload: Upload): Promise<void> {
    try {
      await this.api.removeUpload(upload.id);
    } catch (error) {
      this.#end(error);
      throw error;
    }
    this.items = this.items.filter(({ id }) => id !== upload.id);
    this.listener.removed(upload);
  }

  #end(error: unknown): void {
    if (troubleOf(error).kind === "expired") this.listener.expired();
  }
}

/** Rejects when the file has gone since it was chosen, as one in the cloud may. */
async function base64Of(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new ApiError("refused"));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}
