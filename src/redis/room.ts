/** How much more this Redis can take: memory, as bookings, and connections. */
import type { Redis } from "ioredis";
import { primariesOf, type RedisClient } from "./client.ts";
import { infoSection } from "./info.ts";

export interface Share {
  readonly used: number;
  /** Undefined where the server says none. */
  readonly limit: number | undefined;
}

export interface RedisRoom {
  /** Bytes. */
  readonly memory: Share;
  readonly connections: Share;
}

/** As docs/reliability.md measures it: what is kept once, and what each CRM adds. */
const BOOKING_BYTES = 4_000;
const BOOKING_AND_CRM_BYTES = 4_000;

/** @returns the bytes that a booking takes while it is remembered */
export function bytesOfBooking(crms: number): number {
  return BOOKING_BYTES + crms * BOOKING_AND_CRM_BYTES;
}

/** Of a Cluster's nodes the fullest is told of: all keys are in one slot, and so on one node. */
export async function roomIn(redis: RedisClient): Promise<RedisRoom> {
  const rooms = await Promise.all((await primariesOf(redis)).map(roomOn));
  return rooms.reduce((fullest, room) => (room.memory.used > fullest.memory.used ? room : fullest));
}

async function roomOn(redis: Redis): Promise<RedisRoom> {
  const memory = await infoSection(redis, "memory");
  const clients = await infoSection(redis, "clients");
  return {
    memory: { used: Number(memory.get("used_memory")), limit: limitIn(memory.get("maxmemory")) },
    connections: { used: Number(clients.get("connected_clients")), limit: limitIn(clients.get("maxclients")) },
  };
}

/** 0 is Redis' word for none. */
function limitIn(text: string | undefined): number | undefined {
  const limit = Number(text);
  return limit > 0 ? limit : undefined;
}
