/** How much a connection was answered at once: what has to be in memory together. */
import type { Redis } from "ioredis";

export interface LargestAnswer {
  bytes(): number;
  /** Of the commands that begin with this. */
  entries(command: string): number;
}

/** Watches what the connection is answered from now on. */
export function largestAnswer(redis: Redis): LargestAnswer {
  let bytes = 0;
  const entries = new Map<string, number>();
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    const answer = send(command, stream);
    void command.promise
      .then((reply: unknown) => {
        bytes = Math.max(bytes, sizeOf(reply));
        const length = Array.isArray(reply) ? reply.length : 1;
        entries.set(command.name, Math.max(entries.get(command.name) ?? 0, length));
      })
      .catch(() => {});
    return answer;
  };
  return {
    bytes: () => bytes,
    entries: (name) => Math.max(0, ...[...entries].map(([command, most]) => (command.startsWith(name) ? most : 0))),
  };
}

function sizeOf(reply: unknown): number {
  if (Array.isArray(reply)) return reply.reduce<number>((sum, one) => sum + sizeOf(one), 0);
  return typeof reply === "string" || Buffer.isBuffer(reply) ? reply.length : 8;
}
