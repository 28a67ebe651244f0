-- SPDX-License-Identifier: Apache-2.0

-- parcel_series_next: series, first
INSERT INTO parcel_series (series, taken) VALUES (?1, ?2)
ON CONFLICT (series) DO UPDATE SET taken = parcel_series.taken + 1
RETURNING taken;
