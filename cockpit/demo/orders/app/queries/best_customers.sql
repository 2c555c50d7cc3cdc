SELECT customers.name, count(*) AS orders, sum(order_totals.total_cents) AS total_cents
FROM customers
JOIN orders ON orders.customer_id = customers.id
JOIN order_totals ON order_totals.order_id = orders.id
GROUP BY customers.id, customers.name
ORDER BY total_cents DESC
LIMIT 20;
