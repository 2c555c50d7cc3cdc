CREATE TABLE events (year int, id bigint) PARTITION BY RANGE (year);
