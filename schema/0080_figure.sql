-- SPDX-License-Identifier: Apache-2.0
--
-- Figures: roll-ups of what happened, folded by a job from rows that are never changed. See
-- src/figure/figure.h. Nothing here is written while an order is placed or paid.

-- The headcount band an order was decided under: the register's own changes each month. Orders
-- from before get the one that holds now.
ALTER TABLE orders ADD COLUMN band {INT} NOT NULL DEFAULT 0 CHECK (band BETWEEN 0 AND 16);
UPDATE orders
   SET band = COALESCE((SELECT c.band FROM company c WHERE c.siren = orders.siren), 0);

-- What became of refunds, step by step, written by triggers: from_state 0, it was made.
CREATE TABLE refund_step (
    id {ID},
    refund_id {INT} NOT NULL REFERENCES refund (id),
    from_state {INT} NOT NULL CHECK (from_state BETWEEN 0 AND 4),
    to_state {INT} NOT NULL CHECK (to_state BETWEEN 1 AND 4),
    at_ms {INT} NOT NULL
){STRICT};
CREATE INDEX refund_step_refund ON refund_step (refund_id);
INSERT INTO refund_step (refund_id, from_state, to_state, at_ms)
SELECT id, 0, state, CASE state WHEN 3 THEN done_ms WHEN 4 THEN voided_ms ELSE created_ms END
  FROM refund
 ORDER BY id;
-- [sqlite]
CREATE TRIGGER refund_step_made AFTER INSERT ON refund
BEGIN
    INSERT INTO refund_step (refund_id, from_state, to_state, at_ms)
    VALUES (NEW.id, 0, NEW.state, NEW.created_ms);
END;
CREATE TRIGGER refund_step_moved AFTER UPDATE OF state ON refund WHEN OLD.state <> NEW.state
BEGIN
    INSERT INTO refund_step (refund_id, from_state, to_state, at_ms)
    VALUES (NEW.id, OLD.state, NEW.state,
            CASE NEW.state WHEN 3 THEN NEW.done_ms WHEN 4 THEN NEW.voided_ms
                           ELSE NEW.created_ms END);
END;
CREATE TRIGGER refund_step_update BEFORE UPDATE ON refund_step
BEGIN SELECT RAISE(ABORT, 'steps of refunds are never changed'); END;
CREATE TRIGGER refund_step_delete BEFORE DELETE ON refund_step
BEGIN SELECT RAISE(ABORT, 'steps of refunds are never removed'); END;
-- [all]
-- [pg]
CREATE FUNCTION refund_step_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO refund_step (refund_id, from_state, to_state, at_ms)
    VALUES (NEW.id, CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.state END, NEW.state,
            CASE WHEN TG_OP = 'INSERT' THEN NEW.created_ms
                 WHEN NEW.state = 3 THEN NEW.done_ms
                 WHEN NEW.state = 4 THEN NEW.voided_ms
                 ELSE NEW.created_ms END);
    RETURN NULL;
END $$;
CREATE TRIGGER refund_step_made AFTER INSERT ON refund
FOR EACH ROW EXECUTE FUNCTION refund_step_add();
CREATE TRIGGER refund_step_moved AFTER UPDATE OF state ON refund
FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION refund_step_add();
CREATE TRIGGER refund_step_fixed BEFORE UPDATE OR DELETE ON refund_step
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
-- [all]

-- How far the fold has come: every stock movement and every step of a refund up to these is in
-- the tables below, and nothing beyond. mark_*: PostgreSQL numbers rows before they are committed,
-- so a number is a bound only once every transaction that ran when it was seen has ended.
CREATE TABLE figure_fold (
    one {INT} NOT NULL PRIMARY KEY CHECK (one = 1),
    movement_id {INT} NOT NULL,
    step_id {INT} NOT NULL,
    as_of_ms {INT} NOT NULL,          -- What was committed before is in; 0: never folded.
    minutes_from {INT} NOT NULL,      -- Minutes before are summed in hours only.
    mark_movement {INT} NOT NULL,
    mark_step {INT} NOT NULL,
    mark_ms {INT} NOT NULL,
    mark_xid {INT} NOT NULL           -- 0: no mark waits.
){NOROWID};
INSERT INTO figure_fold VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);

-- Orders by the civil day they were placed on (campaign's zone; days since 1970).
CREATE TABLE figure_day (
    campaign_id {INT} NOT NULL,
    day {INT} NOT NULL,
    department TEXT NOT NULL,
    band {INT} NOT NULL,
    placed_orders {INT} NOT NULL,
    placed_units {INT} NOT NULL,
    held_orders {INT} NOT NULL,
    held_units {INT} NOT NULL,
    sold_orders {INT} NOT NULL,
    sold_units {INT} NOT NULL,
    sold_cents {INT} NOT NULL,
    PRIMARY KEY (campaign_id, day, department, band)
){NOROWID};

-- What stands now, by who bought it.
CREATE TABLE figure_group (
    campaign_id {INT} NOT NULL,
    cohort TEXT NOT NULL,
    territory {INT} NOT NULL,
    department TEXT NOT NULL,
    band {INT} NOT NULL,
    companies {INT} NOT NULL,
    held_orders {INT} NOT NULL,
    held_units {INT} NOT NULL,
    sold_orders {INT} NOT NULL,
    sold_units {INT} NOT NULL,
    sold_cents {INT} NOT NULL,
    PRIMARY KEY (campaign_id, cohort, territory, department, band)
){NOROWID};

-- Orders placed, whatever became of them. Minutes since 1970 are kept for some days.
CREATE TABLE figure_minute (
    campaign_id {INT} NOT NULL,
    minute {INT} NOT NULL,
    orders {INT} NOT NULL,
    units {INT} NOT NULL,
    PRIMARY KEY (campaign_id, minute)
){NOROWID};
CREATE TABLE figure_hour (
    campaign_id {INT} NOT NULL,
    hour {INT} NOT NULL,
    orders {INT} NOT NULL,
    units {INT} NOT NULL,
    PRIMARY KEY (campaign_id, hour)
){NOROWID};

-- Money that moved on a civil day; the sum over all days is what stands now.
CREATE TABLE figure_money (
    campaign_id {INT} NOT NULL,
    day {INT} NOT NULL,
    captured_cents {INT} NOT NULL,
    due_cents {INT} NOT NULL,         -- To be given back: asked for and not confirmed yet.
    refunded_cents {INT} NOT NULL,
    PRIMARY KEY (campaign_id, day)
){NOROWID};

-- What a version's rules allow, by the register as it was then: the last dry run of each.
CREATE TABLE figure_trial (
    campaign_id {INT} NOT NULL,
    version {INT} NOT NULL,
    at_ms {INT} NOT NULL,
    imported_ms {INT} NOT NULL,       -- Of the register that was read.
    companies {INT} NOT NULL,         -- Read.
    eligible {INT} NOT NULL,
    units_min {INT} NOT NULL,         -- That they may claim in one period.
    units_max {INT} NOT NULL,
    PRIMARY KEY (campaign_id, version)
){NOROWID};
-- axis: 1 cohort, 2 territory, 3 band, 4 department.
CREATE TABLE figure_allowed (
    campaign_id {INT} NOT NULL,
    version {INT} NOT NULL,
    axis {INT} NOT NULL CHECK (axis BETWEEN 1 AND 4),
    code TEXT NOT NULL,
    companies {INT} NOT NULL,
    units_min {INT} NOT NULL,
    units_max {INT} NOT NULL,
    PRIMARY KEY (campaign_id, version, axis, code)
){NOROWID};

-- Few rows are ever in these: what waits for a person, found without a walk.
CREATE INDEX invoice_due_stuck ON invoice_due (kind, subject_id) WHERE why <> '';
CREATE INDEX refund_alarmed ON refund (id) WHERE alarmed_ms > 0 AND next_try_ms > 0;
