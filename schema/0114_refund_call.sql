-- SPDX-License-Identifier: Apache-2.0
--
-- called_until_ms: so long one worker or command alone asks the provider to give back. It ends by
-- itself when that one dies.
ALTER TABLE refund ADD COLUMN called_until_ms {INT} NOT NULL DEFAULT 0;
