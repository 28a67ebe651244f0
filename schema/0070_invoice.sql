-- SPDX-License-Identifier: Apache-2.0
--
-- Invoices and credit notes. A number is taken from the series' counter in the transaction that
-- writes the document; documents are append-only: triggers refuse every change.

-- One row for each organiser and series ("MASQ-2026"). Its lock orders those who issue.
CREATE TABLE invoice_series (
    organiser_id {INT} NOT NULL REFERENCES organiser (id),
    series TEXT NOT NULL,
    last {INT} NOT NULL CHECK (last >= 0),
    last_ms {INT} NOT NULL,
    PRIMARY KEY (organiser_id, series)
){NOROWID};

-- kind: 380 invoice, 381 credit note (UNTDID 1001). Amounts are positive in both.
CREATE TABLE invoice (
    id {ID},
    organiser_id {INT} NOT NULL,
    series TEXT NOT NULL,
    seq {INT} NOT NULL CHECK (seq > 0),
    number TEXT NOT NULL,
    kind {INT} NOT NULL CHECK (kind IN (380, 381)),
    campaign_id {INT} NOT NULL REFERENCES campaign (id),
    order_id {INT} NOT NULL REFERENCES orders (id),
    order_ref TEXT NOT NULL,
    payment_id {INT} NOT NULL REFERENCES payment (id),
    refund_id {INT} REFERENCES refund (id),
    invoice_id {INT} REFERENCES invoice (id),
    issued_ms {INT} NOT NULL,
    siren {INT} NOT NULL,
    buyer TEXT NOT NULL,
    buyer_key TEXT NOT NULL,       -- Capitals without accents, for the search.
    net_cents {INT} NOT NULL CHECK (net_cents >= 0),
    vat_cents {INT} NOT NULL CHECK (vat_cents >= 0),
    total_cents {INT} NOT NULL CHECK (total_cents > 0),
    content TEXT NOT NULL,         -- JSON: all that the document says.
    FOREIGN KEY (organiser_id, series) REFERENCES invoice_series (organiser_id, series),
    UNIQUE (organiser_id, series, seq),
    UNIQUE (organiser_id, number),
    CHECK (total_cents = net_cents + vat_cents),
    CHECK ((kind = 381) = (refund_id IS NOT NULL)),
    CHECK ((kind = 381) = (invoice_id IS NOT NULL))
) {STRICT};
CREATE UNIQUE INDEX invoice_one_bill ON invoice (order_id) WHERE kind = 380;
CREATE UNIQUE INDEX invoice_one_credit ON invoice (refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX invoice_order ON invoice (order_id);
CREATE INDEX invoice_payment ON invoice (payment_id);
CREATE INDEX invoice_newest ON invoice (organiser_id, id);
CREATE INDEX invoice_when ON invoice (organiser_id, issued_ms, id);
CREATE INDEX invoice_siren ON invoice (organiser_id, siren);
CREATE INDEX invoice_order_ref ON invoice (organiser_id, order_ref);

-- Totals by category and rate: S rate, G export, E exempt (UNTDID 5305).
CREATE TABLE invoice_vat (
    invoice_id {INT} NOT NULL REFERENCES invoice (id),
    category TEXT NOT NULL CHECK (category IN ('S', 'G', 'E')),
    rate_bp {INT} NOT NULL CHECK (rate_bp >= 0),
    net_cents {INT} NOT NULL,
    vat_cents {INT} NOT NULL,
    PRIMARY KEY (invoice_id, category, rate_bp),
    CHECK ((category = 'S') = (rate_bp > 0))
){NOROWID};

-- What must be written: kind 380 for an order, 381 for the refunds of a payment. Gone once done;
-- why says what a person must do first.
CREATE TABLE invoice_due (
    kind {INT} NOT NULL CHECK (kind IN (380, 381)),
    subject_id {INT} NOT NULL,
    since_ms {INT} NOT NULL,
    next_try_ms {INT} NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, subject_id)
){NOROWID};
CREATE INDEX invoice_due_next ON invoice_due (next_try_ms, kind, subject_id);

-- What a refund in part is for, line by line of its order.
CREATE TABLE refund_part (
    refund_id {INT} NOT NULL REFERENCES refund (id),
    line {INT} NOT NULL,
    packs {INT} NOT NULL CHECK (packs > 0),
    net_cents {INT} NOT NULL CHECK (net_cents >= 0),
    vat_cents {INT} NOT NULL CHECK (vat_cents >= 0),
    PRIMARY KEY (refund_id, line)
){NOROWID};

-- When a refund said to be done turned out to have failed; the journal turns its entry round.
ALTER TABLE refund ADD COLUMN voided_ms {INT} NOT NULL DEFAULT 0;

-- [sqlite]
CREATE INDEX invoice_buyer ON invoice (organiser_id, buyer_key);
CREATE TRIGGER invoice_update BEFORE UPDATE ON invoice
BEGIN SELECT RAISE(ABORT, 'invoices are never changed'); END;
CREATE TRIGGER invoice_delete BEFORE DELETE ON invoice
BEGIN SELECT RAISE(ABORT, 'invoices are never removed'); END;
CREATE TRIGGER invoice_vat_update BEFORE UPDATE ON invoice_vat
BEGIN SELECT RAISE(ABORT, 'invoices are never changed'); END;
CREATE TRIGGER invoice_vat_delete BEFORE DELETE ON invoice_vat
BEGIN SELECT RAISE(ABORT, 'invoices are never removed'); END;
CREATE TRIGGER invoice_series_back BEFORE UPDATE ON invoice_series WHEN NEW.last <> OLD.last + 1
BEGIN SELECT RAISE(ABORT, 'a series goes up by one'); END;
CREATE TRIGGER invoice_series_delete BEFORE DELETE ON invoice_series
BEGIN SELECT RAISE(ABORT, 'a series is never removed'); END;
-- [all]
-- [pg]
CREATE INDEX invoice_buyer ON invoice (organiser_id, buyer_key COLLATE "C");
CREATE TRIGGER invoice_fixed BEFORE UPDATE OR DELETE ON invoice
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER invoice_vat_fixed BEFORE UPDATE OR DELETE ON invoice_vat
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE FUNCTION invoice_series_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last <> OLD.last + 1 THEN
        RAISE EXCEPTION 'a series goes up by one';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_series_back BEFORE UPDATE ON invoice_series
FOR EACH ROW EXECUTE FUNCTION invoice_series_step();
CREATE TRIGGER invoice_series_fixed BEFORE DELETE ON invoice_series
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
-- [all]
