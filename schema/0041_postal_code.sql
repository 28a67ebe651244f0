-- SPDX-License-Identifier: Apache-2.0
-- Postal codes that the register uses, with the territory of the communes they serve there. The
-- import adds to it. CEDEX codes and some others stand in no table of communes.

CREATE TABLE registry_postal_code (
    code      TEXT NOT NULL,
    territory {INT} NOT NULL, -- enum territory
    PRIMARY KEY (code, territory)
){NOROWID};
