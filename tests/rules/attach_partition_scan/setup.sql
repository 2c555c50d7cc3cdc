CREATE TABLE events (year int, id bigint) PARTITION BY RANGE (year);
CREATE TABLE events_2027 (year int, id bigint);
