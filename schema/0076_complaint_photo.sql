-- SPDX-License-Identifier: Apache-2.0
--
-- A photo belongs to what its buyer wrote with it; 0: to the first message.

ALTER TABLE complaint_photo ADD COLUMN message_id {INT} NOT NULL DEFAULT 0;
