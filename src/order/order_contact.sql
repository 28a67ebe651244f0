-- SPDX-License-Identifier: Apache-2.0
-- Who was on the telephone for an order that an agent entered.

-- order_contact_insert: order_id, account_id, agent_id, name, phone, now_ms
INSERT INTO order_contact (order_id, account_id, agent_id, name, phone, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- order_contact_find: order_id
SELECT c.name, a.email, c.phone, c.account_id, c.agent_id, c.link, c.at_ms
  FROM order_contact c JOIN account a ON a.id = c.account_id
 WHERE c.order_id = ?1;

-- order_contact_change: order_id, account_id
UPDATE order_contact SET account_id = ?2, link = link + 1 WHERE order_id = ?1;

-- order_contact_forget: order_id
UPDATE order_contact SET name = '', phone = '' WHERE order_id = ?1;

-- order_set_account: id, account_id
UPDATE orders SET account_id = ?2 WHERE id = ?1;

-- order_of_contact: account_id
SELECT o.id, o.ref, o.campaign_id, o.version, o.siren, o.siret, o.account_id, o.state,
       o.created_ms, o.deadline_ms, o.paid_ms, o.delivered_ms, o.changed_ms, o.lengthened,
       o.payment_id, o.units, o.delivery_cents, o.net_cents, o.vat_cents, o.total_cents,
       o.territory, o.to_company, o.to_person, o.to_complement, o.to_street, o.to_special,
       o.to_postal_code, o.to_city, o.to_commune, o.to_phone, o.to_instructions, o.forgotten_ms
  FROM order_contact c JOIN orders o ON o.id = c.order_id
 WHERE c.account_id = ?1
 ORDER BY c.order_id DESC
 LIMIT 50;
