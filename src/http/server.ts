/** The HTTP server with its limits on time: nobody holds a connection by sending slowly, and every request is answered. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Express, RequestHandler } from "express";
import { SetupError } from "../config/setup-error.ts";
import { sendProblem } from "./problem.ts";

/** In milliseconds. */
export interface HttpTimes {
  /** For a request's headers to arrive. */
  readonly headers: number;
  /** For the whole request to arrive. */
  readonly request: number;
  /** For an answer to begin; Heroku's router gives up after 30 s. */
  readonly answer: number;
  /** That an idle connection is kept. Longer than a proxy keeps it, lest the proxy send into a closing connection. */
  readonly idle: number;
  /** Between two looks for connections that are too slow. */
  readonly look: number;
}

export const HTTP_TIMES: HttpTimes = {
  headers: 10_000,
  request: 20_000,
  answer: 25_000,
  idle: 95_000,
  look: 1_000,
};

export function createHttpServer(app: Express, times: HttpTimes = HTTP_TIMES): Server {
  const server = createServer({
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.idle,
    connectionsCheckingInterval: times.look,
  });
  const answers = new Set<ServerResponse>();
  underWay.set(server, answers);
  server.on("request", (_request: IncomingMessage, response: ServerResponse) => {
    answers.add(response);
    response.once("close", () => answers.delete(response));
    if (!server.listening) endAfterLast(answers, response.req.socket);
  });
  server.on("request", app);
  return server;
}

/** Of each server, what it has not answered yet, in the order in which it was asked. */
const underWay = new WeakMap<Server, ReadonlySet<ServerResponse>>();

/** Who asks more than once before they are answered has all their answers: the last one ends the connection. */
function endAfterLast(answers: ReadonlySet<ServerResponse>, socket: Socket): void {
  const own = (): ServerResponse[] => [...answers].filter(({ req }) => req.socket === socket);
  const last = own().at(-1);
  for (const response of own()) response.shouldKeepAlive = response !== last;
  // An answer that had begun before did not say that it is the last one.
  last?.once("close", () => {
    if (own().length === 0) socket.destroySoon();
  });
}

export interface Place {
  readonly port: number;
  /** All interfaces when absent. */
  readonly host: string | undefined;
  /** Names the port in what is said when it cannot be had. */
  readonly variable: "PORT" | "METRICS_PORT";
}

/** @returns the port. @throws SetupError */
export function listen(server: Server, { port, host, variable }: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(explainListening(error, port, variable)));
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function explainListening(error: Error, port: number, variable: string): Error {
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return new SetupError(`Port ${port} is in use. Next: end what listens there, or set ${variable} to another.`);
  }
  if (code === "EACCES") {
    return new SetupError(`Port ${port} may not be opened by this user. Next: set ${variable} to one above 1023.`);
  }
  if (code === "EADDRNOTAVAIL") {
    return new SetupError(
      "LISTEN_HOST is no address of this machine. Next: set it to one, or unset it to listen on all.",
    );
  }
  return error;
}

const LAST_ANSWERS_MS = 5_000;

/**
 * Takes no more requests and lets those under way be answered; what streams or hangs is cut off. Each answer ends its
 * connection: left open, it would take in more until it is cut off, and Node closes only what is idle now.
 */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const answers = underWay.get(server) ?? new Set();
    for (const socket of new Set([...answers].map(({ req }) => req.socket))) endAfterLast(answers, socket);
    const timer = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Answers 503 when nothing else has begun to answer in time. */
export function answerInTime(ms: number = HTTP_TIMES.answer): RequestHandler {
  return (_request, response, next) => {
    const timer = setTimeout(() => {
      if (response.headersSent) return;
      response.setHeader("Retry-After", "5");
      const detail = "The service could not answer in time. Try again after the time in Retry-After.";
      sendProblem(response, { status: 503, title: "Service Unavailable", detail });
    }, ms);
    response.once("close", () => clearTimeout(timer));
    next();
  };
}
