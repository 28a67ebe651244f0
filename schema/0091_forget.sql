-- SPDX-License-Identifier: Apache-2.0
--
-- What rooms need to let go of what concerns people: when it went, and how what is old is found.

-- Whom it was delivered to is gone since then; 0: it is there.
ALTER TABLE orders ADD COLUMN forgotten_ms {INT} NOT NULL DEFAULT 0;

-- The address is a pseudonym since then.
ALTER TABLE account ADD COLUMN forgotten_ms {INT} NOT NULL DEFAULT 0;
UPDATE account SET forgotten_ms = signed_in_ms + 1 WHERE email LIKE 'account-%@invalid';
DROP INDEX account_idle;
CREATE INDEX account_idle ON account (signed_in_ms) WHERE forgotten_ms = 0;

-- Texts and photos are gone since then.
ALTER TABLE complaint ADD COLUMN forgotten_ms {INT} NOT NULL DEFAULT 0;
CREATE INDEX complaint_old ON complaint (id) WHERE state IN (3, 4) AND forgotten_ms = 0;

CREATE INDEX review_noted ON review (changed_ms) WHERE state <> 1 AND note <> '';
CREATE INDEX account_event_noted ON account_event (at_ms) WHERE note <> '';
CREATE INDEX payment_event_raw ON payment_event (order_ref) WHERE length(raw) > 0;

-- Emptied as soon as it is sent: the last message to somebody whose address goes.
ALTER TABLE mail ADD COLUMN last {INT} NOT NULL DEFAULT 0 CHECK (last IN (0, 1));
-- The address goes with the text.
UPDATE mail SET recipient = '' WHERE body IS NULL;
