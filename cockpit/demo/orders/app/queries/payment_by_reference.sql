SELECT id, order_id, amount_cents, received_at
FROM payments
WHERE reference = %(reference)s;
