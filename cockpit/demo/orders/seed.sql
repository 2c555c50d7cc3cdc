-- A shop's year on a small scale, for a database that is at v1.3.
-- One email in a thousand belongs to two customers, and one order in fifty has no status.

INSERT INTO customers (name, email, created_at, loyalty_points)
SELECT
    (ARRAY['Ada', 'Ben', 'Chika', 'Dana', 'Emil', 'Fatma', 'Gus', 'Hana'])[1 + n % 8] || ' '
        || (ARRAY['Okafor', 'Weber', 'Tanaka', 'Silva', 'Novak', 'Haddad'])[1 + n / 8 % 6],
    CASE WHEN n % 1000 = 0 THEN 'Customer' || n - 1 ELSE 'customer' || n END || '@example.com',
    timestamptz '2026-02-16 08:00+00' + n * interval '35 minutes',
    n * 7 % 500
FROM generate_series(1, 5000) AS n;

INSERT INTO products (sku, title, price_cents)
SELECT 'SKU-' || lpad(n::text, 4, '0'), 'Product ' || n, 199 + n * 37 % 20000
FROM generate_series(1, 200) AS n;

INSERT INTO orders (customer_id, status, placed_at)
SELECT
    1 + n * 7919 % 5000,
    CASE WHEN n % 50 <> 0 THEN (enum_range(NULL::order_status))[1 + n % 5] END,
    timestamptz '2026-02-16 09:00+00' + n * interval '9 minutes'
FROM generate_series(1, 20000) AS n;

INSERT INTO order_items (order_id, product_id, quantity, price_cents)
SELECT o, 1 + (o * 31 + i * 67) % 200, 1 + (o + i) % 4, 199 + (o * 31 + i * 67) % 20000
FROM generate_series(1, 20000) AS o, generate_series(1, 2) AS i;

INSERT INTO payments (order_id, amount_cents, reference, received_at)
SELECT id, 1000 + id % 9000, 'REF-' || lpad(id::text, 8, '0'), placed_at + interval '1 hour'
FROM orders
WHERE status IN ('paid', 'shipped', 'returned');

INSERT INTO shipments (order_id, carrier, tracking_code, shipped_at)
SELECT
    id,
    (ARRAY['DHL', 'UPS', 'PostNord'])[1 + id % 3],
    'T' || lpad(id::text, 10, '0'),
    placed_at + interval '1 day'
FROM orders
WHERE status IN ('shipped', 'returned');

ANALYZE;
