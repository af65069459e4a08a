/** The HTTP edge for BookingBug: one URL for each callback that it can be given. */
import express, { type ErrorRequestHandler, type Request, type RequestHandler, Router } from "express";
import type { CallbackRoute } from "../booking/types.ts";
import { sendProblem } from "../http/problem.ts";
import { type Delivery, type Receipt, type ReceiveDeps, receive, receiveTooLarge } from "./receive.ts";

export interface ReceiverOptions extends ReceiveDeps {
  /** Authenticates before anything of the body is read. */
  readonly authenticate: RequestHandler;
  readonly maxBodyBytes: number;
}

const ROUTES: readonly CallbackRoute[] = ["bookings", "updates", "cancellations"];
const RETRY_AFTER_SECONDS = "5";

export function createReceiver(options: ReceiverOptions): Router {
  const router = Router();
  // BookingBug's Content-Type is not documented: whatever it says, the body is taken as bytes.
  const readBody = express.raw({ type: () => true, limit: options.maxBodyBytes });

  for (const route of ROUTES) {
    const path = `/notifications/${route}`;
    router.post(path, options.authenticate, readBody, async (request, response) => {
      answer(response, await receive(options, deliveryOf(route, request)));
    });
    router.all(path, (_request, response) => {
      response.setHeader("Allow", "POST");
      sendProblem(response, { status: 405, title: "Method Not Allowed", detail: "Post notifications to this URL." });
    });
  }
  router.use("/notifications", handleErrors(options));
  return router;
}

function deliveryOf(route: CallbackRoute, request: Request): Delivery {
  const body: unknown = request.body;
  return {
    route,
    contentType: request.headers["content-type"],
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  };
}

function answer(response: express.Response, receipt: Receipt): void {
  switch (receipt.outcome) {
    case "stored": {
      const { deliveryId, purchaseIds, bookingIds } = receipt;
      const [purchaseId] = purchaseIds;
      response.status(202).json({
        outcome: "stored",
        deliveryId,
        purchaseId,
        ...(purchaseIds.length > 1 && { purchaseIds }),
        bookings: bookingIds,
      });
      return;
    }
    case "ignored":
      response.status(202).json(receipt);
      return;
    case "quarantined":
      sendProblem(response, {
        status: receipt.status,
        title: TITLES[receipt.status],
        detail: "The notification could not be read. It is kept in quarantine, where it can be looked at and retried.",
        errors: receipt.problems,
        extra: { deliveryId: receipt.deliveryId, outcome: "quarantined" },
      });
  }
}

const TITLES = { 400: "Bad Request", 413: "Content Too Large", 422: "Unprocessable Content" } as const;

function handleErrors(options: ReceiverOptions): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const type = typeof error === "object" && error !== null && "type" in error ? error.type : undefined;
    const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : undefined;
    if (type === "entity.too.large") {
      const route = ROUTES.find((one) => request.path.endsWith(one)) ?? "bookings";
      const delivery = { ...deliveryOf(route, request), body: Buffer.alloc(0) };
      const receipt = await receiveTooLarge(options, delivery, options.maxBodyBytes).catch(() => undefined);
      return receipt === undefined ? unavailable(response) : answer(response, receipt);
    }
    if (status !== undefined && status >= 400 && status < 500) {
      const detail = "The request broke off or is not encoded as it says.";
      return sendProblem(response, { status, title: "Bad Request", detail });
    }
    options.log.error(
      { error: error instanceof Error ? error.message : "unknown" },
      "a notification could not be stored",
    );
    unavailable(response);
  };
}

function unavailable(response: express.Response): void {
  response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
  const detail = "The notification could not be stored. Send it again after the time in Retry-After.";
  sendProblem(response, { status: 503, title: "Service Unavailable", detail });
}
