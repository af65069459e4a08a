/** Mappings in which an appointment is linked to a contact and a company, and the contact to the company, for both CRMs alike. */

/**
 * @param company the association of HubSpot's by which a contact is linked to a company
 * @param owned whether who a person is, and whose an appointment is, are BookingBug's word and the rest of an appointment the CRM's
 * @returns their texts, by CRM
 */
export function linkedMappings(company: string, owned: "owned" | "plain"): Readonly<Record<string, string>> {
  const owner = (of: string): string => (owned === "owned" ? `\n    owner: ${of}` : "");
  const ofLink = owned === "owned" ? ", owner: bookingbug" : "";
  return {
    salesforce: `crm: salesforce
objects:
  company:
    object: Account
    per: company
    external_id: { BB_Id__c: company.id }
    fields: { Name: { constant: Bloom Clinic } }
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]${owner("bookingbug")}
    links: { company: AccountId }
    fields: { LastName: client.last_name, Email: client.email }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }${owner("crm")}
    links: [{ to: contact, by: WhoId${ofLink} }, { to: company, by: WhatId }]
    fields: { Subject: booking.full_describe, StartDateTime: booking.start_at, EndDateTime: booking.end_at }
`,
    hubspot: `crm: hubspot
objects:
  company:
    object: companies
    per: company
    external_id: { bookingbug_company_id: company.id }
    fields: { name: { constant: Bloom Clinic } }
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]${owner("bookingbug")}
    links: { company: ${company} }
    fields: { lastname: client.last_name, email: client.email }
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }${owner("crm")}
    links: [{ to: contact, by: 200${ofLink} }, { to: company, by: 188 }]
    fields: { hs_timestamp: booking.start_at, hs_meeting_title: booking.full_describe }
`,
  };
}
