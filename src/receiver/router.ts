/** The HTTP edge for BookingBug: one URL for each callback that it can be given. */
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from "express";
import { CALLBACK_ROUTES, type CallbackRoute } from "../booking/types.ts";
import { sendProblem } from "../http/problem.ts";
import { watchBusy } from "./busy.ts";
import { type Admission, createAdmission } from "./overload.ts";
import { type Receipt, type ReceiveDeps, receive } from "./receive.ts";
import { readUpload } from "./upload.ts";

export interface ReceiverOptions extends ReceiveDeps {
  /** Authenticates before anything of the body is read. */
  readonly authenticate: RequestHandler;
  /** Told of each answer; must not throw or wait. */
  readonly onReceipt?: (receipt: Receipt) => void;
  /** Told the path of each whose body broke off; must not throw or wait. */
  readonly onBrokenOff?: (path: string) => void;
  /** Notifications taken in at once; more are asked to come again, so that memory stays bounded. */
  readonly maxUnderWay?: number;
  /** Whether the process is too slow to take anything in; by its own clock when absent. */
  readonly isBusy?: () => boolean;
}

/** Each holds up to a few hundred kilobytes for as long as Redis makes it wait; a small machine has 512 MB. */
const MAX_UNDER_WAY = 2_000;
const RETRY_AFTER_SECONDS = "5";
/** Of a list an answer names the first; the sender has them all. */
const MAX_IDS = 100;

export function createReceiver(options: ReceiverOptions): Router {
  const router = Router();
  const { maxUnderWay = MAX_UNDER_WAY, isBusy = watchBusy().isBusy } = options;
  const admission = createAdmission({ limit: maxUnderWay, isBusy });
  const takeIn = admitted(admission, (route, request, response) => handle(options, route, request, response));
  for (const route of CALLBACK_ROUTES) {
    const path = `/notifications/${route}`;
    router.post(path, options.authenticate, (request, response) => takeIn(route, request, response));
    router.all(path, (_request, response) => {
      response.setHeader("Allow", "POST");
      sendProblem(response, { status: 405, title: "Method Not Allowed", detail: "Post notifications to this URL." });
    });
  }
  router.use("/notifications", handleErrors(options));
  return router;
}

type RouteHandler = (route: CallbackRoute, request: Request, response: Response) => Promise<void>;

function admitted(admission: Admission, handler: RouteHandler): RouteHandler {
  return async (route, request, response) => {
    const leave = admission.enter();
    if (leave === undefined) return unavailable(response);
    try {
      await handler(route, request, response);
      leave("done");
    } catch (error) {
      leave("failed");
      throw error;
    }
  };
}

async function handle(
  options: ReceiverOptions,
  route: CallbackRoute,
  request: Request,
  response: Response,
): Promise<void> {
  const upload = await readUpload(request, options.maxBodyBytes);
  if (upload.kind === "broken_off") return options.onBrokenOff?.(request.path);
  const { "content-type": contentType, "content-encoding": contentEncoding } = request.headers;
  const receipt = await receive(options, { route, contentType, contentEncoding, upload });
  answer(response, receipt);
  options.onReceipt?.(receipt);
}

function answer(response: Response, receipt: Receipt): void {
  switch (receipt.outcome) {
    case "stored": {
      const { deliveryId, purchaseIds, bookingIds } = receipt;
      const [purchaseId] = purchaseIds;
      response.status(202).json({
        outcome: "stored",
        deliveryId,
        purchaseId,
        ...(purchaseIds.length > 1 && { purchaseIds: purchaseIds.slice(0, MAX_IDS) }),
        bookings: bookingIds.slice(0, MAX_IDS),
      });
      return;
    }
    case "asked": {
      const { outcome, deliveryId, bookingId } = receipt;
      response.status(202).json({ outcome, deliveryId, bookings: [bookingId] });
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
        extra: { deliveryId: receipt.deliveryId, quarantined: receipt.deliveryId, outcome: "quarantined" },
      });
  }
}

const TITLES = {
  400: "Bad Request",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
} as const;

function handleErrors(options: ReceiverOptions): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const message = cause instanceof Error ? cause.message : "unknown";
    options.log.error({ error: message }, "a notification could not be stored");
    unavailable(response);
  };
}

function unavailable(response: Response): void {
  response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
  const detail = "The notification could not be stored. Send it again after the time in Retry-After.";
  sendProblem(response, { status: 503, title: "Service Unavailable", detail });
}
