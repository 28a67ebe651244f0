-- SPDX-License-Identifier: Apache-2.0
--
-- Orders that a wave leaves out, because they make more parcels than an order can have.
CREATE TABLE wave_left_out (
    wave_id {INT} NOT NULL REFERENCES wave (id),
    order_id {INT} NOT NULL REFERENCES orders (id),
    PRIMARY KEY (wave_id, order_id)
){NOROWID};
