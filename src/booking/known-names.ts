/**
 * Names that BookingBug is known to send, and those we add, so that a slip of the pen in a mapping is noticed. BookingBug
 * sends more than is documented, and tenants have names of their own: a name that is not here is not wrong.
 */
const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

const PERSON = words(`
  id first_name last_name name email address1 address2 address3 address4 address5 postcode country phone mobile
  phone_prefix mobile_prefix reference comp_ref client_type member_type member_level_id company_id default_company_id
  join_date time_zone locale deleted notifications answers path has_wallet has_active_wallet wallet_amount files title`);

/** By the root of a path: `client` in `client.first_name`. */
export const KNOWN_NAMES: Readonly<Record<string, readonly string[]>> = {
  purchase: words(`
    id total_price price paid deposit due_now certificate_paid tax_payable_on_price tax_payable_on_deposit
    tax_payable_on_due_now client_name created_at updated_at payment_type bookings booking_count active_count is_cancelled
    packages products deals`),
  client: [
    ...PERSON,
    ...words("first_booking last_booking next_booking booking_count active_count cancelled_count no_show_count"),
  ],
  member: PERSON,
  attendee: words("id first_name last_name name email phone mobile"),
  company: words("id name timezone external_id"),
  booking: words(`
    id full_describe describe datetime end_datetime start_at end_at status is_cancelled is_event time_zone duration
    duration_span listed_duration on_waitlist company_id company_name attended price paid due_now quantity service_id
    service_name event_id event_chain_id session_id slot_id purchase_id settings slot_settings min_cancellation_time
    booking_type resource_name resource_id person_name person_id person_email people_ids address first_name last_name
    email answers survey_answers answers_summary survey_answers_summary questions member_id client_id client_name
    client_email client_phone client_mobile mobile created_at updated_at booking_updated multi_status
    current_multi_status check_in_status channel notes private_note booked_by booked_by_email user_id ticket_name event
    additional_attendee_customers`),
};

/** Ours alone: there are no others. */
export const CHANGE_NAMES = words("kind at cancelled cancelled_at rescheduled reschedule_count previous_start");
