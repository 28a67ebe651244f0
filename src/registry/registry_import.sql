-- SPDX-License-Identifier: Apache-2.0
-- What the import reads and writes. The columns of a range, of the statement that puts a row and
-- of company_values and place_values are in one order: rows are compared cell by cell.

-- company_range: after_siren, count
SELECT siren, name, active, partial, gone, band, band_year, legal_category, naf, head_siret,
       head_commune, networks, network_source, created_day
  FROM company
 WHERE siren > ?1
 ORDER BY siren
 LIMIT ?2;

-- company_put: siren, name, active, partial, gone, band, band_year, legal_category, naf, head_siret, head_commune, networks, network_source, created_day
INSERT INTO company (siren, name, active, partial, gone, band, band_year, legal_category, naf,
                     head_siret, head_commune, networks, network_source, created_day)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (siren) DO UPDATE
   SET name = excluded.name, active = excluded.active, partial = excluded.partial,
       gone = excluded.gone, band = excluded.band, band_year = excluded.band_year,
       legal_category = excluded.legal_category, naf = excluded.naf,
       head_siret = excluded.head_siret, head_commune = excluded.head_commune,
       networks = excluded.networks, network_source = excluded.network_source,
       created_day = excluded.created_day;

-- establishment_range: after_siret, count
SELECT siret, active, head_office, partial, gone, band, sign, complement, street, special,
       postal_code, commune, city, craft_code, country
  FROM establishment
 WHERE siret > ?1
 ORDER BY siret
 LIMIT ?2;

-- establishment_put: siret, active, head_office, partial, gone, band, sign, complement, street, special, postal_code, commune, city, craft_code, country
INSERT INTO establishment (siret, active, head_office, partial, gone, band, sign, complement,
                           street, special, postal_code, commune, city, craft_code, country)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (siret) DO UPDATE
   SET active = excluded.active, head_office = excluded.head_office, partial = excluded.partial,
       gone = excluded.gone, band = excluded.band, sign = excluded.sign,
       complement = excluded.complement, street = excluded.street, special = excluded.special,
       postal_code = excluded.postal_code, commune = excluded.commune, city = excluded.city,
       craft_code = excluded.craft_code, country = excluded.country;

-- registry_import_open:
SELECT id, units_mark, establishments_mark, siren, counts, named
  FROM registry_import
 WHERE finished_ms = 0
 ORDER BY id DESC
 LIMIT 1;

-- registry_import_resume: id, token
UPDATE registry_import SET token = ?2 WHERE id = ?1;

-- registry_import_abandon:
DELETE FROM registry_import WHERE finished_ms = 0;

-- registry_import_begin: token, units_mark, establishments_mark, started_ms, counts
INSERT INTO registry_import (token, units_mark, establishments_mark, started_ms, finished_ms,
                             siren, counts, companies)
VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, 0)
RETURNING id;

-- registry_import_progress: id, token, siren, counts, named
UPDATE registry_import SET siren = ?3, counts = ?4, named = ?5
 WHERE id = ?1 AND token = ?2 AND finished_ms = 0;

-- registry_import_finish: id, token, finished_ms, counts, companies, named
UPDATE registry_import SET finished_ms = ?3, counts = ?4, companies = ?5, named = ?6
 WHERE id = ?1 AND token = ?2 AND finished_ms = 0;

-- Whether the names of the whole register are known to be in their index.
-- registry_names_whole: last_siren
SELECT COUNT(*) FROM registry_import WHERE finished_ms > 0 AND named = ?1;

-- company_name_put: key, siren
INSERT INTO company_name (key, siren) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- company_name_drop: key, siren
DELETE FROM company_name WHERE key = ?1 AND siren = ?2;

-- registry_gone_clear:
DELETE FROM registry_gone WHERE establishment IN (0, 1);

-- registry_gone_put: establishment, number
INSERT INTO registry_gone (establishment, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- company_gone_apply: count
UPDATE company SET active = 0, gone = 1
 WHERE siren IN (SELECT number FROM registry_gone
                  WHERE establishment = 0 ORDER BY number LIMIT ?1);

-- establishment_gone_apply: count
UPDATE establishment SET active = 0, gone = 1
 WHERE siret IN (SELECT number FROM registry_gone
                  WHERE establishment = 1 ORDER BY number LIMIT ?1);

-- registry_gone_drop: establishment, count
DELETE FROM registry_gone
 WHERE establishment = ?1
   AND number IN (SELECT number FROM registry_gone
                   WHERE establishment = ?1 ORDER BY number LIMIT ?2);

-- registry_postal_code_put: code, territory
INSERT INTO registry_postal_code (code, territory) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
