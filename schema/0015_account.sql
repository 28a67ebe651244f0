-- SPDX-License-Identifier: Apache-2.0
--
-- People, what links them to companies, what companies declare, and what an agent must look at.

CREATE TABLE account (
    id {ID},
    email TEXT NOT NULL UNIQUE,
    rights {INT} NOT NULL DEFAULT 0,
    organiser_id {INT},
    created_ms {INT} NOT NULL,
    signed_in_ms {INT} NOT NULL DEFAULT 0
) {STRICT};
CREATE INDEX account_idle ON account (signed_in_ms);

-- A sign-in under way, one for each browser. flow_hash: HMAC of the browser's cookie, so that
-- nothing in a form or a link leads to it. code_hash: HMAC of the code.
CREATE TABLE sign_in (
    flow_hash TEXT NOT NULL PRIMARY KEY CHECK (length(flow_hash) = 64),
    email TEXT NOT NULL,
    code_hash TEXT NOT NULL CHECK (length(code_hash) = 64),
    back TEXT NOT NULL,                -- local path to go on to; may be empty
    sent_ms {INT} NOT NULL,
    expires_ms {INT} NOT NULL,
    tries {INT} NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5)
){NOROWID};
CREATE INDEX sign_in_expires ON sign_in (expires_ms);

-- What was done lately and is counted: codes sent to an address, to a client, for a company. who
-- is an HMAC, so that the table names nobody.
CREATE TABLE account_limit (
    id {ID},
    who TEXT NOT NULL CHECK (length(who) = 64),
    at_ms {INT} NOT NULL
) {STRICT};
CREATE INDEX account_limit_who ON account_limit (who, at_ms);
CREATE INDEX account_limit_at ON account_limit (at_ms);

-- A proven link: this person acts for that company. It holds while ended_ms and frozen_ms are 0.
CREATE TABLE company_link (
    account_id {INT} NOT NULL REFERENCES account (id),
    siren {INT} NOT NULL,
    proof TEXT NOT NULL,
    since_ms {INT} NOT NULL,
    ended_ms {INT} NOT NULL DEFAULT 0,
    frozen_ms {INT} NOT NULL DEFAULT 0, -- Contested: rests until an agent has decided.
    PRIMARY KEY (account_id, siren)
){NOROWID};
CREATE INDEX company_link_siren ON company_link (siren);

-- Somebody says to act for a company. state: 1 waits for a proof, 2 is reviewed, 3 proven,
-- 4 refused, 5 given up. code_hash is of the last code sent to the chamber's address.
CREATE TABLE claim (
    id {ID},
    account_id {INT} NOT NULL REFERENCES account (id),
    siren {INT} NOT NULL,
    siret {INT} NOT NULL,
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 5),
    contested {INT} NOT NULL DEFAULT 0 CHECK (contested IN (0, 1)),
    code_hash TEXT NOT NULL DEFAULT '',
    code_expires_ms {INT} NOT NULL DEFAULT 0,
    tries {INT} NOT NULL DEFAULT 0,
    created_ms {INT} NOT NULL,
    changed_ms {INT} NOT NULL
) {STRICT};
CREATE UNIQUE INDEX claim_one ON claim (account_id, siren);
CREATE INDEX claim_siren ON claim (siren, state);
CREATE INDEX claim_waiting ON claim (changed_ms) WHERE state = 1;

-- Activation letters, one for each claim. The code is derived from the claim, nonce and the
-- instance's secret when the batch is written; only its HMAC is kept.
CREATE TABLE letter_batch (
    id {ID},
    created_ms {INT} NOT NULL,
    letters {INT} NOT NULL,
    written_ms {INT} NOT NULL DEFAULT 0 -- 0: the file was not finished; the next run writes it.
) {STRICT};

CREATE TABLE letter (
    claim_id {INT} NOT NULL PRIMARY KEY REFERENCES claim (id),
    nonce TEXT NOT NULL,
    asked_ms {INT} NOT NULL,
    batch_id {INT} NOT NULL DEFAULT 0,  -- 0: waits for the printer.
    code_hash TEXT NOT NULL DEFAULT '',
    expires_ms {INT} NOT NULL DEFAULT 0,
    tries {INT} NOT NULL DEFAULT 0
){NOROWID};
CREATE INDEX letter_batch_id ON letter (batch_id, claim_id);

-- Accepted figures only. heads -1: none accepted.
CREATE TABLE company_declaration (
    siren {INT} NOT NULL PRIMARY KEY,
    heads {INT} NOT NULL,
    networks {INT} NOT NULL,
    changed_ms {INT} NOT NULL,
    account_id {INT}
){NOROWID};

-- What waits for an agent, and what was decided. kind: claim, headcount, network.
-- asked: the claim's id, the headcount, the network's bits. state 1 open, 2 accepted, 3 refused.
CREATE TABLE review (
    id {ID},
    kind TEXT NOT NULL CHECK (kind IN ('claim', 'headcount', 'network')),
    siren {INT} NOT NULL,
    account_id {INT} NOT NULL REFERENCES account (id),
    asked {INT} NOT NULL,
    note TEXT NOT NULL,
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 3),
    created_ms {INT} NOT NULL,
    changed_ms {INT} NOT NULL,
    decided_ms {INT} NOT NULL DEFAULT 0,
    decided_by {INT},
    reason TEXT NOT NULL DEFAULT ''
) {STRICT};
CREATE INDEX review_open ON review (created_ms, id) WHERE state = 1;
CREATE INDEX review_siren ON review (siren);
CREATE UNIQUE INDEX review_once ON review (siren, account_id, kind) WHERE state = 1;

-- Whose agents see a review: the organisers with a campaign for that territory; 0: all.
CREATE TABLE review_organiser (
    review_id {INT} NOT NULL REFERENCES review (id),
    organiser_id {INT} NOT NULL,
    PRIMARY KEY (review_id, organiser_id)
){NOROWID};

-- Who did what for which company, when and why. Only ever added to.
CREATE TABLE account_event (
    id {ID},
    siren {INT} NOT NULL,
    account_id {INT} NOT NULL,  -- Whom it concerns.
    actor_id {INT} NOT NULL,    -- Who did it; 0: the program or a command.
    what TEXT NOT NULL,
    note TEXT NOT NULL,
    at_ms {INT} NOT NULL
) {STRICT};
CREATE INDEX account_event_siren ON account_event (siren, id);
