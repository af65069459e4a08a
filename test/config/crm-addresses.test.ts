/** In production a CRM is spoken to over HTTPS; only what never leaves the machine may do without [S2]. */
import { describe, expect, it } from "@jest/globals";
import { plainAddresses } from "../../src/config/crm-addresses.ts";

const refused = (address: string, NODE_ENV = "production") =>
  plainAddresses({ NODE_ENV, CRM_URL: address, OTHER: "http://other.example.com" }, ["CRM_URL"]).map(
    ({ variable }) => variable,
  );

describe("a CRM's address", () => {
  it.each([
    "http://crm.example.com",
    "HTTP://crm.example.com",
    " http://10.0.0.1:8080/path",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://127.0.0.1@crm.example.com",
    "http://notlocalhost",
  ])("in plain HTTP is refused in production: %s", (address) => {
    expect(refused(address)).toEqual(["CRM_URL"]);
  });

  it.each([
    "https://crm.example.com",
    "http://localhost:1",
    "http://127.0.0.1",
    "http://127.9.9.9:80",
    "http://[::1]:80",
  ])("is taken: %s", (address) => {
    expect(refused(address)).toEqual([]);
  });

  it("may be anything in development", () => {
    expect(refused("http://crm.example.com", "development")).toEqual([]);
  });
});
