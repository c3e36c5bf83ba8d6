-- Bytes that left the address pool and were read in the piece.
alter table usage_piece add column egress_bytes bigint not null default 0 check (egress_bytes >= 0);
-- An interval of an invoice with the bytes of its pieces; a correction may take some away.
alter table invoice_interval add column egress_bytes bigint not null default 0;
