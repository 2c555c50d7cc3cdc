SELECT orders.id, orders.status, orders.placed_at, order_totals.total_cents
FROM orders
JOIN order_totals ON order_totals.order_id = orders.id
WHERE orders.customer_id = %(customer_id)s
ORDER BY orders.placed_at DESC;
