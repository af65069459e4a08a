/** A connector with some of its methods in other hands. */
import type { Connector } from "../../connectors/connector.ts";

/** Keeps what a class has on its prototype, which a copy of the object would lose, and its private fields. */
export function wrapped(connector: Connector, replaced: Partial<Connector>): Connector {
  return new Proxy(connector, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return Reflect.get(replaced, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
