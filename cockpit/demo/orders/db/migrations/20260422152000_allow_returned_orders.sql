-- migrate:up irreversible:"PostgreSQL cannot take a label out of an enum type"
ALTER TYPE order_status ADD VALUE 'returned';
