-- SPDX-License-Identifier: Apache-2.0
--
-- What the checker looks at each minute: orders that changed after they were placed. Those placed
-- lately are the last by their number, so placing one writes nothing here.
CREATE INDEX orders_changed ON orders (changed_ms) WHERE changed_ms > created_ms;
