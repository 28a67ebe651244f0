/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every column of the database tells of people. After TABLE(name) come its columns, each
 * COL(column, CLASS, FORM), in their order; a test compares the list with the schema of both
 * engines. Included several times: no include guard.
 *
 * CLASS
 *   NONE      nothing of anybody
 *   LINK      nothing by itself: leads to somebody as long as their name stands elsewhere
 *   ERASED    about people; emptied or removed when they ask for it, and by its age
 *   COPY      the same, a copy for searching of what stands elsewhere; goes with it
 *   LEGAL     about people; kept, since accounting, tax, customs or the quota need it
 *   BOOKS     of accounts that are not kept by person
 *   REGISTER  a mirror of the public register
 *   STAFF     about the organiser's people, or written by them for the journal; kept with it
 *   SECRET    a hash or a sealed key; never leaves the database
 *
 * FORM: how it stands in the copy that people may have (privacy/copy.c), NOT: it is not there.
 * Everything ERASED, LEGAL or REGISTER is; in which order the statement of the table gives it (in
 * privacy_file.sql, columns by their order here).
 *
 * A new column: ERASED needs a line in the room's function that lets go (forget.c and its like),
 * a place in the statement, and content in the full company of test/known.c.
 */

TABLE(schema_step)
COL(number, NONE, NOT) COL(name, NONE, NOT) COL(checksum, NONE, NOT) COL(applied_ms, NONE, NOT)

TABLE(setting)
COL(name, NONE, NOT) COL(value, SECRET, NOT)

TABLE(session)
COL(id_hash, SECRET, NOT) COL(account_id, LINK, NOT) COL(organiser_id, NONE, NOT)
COL(siren, ERASED, SIREN) COL(company, ERASED, TEXT) COL(email, ERASED, TEXT) COL(rights, NONE, NOT)
COL(created_ms, LINK, INSTANT) COL(seen_ms, LINK, INSTANT) COL(expires_ms, LINK, INSTANT)
COL(staff_rights, NONE, NOT) COL(confirmed_ms, NONE, NOT)

TABLE(api_token)
COL(token_hash, SECRET, NOT) COL(label, ERASED, TEXT) COL(siren, ERASED, SIREN)
COL(organiser_id, NONE, NOT) COL(account_id, LINK, NOT) COL(rights, NONE, NOT)
COL(created_ms, LINK, INSTANT) COL(expires_ms, LINK, INSTANT) COL(last_used_day, LINK, DAY)
COL(revoked_ms, LINK, INSTANT) COL(made_by, SECRET, NOT)

TABLE(health_mark)
COL(name, NONE, NOT) COL(at_ms, NONE, NOT)

TABLE(job)
COL(id, NONE, NOT) COL(kind, NONE, NOT) COL(subject_id, NONE, NOT) COL(args, NONE, NOT)
COL(rule, NONE, NOT) COL(due_ms, NONE, NOT) COL(timeout_ms, NONE, NOT) COL(attempt, NONE, NOT)
COL(lease, NONE, NOT) COL(leased, NONE, NOT) COL(once_key, NONE, NOT) COL(created_ms, NONE, NOT)
COL(dead_ms, NONE, NOT) COL(error, NONE, NOT)

TABLE(mail)
COL(id, NONE, NOT) COL(cause, NONE, TEXT) COL(subject_id, LINK, NOT) COL(recipient, ERASED, TEXT)
COL(subject, NONE, TEXT) COL(body, ERASED, TEXT) COL(message_id, NONE, NOT)
COL(created_ms, LINK, INSTANT) COL(tries, NONE, NOT) COL(sent_ms, LINK, INSTANT)
COL(refused_ms, LINK, INSTANT) COL(code, NONE, NOT) COL(answer, ERASED, TEXT) COL(last, NONE, NOT)

TABLE(company)
COL(siren, REGISTER, SIREN) COL(name, REGISTER, TEXT) COL(active, REGISTER, YES)
COL(partial, REGISTER, YES) COL(gone, REGISTER, YES) COL(band, REGISTER, BAND)
COL(band_year, REGISTER, INT) COL(legal_category, REGISTER, INT) COL(naf, REGISTER, TEXT)
COL(head_siret, REGISTER, SIRET) COL(head_commune, REGISTER, TEXT) COL(networks, REGISTER, INT)
COL(network_source, REGISTER, INT) COL(created_day, REGISTER, DAY)

TABLE(establishment)
COL(siret, REGISTER, SIRET) COL(active, REGISTER, YES) COL(head_office, REGISTER, YES)
COL(partial, REGISTER, YES) COL(gone, REGISTER, YES) COL(band, REGISTER, BAND)
COL(sign, REGISTER, TEXT) COL(complement, REGISTER, TEXT) COL(street, REGISTER, TEXT)
COL(special, REGISTER, TEXT) COL(postal_code, REGISTER, TEXT) COL(commune, REGISTER, TEXT)
COL(city, REGISTER, TEXT) COL(craft_code, REGISTER, TEXT) COL(country, REGISTER, TEXT)

TABLE(registry_member)
COL(siren, REGISTER, SIREN) COL(cci_ms, LINK, INSTANT) COL(cci_email, ERASED, TEXT)
COL(cci_phone, ERASED, TEXT) COL(cma_ms, LINK, INSTANT) COL(cma_email, ERASED, TEXT)
COL(cma_phone, ERASED, TEXT)

TABLE(registry_import)
COL(id, NONE, NOT) COL(token, NONE, NOT) COL(units_mark, NONE, NOT)
COL(establishments_mark, NONE, NOT) COL(started_ms, NONE, NOT) COL(finished_ms, NONE, NOT)
COL(siren, NONE, NOT) COL(counts, NONE, NOT) COL(companies, NONE, NOT) COL(named, NONE, NOT)

TABLE(company_name)
COL(key, COPY, NOT) COL(siren, LINK, NOT)

TABLE(registry_gone)
COL(establishment, NONE, NOT) COL(number, NONE, NOT)

TABLE(account)
COL(id, LINK, INT) COL(email, ERASED, TEXT) COL(rights, STAFF, NOT) COL(organiser_id, STAFF, NOT)
COL(created_ms, LINK, INSTANT) COL(signed_in_ms, LINK, INSTANT) COL(forgotten_ms, NONE, NOT)

TABLE(sign_in)
COL(flow_hash, SECRET, NOT) COL(email, ERASED, TEXT) COL(code_hash, SECRET, NOT)
COL(back, ERASED, TEXT) COL(sent_ms, LINK, INSTANT) COL(expires_ms, LINK, INSTANT)
COL(tries, NONE, NOT)

TABLE(account_limit)
COL(id, NONE, NOT) COL(who, SECRET, NOT) COL(at_ms, NONE, NOT)

TABLE(company_link)
COL(account_id, LINK, INT) COL(siren, LINK, SIREN) COL(proof, ERASED, TEXT)
COL(since_ms, LINK, INSTANT) COL(ended_ms, LINK, INSTANT) COL(frozen_ms, LINK, INSTANT)

TABLE(claim)
COL(id, LINK, INT) COL(account_id, LINK, INT) COL(siren, ERASED, SIREN) COL(siret, ERASED, SIRET)
COL(state, LINK, CLAIM_STATE) COL(contested, LINK, YES) COL(code_hash, SECRET, NOT)
COL(code_expires_ms, NONE, NOT) COL(tries, NONE, NOT) COL(created_ms, LINK, INSTANT)
COL(changed_ms, LINK, INSTANT)

TABLE(letter_batch)
COL(id, NONE, NOT) COL(created_ms, NONE, NOT) COL(letters, NONE, NOT) COL(written_ms, NONE, NOT)

TABLE(letter)
COL(claim_id, LINK, INT) COL(nonce, SECRET, NOT) COL(asked_ms, LINK, INSTANT)
COL(batch_id, NONE, NOT) COL(code_hash, SECRET, NOT) COL(expires_ms, LINK, INSTANT)
COL(tries, NONE, NOT)

TABLE(company_declaration)
COL(siren, ERASED, SIREN) COL(heads, ERASED, INT) COL(networks, ERASED, INT)
COL(changed_ms, LINK, INSTANT) COL(account_id, LINK, INT)

TABLE(review)
COL(id, LINK, NOT) COL(kind, LINK, TEXT) COL(siren, LINK, SIREN) COL(account_id, LINK, INT)
COL(asked, LINK, INT) COL(note, ERASED, TEXT) COL(state, LINK, REVIEW_STATE)
COL(created_ms, LINK, INSTANT) COL(changed_ms, LINK, INSTANT) COL(decided_ms, LINK, INSTANT)
COL(decided_by, STAFF, NOT) COL(reason, ERASED, TEXT) COL(entered_by, STAFF, NOT)
COL(before_value, ERASED, INT) COL(reopened_ms, LINK, INSTANT) COL(reopened_by, STAFF, NOT)
COL(reopen_why, ERASED, TEXT)

TABLE(review_organiser)
COL(review_id, NONE, NOT) COL(organiser_id, NONE, NOT)

TABLE(account_event)
COL(id, NONE, NOT) COL(siren, LINK, SIREN) COL(account_id, LINK, INT) COL(actor_id, LINK, NOT)
COL(what, LINK, TEXT) COL(note, ERASED, TEXT) COL(at_ms, LINK, INSTANT)

TABLE(organiser)
COL(id, NONE, NOT) COL(slug, STAFF, NOT) COL(name, STAFF, NOT) COL(contact_email, STAFF, NOT)
COL(created_ms, NONE, NOT) COL(approvers_ms, NONE, NOT)

TABLE(campaign)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(slug, NONE, NOT) COL(version, NONE, NOT)
COL(digest, NONE, NOT) COL(published_ms, NONE, NOT) COL(paused, NONE, NOT)
COL(pause_message, NONE, NOT) COL(created_ms, NONE, NOT)

TABLE(campaign_version)
COL(campaign_id, NONE, NOT) COL(version, NONE, NOT) COL(digest, NONE, NOT) COL(json, NONE, NOT)
COL(published_ms, NONE, NOT) COL(account_id, STAFF, NOT)

TABLE(stock_pool)
COL(id, NONE, NOT) COL(campaign_id, NONE, NOT) COL(code, NONE, NOT) COL(warehouse_id, NONE, NOT)

TABLE(stock_slot)
COL(pool_id, NONE, NOT) COL(slot, NONE, NOT) COL(received, NONE, NOT) COL(available, NONE, NOT)
COL(held, NONE, NOT) COL(sold, NONE, NOT) COL(withdrawn, NONE, NOT) COL(quarantined, NONE, NOT)
COL(sent, NONE, NOT)

TABLE(stock_movement)
COL(id, NONE, NOT) COL(pool_id, NONE, NOT) COL(slot, NONE, NOT) COL(order_id, LINK, NOT)
COL(kind, NONE, NOT) COL(units, NONE, NOT) COL(at_ms, NONE, NOT) COL(account_id, STAFF, NOT)
COL(reason, STAFF, NOT) COL(batch_id, NONE, NOT)

TABLE(orders)
COL(id, LINK, NOT) COL(ref, LEGAL, TEXT) COL(campaign_id, NONE, NOT) COL(version, NONE, NOT)
COL(siren, LEGAL, SIREN) COL(siret, LEGAL, SIRET) COL(account_id, LINK, INT)
COL(state, LEGAL, ORDER_STATE) COL(created_ms, LEGAL, INSTANT) COL(deadline_ms, NONE, NOT)
COL(paid_ms, LEGAL, INSTANT) COL(delivered_ms, LEGAL, INSTANT) COL(changed_ms, LINK, INSTANT)
COL(lengthened, NONE, NOT) COL(payment_id, LINK, NOT) COL(units, LEGAL, INT)
COL(delivery_cents, LEGAL, INT) COL(net_cents, LEGAL, INT) COL(vat_cents, LEGAL, INT)
COL(total_cents, LEGAL, INT) COL(territory, LEGAL, TERRITORY) COL(department, LEGAL, TEXT)
COL(cohort, LEGAL, TEXT) COL(quota_units, LEGAL, INT) COL(period_ms, LEGAL, INSTANT)
COL(idem_key, NONE, NOT) COL(body_hash, COPY, NOT) COL(to_company, ERASED, TEXT)
COL(to_person, ERASED, TEXT) COL(to_complement, ERASED, TEXT) COL(to_street, ERASED, TEXT)
COL(to_special, ERASED, TEXT) COL(to_postal_code, LEGAL, TEXT) COL(to_city, LEGAL, TEXT)
COL(to_commune, LEGAL, TEXT) COL(to_phone, ERASED, TEXT) COL(to_instructions, ERASED, TEXT)
COL(short_units, LEGAL, INT) COL(short_net_cents, LEGAL, INT) COL(short_vat_cents, LEGAL, INT)
COL(forgotten_ms, NONE, NOT) COL(band, LEGAL, BAND)

TABLE(order_contact)
COL(order_id, LINK, NOT) COL(account_id, LINK, INT) COL(agent_id, STAFF, NOT)
COL(name, ERASED, TEXT) COL(phone, ERASED, TEXT) COL(link, NONE, NOT) COL(at_ms, LINK, INSTANT)

TABLE(desk_note)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(siren, LINK, SIREN)
COL(account_id, STAFF, NOT) COL(text, ERASED, TEXT) COL(at_ms, LINK, INSTANT)

TABLE(desk_word)
COL(organiser_id, NONE, NOT) COL(word, COPY, NOT) COL(siren, LINK, NOT)

TABLE(desk_stale)
COL(organiser_id, NONE, NOT) COL(siren, LINK, NOT)

TABLE(desk_place)
COL(campaign_id, NONE, NOT) COL(department, COPY, NOT) COL(order_id, LINK, NOT)

TABLE(desk_mark)
COL(source, NONE, NOT) COL(last_id, NONE, NOT)

TABLE(order_line)
COL(order_id, LINK, NOT) COL(line, LEGAL, INT) COL(pack, LEGAL, TEXT) COL(good, LEGAL, TEXT)
COL(packs, LEGAL, INT) COL(units, LEGAL, INT) COL(price_cents, LEGAL, INT)
COL(net_cents, LEGAL, INT) COL(vat_bp, LEGAL, INT) COL(vat_cents, LEGAL, INT)
COL(pool_id, NONE, NOT)

TABLE(order_event)
COL(order_id, LINK, NOT) COL(n, LEGAL, INT) COL(from_state, LEGAL, ORDER_STATE)
COL(to_state, LEGAL, ORDER_STATE) COL(at_ms, LEGAL, INSTANT) COL(actor, LEGAL, TEXT)
COL(account_id, LINK, NOT) COL(cause, LEGAL, TEXT)

TABLE(sales_closed)
COL(one, NONE, NOT) COL(since_ms, NONE, NOT) COL(why, NONE, NOT)

TABLE(order_key)
COL(one, NONE, NOT) COL(value, SECRET, NOT)

TABLE(payment)
COL(id, LINK, INT) COL(order_id, LINK, NOT) COL(order_ref, LEGAL, TEXT) COL(provider, LEGAL, TEXT)
COL(state, LEGAL, PAYMENT_STATE) COL(attempt_key, LEGAL, TEXT) COL(provider_ref, LEGAL, TEXT)
COL(amount_cents, LEGAL, INT) COL(captured_cents, LEGAL, INT) COL(captured_euros, NONE, NOT)
COL(refunded_cents, LEGAL, INT) COL(page_url, ERASED, TEXT) COL(created_ms, LEGAL, INSTANT)
COL(sent_ms, LINK, NOT) COL(captured_ms, LEGAL, INSTANT) COL(changed_ms, LINK, NOT)
COL(checks, NONE, NOT) COL(next_check_ms, NONE, NOT)

TABLE(refund)
COL(id, LINK, NOT) COL(payment_id, LINK, INT) COL(provider, LEGAL, TEXT) COL(idem_key, NONE, NOT)
COL(state, LEGAL, REFUND_STATE) COL(amount_cents, LEGAL, INT) COL(provider_ref, LEGAL, TEXT)
COL(cause, LEGAL, TEXT) COL(created_ms, LEGAL, INSTANT) COL(done_ms, LEGAL, INSTANT)
COL(tries, NONE, NOT) COL(next_try_ms, NONE, NOT) COL(alarmed_ms, NONE, NOT)
COL(voided_ms, NONE, NOT) COL(problem, NONE, NOT) COL(called_until_ms, NONE, NOT)

TABLE(payment_event)
COL(id, NONE, NOT) COL(provider, LINK, TEXT) COL(event_key, LINK, NOT) COL(state, NONE, NOT)
COL(order_ref, LINK, TEXT) COL(payment_id, LINK, NOT) COL(raw, ERASED, BYTES)
COL(received_ms, LINK, INSTANT) COL(tries, NONE, NOT) COL(next_try_ms, NONE, NOT)

TABLE(lyra_counter)
COL(day, NONE, NOT) COL(taken, NONE, NOT)

TABLE(registry_postal_code)
COL(code, NONE, NOT) COL(territory, NONE, NOT)

TABLE(audit)
COL(id, NONE, NOT) COL(organiser_id, STAFF, NOT) COL(account_id, STAFF, NOT) COL(act, STAFF, NOT)
COL(subject, STAFF, NOT) COL(subject_id, STAFF, NOT) COL(before_json, STAFF, NOT)
COL(after_json, STAFF, NOT) COL(reason, STAFF, NOT) COL(at_ms, STAFF, NOT)

TABLE(act_request)
COL(id, NONE, NOT) COL(organiser_id, STAFF, NOT) COL(act, STAFF, NOT) COL(subject_id, STAFF, NOT)
COL(args, STAFF, NOT) COL(summary, STAFF, NOT) COL(reason, STAFF, NOT) COL(asked_by, STAFF, NOT)
COL(asked_ms, STAFF, NOT) COL(expires_ms, STAFF, NOT) COL(state, STAFF, NOT)
COL(decided_by, STAFF, NOT) COL(decided_ms, STAFF, NOT) COL(decided_why, STAFF, NOT)
COL(trouble, STAFF, NOT)

TABLE(staff_totp)
COL(account_id, STAFF, NOT) COL(secret, SECRET, NOT) COL(made_ms, STAFF, NOT)
COL(last_step, STAFF, NOT) COL(tries, STAFF, NOT) COL(tries_ms, STAFF, NOT)

TABLE(staff_recovery)
COL(account_id, STAFF, NOT) COL(code_hash, SECRET, NOT) COL(used_ms, STAFF, NOT)

TABLE(warehouse)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(code, NONE, NOT) COL(name, STAFF, NOT)
COL(company, STAFF, NOT) COL(street, STAFF, NOT) COL(complement, STAFF, NOT)
COL(postal_code, STAFF, NOT) COL(city, STAFF, NOT) COL(phone, STAFF, NOT) COL(email, STAFF, NOT)
COL(territories, NONE, NOT) COL(created_ms, NONE, NOT)

TABLE(stock_batch)
COL(id, NONE, NOT) COL(campaign_id, NONE, NOT) COL(good, NONE, NOT) COL(lot, NONE, NOT)
COL(expires_day, NONE, NOT) COL(conformity, NONE, NOT) COL(created_ms, NONE, NOT)
COL(recalled_ms, NONE, NOT)

TABLE(stock_batch_pool)
COL(batch_id, NONE, NOT) COL(pool_id, NONE, NOT) COL(ends_day, NONE, NOT) COL(recalled, NONE, NOT)
COL(received, NONE, NOT) COL(on_hand, NONE, NOT) COL(picked, NONE, NOT) COL(handed, NONE, NOT)
COL(quarantined, NONE, NOT) COL(scrapped, NONE, NOT) COL(sent, NONE, NOT)

TABLE(stock_pick)
COL(order_id, LINK, NOT) COL(pool_id, NONE, NOT) COL(batch_id, LINK, REF) COL(units, LEGAL, INT)
COL(handed, LEGAL, INT) COL(spoilt, LEGAL, INT) COL(at_ms, LEGAL, INSTANT)

TABLE(stock_arrival)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(pool_id, NONE, NOT) COL(supplier, NONE, NOT)
COL(note, NONE, NOT) COL(lot, NONE, NOT) COL(units, NONE, NOT) COL(expected_day, NONE, NOT)
COL(state, NONE, NOT) COL(accepted, NONE, NOT) COL(refused, NONE, NOT) COL(why, STAFF, NOT)
COL(created_ms, NONE, NOT) COL(account_id, STAFF, NOT) COL(changed_ms, NONE, NOT)

TABLE(stock_receipt)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(arrival_id, NONE, NOT) COL(supplier, NONE, NOT)
COL(note, NONE, NOT) COL(lot, NONE, NOT) COL(batch_id, NONE, NOT) COL(accepted, NONE, NOT)
COL(refused, NONE, NOT) COL(why_refused, STAFF, NOT) COL(why_more, STAFF, NOT) COL(at_ms, NONE, NOT)
COL(account_id, STAFF, NOT)

TABLE(stock_transfer)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(from_pool, NONE, NOT) COL(to_pool, NONE, NOT)
COL(batch_id, NONE, NOT) COL(units, NONE, NOT) COL(arrived, NONE, NOT) COL(lost, NONE, NOT)
COL(state, NONE, NOT) COL(reason, STAFF, NOT) COL(key, NONE, NOT) COL(created_ms, NONE, NOT)
COL(account_id, STAFF, NOT) COL(changed_ms, NONE, NOT)

TABLE(stock_correction)
COL(id, NONE, NOT) COL(pool_id, NONE, NOT) COL(batch_id, NONE, NOT) COL(book, NONE, NOT)
COL(counted, NONE, NOT) COL(reason, STAFF, NOT) COL(asked_by, STAFF, NOT)
COL(approved_by, STAFF, NOT) COL(asked_ms, NONE, NOT) COL(at_ms, NONE, NOT)

TABLE(stock_recall)
COL(id, NONE, NOT) COL(batch_id, NONE, NOT) COL(reason, STAFF, NOT) COL(instruction, STAFF, NOT)
COL(asked_by, STAFF, NOT) COL(approved_by, STAFF, NOT) COL(at_ms, NONE, NOT)
COL(follow, NONE, NOT)

TABLE(stock_recall_order)
COL(recall_id, LINK, NOT) COL(order_id, LINK, NOT) COL(units, LEGAL, INT) COL(stage, NONE, NOT)
COL(mailed_ms, LEGAL, INSTANT) COL(aside_ms, NONE, NOT) COL(follow, NONE, NOT)
COL(follow_packs, NONE, NOT) COL(follow_why, NONE, NOT)

TABLE(wave)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(campaign_id, NONE, NOT) COL(state, NONE, NOT)
COL(carrier, NONE, NOT) COL(pool_id, NONE, NOT) COL(territory_from, NONE, NOT)
COL(territory_to, NONE, NOT) COL(paid_until_ms, NONE, NOT) COL(wanted, NONE, NOT)
COL(orders, NONE, NOT) COL(labels_wanted, NONE, NOT) COL(account_id, STAFF, NOT)
COL(created_ms, NONE, NOT) COL(run_ms, NONE, NOT) COL(run_from, NONE, NOT) COL(done_ms, NONE, NOT)

TABLE(wave_left_out)
COL(wave_id, NONE, NOT) COL(order_id, LINK, NOT)

TABLE(handover)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(carrier, NONE, NOT) COL(parcels, NONE, NOT)
COL(weight_g, NONE, NOT) COL(account_id, STAFF, NOT) COL(created_ms, NONE, NOT)

TABLE(parcel)
COL(id, LINK, NOT) COL(organiser_id, NONE, NOT) COL(order_id, LINK, NOT) COL(wave_id, NONE, NOT)
COL(nth, LEGAL, INT) COL(pool_id, NONE, NOT) COL(carrier, LEGAL, TEXT) COL(product, LEGAL, TEXT)
COL(sender_ref, LEGAL, TEXT) COL(number, LEGAL, TEXT) COL(partner_number, LEGAL, TEXT)
COL(weight_g, LEGAL, INT) COL(state, LEGAL, PARCEL_STATE) COL(problem, ERASED, TEXT)
COL(packed_ms, LINK, NOT) COL(asked_ms, NONE, NOT) COL(next_try_ms, NONE, NOT) COL(tries, NONE, NOT)
COL(labelled_ms, LINK, NOT) COL(handed_ms, LEGAL, INSTANT) COL(told_ms, NONE, NOT)
COL(handover_id, NONE, NOT) COL(changed_ms, LINK, NOT) COL(track_ms, NONE, NOT)
COL(track_asks, NONE, NOT)

TABLE(parcel_item)
COL(parcel_id, LINK, REF) COL(line, LEGAL, INT) COL(packs, LEGAL, INT)

TABLE(parcel_document)
COL(parcel_id, LINK, REF) COL(kind, LEGAL, DOCUMENT) COL(type, LEGAL, TEXT) COL(bytes, LEGAL, FILE)

TABLE(parcel_series)
COL(series, NONE, NOT) COL(taken, NONE, NOT)

TABLE(order_shortage)
COL(id, NONE, NOT) COL(order_id, LINK, NOT) COL(line, LEGAL, INT) COL(packs, LEGAL, INT)
COL(units, LEGAL, INT) COL(net_cents, LEGAL, INT) COL(vat_cents, LEGAL, INT)
COL(reason, ERASED, TEXT) COL(account_id, STAFF, NOT) COL(at_ms, LEGAL, INSTANT)

TABLE(parcel_event)
COL(id, NONE, NOT) COL(parcel_id, LINK, REF) COL(at_ms, LEGAL, INSTANT) COL(code, LEGAL, TEXT)
COL(label, ERASED, TEXT) COL(place, ERASED, TEXT) COL(source, NONE, NOT) COL(seen_ms, NONE, NOT)

TABLE(track_link)
COL(carrier, NONE, NOT) COL(failures, NONE, NOT) COL(until_ms, NONE, NOT) COL(why, NONE, NOT)
COL(changed_ms, NONE, NOT)

TABLE(parcel_trouble)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(parcel_id, LINK, REF) COL(order_id, LINK, NOT)
COL(kind, LINK, NOT) COL(opened_ms, LINK, INSTANT) COL(closed_ms, LINK, INSTANT)
COL(outcome, LINK, NOT) COL(account_id, STAFF, NOT) COL(reason, ERASED, TEXT)
COL(new_parcel_id, LINK, NOT)

TABLE(complaint)
COL(id, LINK, INT) COL(organiser_id, NONE, NOT) COL(order_id, LINK, NOT) COL(siren, LINK, SIREN)
COL(kind, LINK, COMPLAINT_KIND) COL(state, LINK, COMPLAINT_STATE) COL(outcome, LINK, NOT)
COL(reopened, NONE, NOT) COL(account_id, LINK, INT) COL(created_ms, LINK, INSTANT)
COL(changed_ms, LINK, INSTANT) COL(forgotten_ms, NONE, NOT)

TABLE(complaint_message)
COL(id, NONE, NOT) COL(complaint_id, LINK, INT) COL(side, LINK, SIDE) COL(account_id, LINK, NOT)
COL(text, ERASED, TEXT) COL(at_ms, LINK, INSTANT)

TABLE(complaint_photo)
COL(id, LINK, NOT) COL(complaint_id, LINK, INT) COL(type, LINK, TEXT) COL(width, NONE, NOT)
COL(height, NONE, NOT) COL(bytes, ERASED, FILE) COL(message_id, LINK, NOT)

TABLE(invoice_series)
COL(organiser_id, NONE, NOT) COL(series, NONE, NOT) COL(last, NONE, NOT) COL(last_ms, NONE, NOT)

TABLE(invoice)
COL(id, LINK, NOT) COL(organiser_id, NONE, NOT) COL(series, NONE, NOT) COL(seq, NONE, NOT)
COL(number, LEGAL, TEXT) COL(kind, LEGAL, INT) COL(campaign_id, NONE, NOT) COL(order_id, LINK, NOT)
COL(order_ref, LEGAL, TEXT) COL(payment_id, LINK, NOT) COL(refund_id, LINK, NOT)
COL(invoice_id, LINK, NOT) COL(issued_ms, LEGAL, INSTANT) COL(siren, LEGAL, SIREN)
COL(buyer, LEGAL, TEXT) COL(buyer_key, LEGAL, TEXT) COL(net_cents, LEGAL, INT)
COL(vat_cents, LEGAL, INT) COL(total_cents, LEGAL, INT) COL(content, LEGAL, TEXT)

TABLE(invoice_vat)
COL(invoice_id, LINK, NOT) COL(category, BOOKS, NOT) COL(rate_bp, BOOKS, NOT)
COL(net_cents, BOOKS, NOT) COL(vat_cents, BOOKS, NOT)

TABLE(invoice_due)
COL(kind, NONE, NOT) COL(subject_id, LINK, NOT) COL(since_ms, NONE, NOT) COL(next_try_ms, NONE, NOT)
COL(why, NONE, NOT)

TABLE(refund_part)
COL(refund_id, LINK, NOT) COL(line, BOOKS, NOT) COL(packs, BOOKS, NOT) COL(net_cents, BOOKS, NOT)
COL(vat_cents, BOOKS, NOT)

TABLE(settlement)
COL(id, BOOKS, NOT) COL(organiser_id, BOOKS, NOT) COL(digest, BOOKS, NOT) COL(name, BOOKS, NOT)
COL(lines, BOOKS, NOT) COL(matched, BOOKS, NOT) COL(gross_cents, BOOKS, NOT)
COL(fee_cents, BOOKS, NOT) COL(at_ms, BOOKS, NOT) COL(account_id, STAFF, NOT) COL(state, BOOKS, NOT)
COL(compared, BOOKS, NOT) COL(run, BOOKS, NOT)

TABLE(settlement_line)
COL(settlement_id, BOOKS, NOT) COL(line, BOOKS, NOT) COL(payment_id, BOOKS, NOT)
COL(refund_id, BOOKS, NOT) COL(cents, BOOKS, NOT) COL(fee_cents, BOOKS, NOT)

TABLE(settlement_file)
COL(settlement_id, BOOKS, NOT) COL(bytes, BOOKS, NOT)

TABLE(settlement_finding)
COL(settlement_id, BOOKS, NOT) COL(seq, BOOKS, NOT) COL(line, BOOKS, NOT) COL(kind, BOOKS, NOT)
COL(ref, BOOKS, NOT) COL(theirs_cents, BOOKS, NOT) COL(ours_cents, BOOKS, NOT)
COL(detail, BOOKS, NOT) COL(payment_id, BOOKS, NOT) COL(handled_ms, BOOKS, NOT)
COL(handled_by, STAFF, NOT) COL(note, STAFF, NOT)

TABLE(payment_alarm)
COL(id, BOOKS, NOT) COL(what, BOOKS, NOT) COL(payment_id, BOOKS, NOT) COL(organiser_id, BOOKS, NOT)
COL(order_ref, BOOKS, NOT) COL(ref, BOOKS, NOT) COL(cents, BOOKS, NOT) COL(at_ms, BOOKS, NOT)
COL(handled_ms, BOOKS, NOT) COL(handled_by, STAFF, NOT) COL(note, STAFF, NOT)

TABLE(figure_fold)
COL(one, NONE, NOT) COL(movement_id, NONE, NOT) COL(step_id, NONE, NOT) COL(as_of_ms, NONE, NOT)
COL(minutes_from, NONE, NOT) COL(mark_movement, NONE, NOT) COL(mark_step, NONE, NOT)
COL(mark_ms, NONE, NOT) COL(mark_xid, NONE, NOT)

TABLE(figure_allowed)
COL(campaign_id, NONE, NOT) COL(version, NONE, NOT) COL(axis, NONE, NOT) COL(code, NONE, NOT)
COL(companies, NONE, NOT) COL(units_min, NONE, NOT) COL(units_max, NONE, NOT)

TABLE(figure_day)
COL(campaign_id, NONE, NOT) COL(day, NONE, NOT) COL(department, NONE, NOT) COL(band, NONE, NOT)
COL(placed_orders, NONE, NOT) COL(placed_units, NONE, NOT) COL(held_orders, NONE, NOT)
COL(held_units, NONE, NOT) COL(sold_orders, NONE, NOT) COL(sold_units, NONE, NOT)
COL(sold_cents, NONE, NOT)

TABLE(figure_group)
COL(campaign_id, NONE, NOT) COL(cohort, NONE, NOT) COL(territory, NONE, NOT)
COL(department, NONE, NOT) COL(band, NONE, NOT) COL(companies, NONE, NOT)
COL(held_orders, NONE, NOT) COL(held_units, NONE, NOT) COL(sold_orders, NONE, NOT)
COL(sold_units, NONE, NOT) COL(sold_cents, NONE, NOT)

TABLE(figure_hour)
COL(campaign_id, NONE, NOT) COL(hour, NONE, NOT) COL(orders, NONE, NOT) COL(units, NONE, NOT)

TABLE(figure_minute)
COL(campaign_id, NONE, NOT) COL(minute, NONE, NOT) COL(orders, NONE, NOT) COL(units, NONE, NOT)

TABLE(figure_money)
COL(campaign_id, NONE, NOT) COL(day, NONE, NOT) COL(captured_cents, NONE, NOT)
COL(due_cents, NONE, NOT) COL(refunded_cents, NONE, NOT)

TABLE(figure_trial)
COL(campaign_id, NONE, NOT) COL(version, NONE, NOT) COL(at_ms, NONE, NOT)
COL(imported_ms, NONE, NOT) COL(companies, NONE, NOT) COL(eligible, NONE, NOT)
COL(units_min, NONE, NOT) COL(units_max, NONE, NOT)

TABLE(campaign_draft)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(campaign_id, NONE, NOT)
COL(base_version, NONE, NOT) COL(json, NONE, NOT) COL(digest, NONE, NOT) COL(rev, NONE, NOT)
COL(state, NONE, NOT) COL(act_id, NONE, NOT) COL(version, NONE, NOT) COL(made_by, STAFF, NOT)
COL(made_ms, NONE, NOT) COL(changed_by, STAFF, NOT) COL(changed_ms, NONE, NOT)

TABLE(campaign_publication)
COL(campaign_id, NONE, NOT) COL(version, NONE, NOT) COL(draft_id, NONE, NOT)
COL(asked_by, STAFF, NOT) COL(approved_by, STAFF, NOT) COL(reason, STAFF, NOT)

TABLE(dry_run)
COL(id, NONE, NOT) COL(organiser_id, NONE, NOT) COL(campaign_id, NONE, NOT) COL(draft_id, NONE, NOT)
COL(base_version, NONE, NOT) COL(json, NONE, NOT) COL(digest, NONE, NOT) COL(state, NONE, NOT)
COL(asked_by, STAFF, NOT) COL(asked_ms, NONE, NOT) COL(began_ms, NONE, NOT)
COL(changed_ms, NONE, NOT) COL(at_ms, NONE, NOT) COL(siren, NONE, NOT) COL(done, NONE, NOT)
COL(total, NONE, NOT) COL(imported_ms, NONE, NOT) COL(mixed, NONE, NOT) COL(counts, NONE, NOT)
COL(stock, NONE, NOT)

TABLE(campaign_pause)
COL(id, NONE, NOT) COL(campaign_id, NONE, NOT) COL(from_ms, NONE, NOT) COL(to_ms, NONE, NOT)
COL(message, NONE, NOT) COL(reason, STAFF, NOT) COL(paused_by, STAFF, NOT)
COL(resume_reason, STAFF, NOT) COL(resumed_by, STAFF, NOT)

TABLE(refund_step)
COL(id, NONE, NOT) COL(refund_id, NONE, NOT) COL(from_state, NONE, NOT) COL(to_state, NONE, NOT)
COL(at_ms, NONE, NOT)

TABLE(export_grant)
COL(id, NONE, NOT) COL(organiser_id, STAFF, NOT) COL(account_id, STAFF, NOT)
COL(campaign_id, STAFF, NOT) COL(from_ms, STAFF, NOT) COL(to_ms, STAFF, NOT) COL(reason, STAFF, NOT)
COL(granted_ms, STAFF, NOT) COL(expires_ms, STAFF, NOT)

TABLE(export_log)
COL(id, NONE, NOT) COL(organiser_id, STAFF, NOT) COL(account_id, STAFF, NOT) COL(kind, STAFF, NOT)
COL(campaign_id, STAFF, NOT) COL(from_ms, STAFF, NOT) COL(to_ms, STAFF, NOT)
COL(grant_id, STAFF, NOT) COL(state, STAFF, NOT) COL(begun_ms, STAFF, NOT) COL(ended_ms, STAFF, NOT)
COL(row_count, STAFF, NOT) COL(bytes, STAFF, NOT) COL(sha256, STAFF, NOT)

TABLE(privacy_request)
COL(id, LINK, NOT) COL(organiser_id, NONE, NOT) COL(kind, LINK, INT) COL(siren, LINK, SIREN)
COL(account_id, LINK, INT) COL(channel, LINK, INT) COL(received_day, LINK, DAY)
COL(due_day, LINK, DAY) COL(reply_to, ERASED, TEXT) COL(reason, STAFF, TEXT) COL(state, LINK, INT)
COL(act_id, NONE, NOT) COL(not_before_ms, NONE, NOT) COL(extended_why, STAFF, TEXT)
COL(warned_ms, NONE, NOT) COL(blocked, NONE, NOT) COL(order_id, NONE, NOT) COL(mail_id, NONE, NOT)
COL(asked_by, STAFF, NOT) COL(asked_ms, LINK, INSTANT) COL(changed_ms, LINK, INSTANT)
COL(closed_ms, LINK, INSTANT) COL(closed_by, STAFF, NOT) COL(closed_why, STAFF, TEXT)

TABLE(privacy_request_organiser)
COL(organiser_id, NONE, NOT) COL(request_id, NONE, NOT)

TABLE(privacy_person)
COL(request_id, LINK, NOT) COL(account_id, LINK, NOT)

TABLE(privacy_done)
COL(request_id, LINK, NOT) COL(what, NONE, NOT) COL(count, NONE, NOT)

TABLE(privacy_file)
COL(id, LINK, NOT) COL(organiser_id, NONE, NOT) COL(account_id, LINK, NOT)
COL(request_id, LINK, NOT) COL(siren, LINK, SIREN) COL(state, LINK, NOT)
COL(granted_ms, LINK, INSTANT) COL(expires_ms, LINK, NOT) COL(ended_ms, LINK, NOT)
COL(entries, LINK, NOT) COL(bytes, LINK, INT) COL(sha256, LINK, TEXT)

TABLE(privacy_purge)
COL(name, NONE, NOT) COL(total, NONE, NOT) COL(last, NONE, NOT) COL(run_ms, NONE, NOT)

TABLE(privacy_mark)
COL(one, NONE, NOT) COL(order_id, NONE, NOT)

TABLE(privacy_later)
COL(order_id, LINK, NOT) COL(from_ms, NONE, NOT)
