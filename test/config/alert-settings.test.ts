/** Where alerts go, as it is set. */
import { describe, expect, it } from "@jest/globals";
import { connectors } from "../../connectors/index.ts";
import { loadConfig } from "../../src/config/config.ts";
import { testEnvironment } from "../support/environment.ts";

const load = (more: Record<string, string>) =>
  loadConfig({ ...testEnvironment("redis://127.0.0.1:1", "http://127.0.0.1:1"), ...more }, connectors);

describe("where alerts go", () => {
  it("is several places each, between commas or spaces; a comma within an address separates nothing", () => {
    const { alertWebhookUrls, alertTeamsUrls, alertMail } = load({
      ALERT_WEBHOOK_URL: "https://one.example/a,b, https://two.example/c",
      ALERT_TEAMS_URL: "https://three.example/?sig=x\nhttps://four.example/",
      ALERT_SMTP_URL: "smtps://user:pass@mail.example",
      ALERT_MAIL_FROM: "crm@example.com",
      ALERT_MAIL_TO: "a@example.com, b@example.com",
    });
    expect(alertWebhookUrls).toEqual(["https://one.example/a,b", "https://two.example/c"]);
    expect(alertTeamsUrls).toEqual(["https://three.example/?sig=x", "https://four.example/"]);
    expect(alertMail?.to).toEqual(["a@example.com", "b@example.com"]);
  });

  it.each([
    "https://one.example/a,https://two.example/c,",
    "https://one.example/a;https://two.example/c",
    "https://one.example/a; https://two.example/c\n",
    "https://one.example/a ,\nhttps://two.example/c,https://one.example/a",
  ])("is each place once, however the list is written: %j", (list) => {
    expect(load({ ALERT_WEBHOOK_URL: list }).alertWebhookUrls).toEqual([
      "https://one.example/a",
      "https://two.example/c",
    ]);
  });

  it.each([
    [{ ALERT_SMTP_URL: "smtp://mail.example" }, "ALERT_MAIL_FROM"],
    [{ ALERT_MAIL_FROM: "a@example.com", ALERT_MAIL_TO: "a@example.com" }, "ALERT_SMTP_URL"],
    [{ ALERT_SMTP_URL: "https://mail.example" }, "ALERT_SMTP_URL"],
    [{ ALERT_MAIL_TO: "nobody" }, "ALERT_MAIL_TO"],
    [{ ALERT_TEAMS_URL: "https://one.example two" }, "ALERT_TEAMS_URL"],
    [{ DASHBOARD_URL: "https://u:p@crm.example" }, "DASHBOARD_URL"],
    [{ DASHBOARD_URL: "http://crm.example", NODE_ENV: "production" }, "DASHBOARD_URL"],
    [{ ALERT_WEBHOOK_URL: "https://one.example/a, http://two.example/c", NODE_ENV: "production" }, "ALERT_WEBHOOK_URL"],
    [{ ALERT_TEAMS_URL: "http://one.example/a", NODE_ENV: "production" }, "ALERT_TEAMS_URL"],
  ])("is refused where it cannot work: %j", (more, variable) => {
    expect(() => load(more)).toThrow(new RegExp(variable));
  });

  it("is a place on this machine also without HTTPS, in production", () => {
    const { alertWebhookUrls } = load({ ALERT_WEBHOOK_URL: "http://127.0.0.1:8080/relay", NODE_ENV: "production" });
    expect(alertWebhookUrls).toHaveLength(1);
  });

  it("has links to the dashboard, whether its own path was said or not", () => {
    const urls = ["https://crm.example/", "https://crm.example/admin/", "https://crm.example", "https://crm.example//"];
    for (const url of [...urls, "https://crm.example//admin//"])
      expect(load({ DASHBOARD_URL: url }).dashboardUrl).toBe("https://crm.example");
  });
});
