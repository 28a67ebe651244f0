-- SPDX-License-Identifier: Apache-2.0
-- Our mirror of the company register. Numbers are the keys themselves: rows of one SIREN lie
-- side by side in both tables, and the monthly files, which are in the same order, append.
-- Text that the register does not give is '' (no byte in a row); numbers are 0.

CREATE TABLE company (
    siren          {INT} NOT NULL PRIMARY KEY,
    name           TEXT NOT NULL,  -- '' when partly diffused
    active         {INT} NOT NULL CHECK (active IN (0, 1)),
    partial        {INT} NOT NULL CHECK (partial IN (0, 1)),
    gone           {INT} NOT NULL CHECK (gone IN (0, 1)), -- no longer in the newest files
    band           {INT} NOT NULL CHECK (band BETWEEN 0 AND 16), -- enum band
    band_year      {INT} NOT NULL,
    legal_category {INT} NOT NULL,
    naf            TEXT NOT NULL,
    head_siret     {INT} NOT NULL,
    head_commune   TEXT NOT NULL,  -- tells department and territory
    networks       {INT} NOT NULL, -- enum network bits, as derived
    network_source {INT} NOT NULL, -- enum network_source, as derived
    created_day    {INT} NOT NULL
){STRICT};

CREATE TABLE establishment (
    siret          {INT} NOT NULL PRIMARY KEY, -- SIREN x 100,000 + NIC: no other index is needed
    active         {INT} NOT NULL CHECK (active IN (0, 1)),
    head_office    {INT} NOT NULL CHECK (head_office IN (0, 1)),
    partial        {INT} NOT NULL CHECK (partial IN (0, 1)),
    gone           {INT} NOT NULL CHECK (gone IN (0, 1)),
    band           {INT} NOT NULL CHECK (band BETWEEN 0 AND 16),
    sign           TEXT NOT NULL,
    complement     TEXT NOT NULL,
    street         TEXT NOT NULL,
    special        TEXT NOT NULL,
    postal_code    TEXT NOT NULL,
    commune        TEXT NOT NULL,
    city           TEXT NOT NULL,
    craft_code     TEXT NOT NULL,
    country        TEXT NOT NULL
){STRICT};

-- What a chamber says of its own members; it wins over what is derived.
CREATE TABLE registry_member (
    siren     {INT} NOT NULL PRIMARY KEY,
    cci_ms    {INT} NOT NULL, -- when the CCI listed it; 0: not listed
    cci_email TEXT NOT NULL,
    cci_phone TEXT NOT NULL,
    cma_ms    {INT} NOT NULL,
    cma_email TEXT NOT NULL,
    cma_phone TEXT NOT NULL
){STRICT};

-- One row for each import that was begun. A run that was cut short is found here, with how far
-- it came, and goes on when it is given the same files.
CREATE TABLE registry_import (
    id               {ID},
    token            TEXT NOT NULL,  -- of the process at work; another one's ends the first's
    units_mark       TEXT NOT NULL,  -- hash over size and first bytes
    establishments_mark TEXT NOT NULL,
    started_ms       {INT} NOT NULL,
    finished_ms      {INT} NOT NULL, -- 0: not finished
    siren            {INT} NOT NULL, -- done up to here
    counts           TEXT NOT NULL,  -- numbers in the order of import_counts, space between
    companies        {INT} NOT NULL  -- known when it finished
){STRICT};

-- Numbers the running import no longer found; they are closed once all of the files was read.
CREATE TABLE registry_gone (
    establishment {INT} NOT NULL CHECK (establishment IN (0, 1)), -- number is a SIRET
    number        {INT} NOT NULL,
    PRIMARY KEY (establishment, number)
){NOROWID};
