-- SPDX-License-Identifier: Apache-2.0
--
-- The token that made a token, which ends with it. NULL: made by a person or by command.
ALTER TABLE api_token ADD COLUMN made_by TEXT;
CREATE INDEX api_token_made_by ON api_token (made_by) WHERE made_by IS NOT NULL;
