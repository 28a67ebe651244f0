-- SPDX-License-Identifier: Apache-2.0
-- Warehouses, what is announced and received, the batches that units came in and where they went.

CREATE TABLE warehouse (
    id           {ID},
    organiser_id {INT} NOT NULL REFERENCES organiser (id),
    code         TEXT NOT NULL,
    name         TEXT NOT NULL,
    company      TEXT NOT NULL DEFAULT '',  -- The sender's address; empty until it is given.
    street       TEXT NOT NULL DEFAULT '',
    complement   TEXT NOT NULL DEFAULT '',
    postal_code  TEXT NOT NULL DEFAULT '',
    city         TEXT NOT NULL DEFAULT '',
    phone        TEXT NOT NULL DEFAULT '',
    email        TEXT NOT NULL DEFAULT '',
    territories  {INT} NOT NULL DEFAULT 0,  -- Bits of enum territory.
    created_ms   {INT} NOT NULL,
    UNIQUE (organiser_id, code)
){STRICT};

INSERT INTO warehouse (organiser_id, code, name, created_ms)
SELECT id, 'PRINCIPAL', 'Entrepôt principal', created_ms FROM organiser;

ALTER TABLE stock_pool ADD COLUMN warehouse_id {INT} REFERENCES warehouse (id);
UPDATE stock_pool
   SET warehouse_id = (SELECT w.id FROM warehouse w JOIN campaign c
                           ON c.organiser_id = w.organiser_id
                        WHERE c.id = stock_pool.campaign_id);
CREATE INDEX stock_pool_warehouse ON stock_pool (warehouse_id);

-- A manufacturer's lot of one good. lot '': units that were there before batches were noted.
CREATE TABLE stock_batch (
    id          {ID},
    campaign_id {INT} NOT NULL REFERENCES campaign (id),
    good        TEXT NOT NULL,
    lot         TEXT NOT NULL,
    expires_day {INT} NOT NULL DEFAULT 0,    -- Days since 1970; 0: never.
    conformity  TEXT NOT NULL DEFAULT '',    -- Reference of its document.
    created_ms  {INT} NOT NULL,
    recalled_ms {INT} NOT NULL DEFAULT 0,
    UNIQUE (campaign_id, good, lot)
){STRICT};

-- A batch in a pool: the second book, of boxes, beside the slots' book of promises. ends_day
-- orders the shelf (expires_day, or far away); recalled is the batch's, here so that one row is
-- locked and looked at.
CREATE TABLE stock_batch_pool (
    batch_id    {INT} NOT NULL REFERENCES stock_batch (id),
    pool_id     {INT} NOT NULL REFERENCES stock_pool (id),
    ends_day    {INT} NOT NULL,
    recalled    {INT} NOT NULL DEFAULT 0 CHECK (recalled IN (0, 1)),
    received    {INT} NOT NULL DEFAULT 0 CHECK (received >= 0),
    on_hand     {INT} NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    picked      {INT} NOT NULL DEFAULT 0 CHECK (picked >= 0),      -- For orders, in the house.
    handed      {INT} NOT NULL DEFAULT 0 CHECK (handed >= 0),      -- To the carrier.
    quarantined {INT} NOT NULL DEFAULT 0 CHECK (quarantined >= 0),
    scrapped    {INT} NOT NULL DEFAULT 0 CHECK (scrapped >= 0),
    sent        {INT} NOT NULL DEFAULT 0 CHECK (sent >= 0),
    PRIMARY KEY (pool_id, batch_id),
    CHECK (received = on_hand + picked + handed + quarantined + scrapped + sent)
){NOROWID};
CREATE INDEX stock_batch_pool_batch ON stock_batch_pool (batch_id);

-- Which batches an order's units are of. units in the house, handed to the carrier, spoilt: written
-- off after they came back or were lost.
CREATE TABLE stock_pick (
    order_id {INT} NOT NULL REFERENCES orders (id),
    pool_id  {INT} NOT NULL,
    batch_id {INT} NOT NULL,
    units    {INT} NOT NULL DEFAULT 0 CHECK (units >= 0),
    handed   {INT} NOT NULL DEFAULT 0 CHECK (handed >= 0),
    spoilt   {INT} NOT NULL DEFAULT 0 CHECK (spoilt >= 0),
    at_ms    {INT} NOT NULL,
    PRIMARY KEY (order_id, pool_id, batch_id),
    FOREIGN KEY (pool_id, batch_id) REFERENCES stock_batch_pool (pool_id, batch_id)
){NOROWID};
CREATE INDEX stock_pick_batch ON stock_pick (batch_id, order_id);

-- Announced by a supplier's delivery note. state: 1 expected, 2 partial, 3 received, 4 refused,
-- 5 cancelled; late is expected or partial past its day.
CREATE TABLE stock_arrival (
    id           {ID},
    organiser_id {INT} NOT NULL REFERENCES organiser (id),
    pool_id      {INT} NOT NULL REFERENCES stock_pool (id),
    supplier     TEXT NOT NULL,
    note         TEXT NOT NULL,
    lot          TEXT NOT NULL,
    units        {INT} NOT NULL CHECK (units > 0),
    expected_day {INT} NOT NULL,
    state        {INT} NOT NULL CHECK (state BETWEEN 1 AND 5),
    accepted     {INT} NOT NULL DEFAULT 0 CHECK (accepted >= 0),
    refused      {INT} NOT NULL DEFAULT 0 CHECK (refused >= 0),
    why          TEXT NOT NULL DEFAULT '',   -- Of a cancellation.
    created_ms   {INT} NOT NULL,
    account_id   {INT} NOT NULL,
    changed_ms   {INT} NOT NULL,
    UNIQUE (organiser_id, note, lot, supplier)
){STRICT};
CREATE INDEX stock_arrival_open ON stock_arrival (pool_id) WHERE state IN (1, 2);
CREATE INDEX stock_arrival_day ON stock_arrival (organiser_id, expected_day);
CREATE INDEX stock_arrival_lot ON stock_arrival (organiser_id, lot);

-- What was counted at the door. The rest of a partial arrival comes under another note.
CREATE TABLE stock_receipt (
    id           {ID},
    organiser_id {INT} NOT NULL REFERENCES organiser (id),
    arrival_id   {INT} NOT NULL REFERENCES stock_arrival (id),
    supplier     TEXT NOT NULL,
    note         TEXT NOT NULL,
    lot          TEXT NOT NULL,
    batch_id     {INT} NOT NULL REFERENCES stock_batch (id),
    accepted     {INT} NOT NULL CHECK (accepted >= 0),
    refused      {INT} NOT NULL CHECK (refused >= 0),
    why_refused  TEXT NOT NULL,
    why_more     TEXT NOT NULL,              -- More came than was announced.
    at_ms        {INT} NOT NULL,
    account_id   {INT} NOT NULL,
    UNIQUE (organiser_id, note, lot, supplier),
    CHECK (accepted + refused > 0)
){STRICT};
CREATE INDEX stock_receipt_arrival ON stock_receipt (arrival_id);
CREATE INDEX stock_receipt_batch ON stock_receipt (batch_id);

-- From pool to pool. state: 1 on its way, 2 partly there, 3 there, 4 closed short, 5 turned back.
CREATE TABLE stock_transfer (
    id           {ID},
    organiser_id {INT} NOT NULL REFERENCES organiser (id),
    from_pool    {INT} NOT NULL REFERENCES stock_pool (id),
    to_pool      {INT} NOT NULL REFERENCES stock_pool (id),
    batch_id     {INT} NOT NULL REFERENCES stock_batch (id),
    units        {INT} NOT NULL CHECK (units > 0),
    arrived      {INT} NOT NULL DEFAULT 0 CHECK (arrived >= 0),
    lost         {INT} NOT NULL DEFAULT 0 CHECK (lost >= 0),
    state        {INT} NOT NULL CHECK (state BETWEEN 1 AND 5),
    reason       TEXT NOT NULL,
    key          TEXT NOT NULL,              -- Of the form: sent once.
    created_ms   {INT} NOT NULL,
    account_id   {INT} NOT NULL,
    changed_ms   {INT} NOT NULL,
    UNIQUE (organiser_id, key),
    CHECK (from_pool <> to_pool),
    CHECK (arrived + lost <= units)
){STRICT};
CREATE INDEX stock_transfer_to ON stock_transfer (to_pool) WHERE state IN (1, 2);
CREATE INDEX stock_transfer_from ON stock_transfer (from_pool);
CREATE INDEX stock_transfer_organiser ON stock_transfer (organiser_id, id);
CREATE INDEX stock_transfer_batch ON stock_transfer (batch_id);

CREATE TABLE stock_correction (
    id          {ID},
    pool_id     {INT} NOT NULL REFERENCES stock_pool (id),
    batch_id    {INT} NOT NULL REFERENCES stock_batch (id),
    book        {INT} NOT NULL,
    counted     {INT} NOT NULL CHECK (counted >= 0),
    reason      TEXT NOT NULL,
    asked_by    {INT} NOT NULL,
    approved_by {INT} NOT NULL,
    asked_ms    {INT} NOT NULL,
    at_ms       {INT} NOT NULL
){STRICT};
CREATE INDEX stock_correction_batch ON stock_correction (pool_id, batch_id);

CREATE TABLE stock_recall (
    id          {ID},
    batch_id    {INT} NOT NULL UNIQUE REFERENCES stock_batch (id),
    reason      TEXT NOT NULL,               -- As the receivers read it.
    instruction TEXT NOT NULL,               -- What they are to do.
    asked_by    {INT} NOT NULL,
    approved_by {INT} NOT NULL,
    at_ms       {INT} NOT NULL
){STRICT};

-- Everybody who has, or was to get, units of it. stage: 1 set aside before it left, 2 on its way,
-- 3 delivered, 4 came back.
CREATE TABLE stock_recall_order (
    recall_id {INT} NOT NULL REFERENCES stock_recall (id),
    order_id  {INT} NOT NULL REFERENCES orders (id),
    units     {INT} NOT NULL CHECK (units > 0),
    stage     {INT} NOT NULL CHECK (stage BETWEEN 1 AND 4),
    mailed_ms {INT} NOT NULL DEFAULT 0,
    PRIMARY KEY (recall_id, order_id)
){NOROWID};
CREATE INDEX stock_recall_waiting ON stock_recall_order (recall_id, order_id) WHERE mailed_ms = 0;
CREATE INDEX stock_recall_order_order ON stock_recall_order (order_id);
