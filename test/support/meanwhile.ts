/** What happens while a CRM has a request, which it begins with only after that: no clock decides what comes first. */
import type { SandboxRequest } from "../../sandbox/crm.ts";
import type { SandboxOptions } from "../../sandbox/server.ts";

export interface Meanwhile {
  readonly onRequest: NonNullable<SandboxOptions["onRequest"]>;
  /** Once, while the CRM has the next of the requests that are meant. */
  next(happens: () => unknown): void;
}

export function createMeanwhile(isMeant: (request: SandboxRequest) => boolean): Meanwhile {
  let next: (() => unknown) | undefined;
  return {
    async onRequest(_crm, request) {
      if (next === undefined || !isMeant(request)) return;
      const happens = next;
      next = undefined;
      await happens();
    },
    next(happens) {
      next = happens;
    },
  };
}
