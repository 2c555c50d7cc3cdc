COMMENT ON SCHEMA cockpit IS
  'History of schema migrations, written by the migration cockpit. Read cockpit.history.';

CREATE TABLE cockpit.ledger (
  seq           bigint PRIMARY KEY,
  at            timestamptz NOT NULL,
  run           text NOT NULL,
  event         text NOT NULL,
  version       text,
  name          text,
  phase         text,
  step          integer,
  direction     text CHECK (direction IN ('up', 'down')),
  checksum      text,
  script        text,
  undo          text,
  git_commit    text,
  git_ref       text,
  actor         text NOT NULL,
  client        text NOT NULL,
  duration      interval,
  detail        jsonb NOT NULL,
  previous_hash text NOT NULL UNIQUE,
  hash          text NOT NULL UNIQUE
);
COMMENT ON TABLE cockpit.ledger IS
  'Append-only and hash-chained: no row is ever changed. Check it with: cockpit verify';

CREATE FUNCTION cockpit.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cockpit.ledger is append-only: % is refused', TG_OP
    USING ERRCODE = 'restrict_violation',
          HINT = 'A rollback or a repair is a new event. Nothing is ever rewritten.';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cockpit.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION cockpit.refuse_rewriting();
ALTER TABLE cockpit.ledger ENABLE ALWAYS TRIGGER append_only;

CREATE TABLE cockpit.environment (
  only_row          boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  name              text NOT NULL,
  environment       text NOT NULL,
  system_identifier text NOT NULL
);
COMMENT ON TABLE cockpit.environment IS
  'What this database is: settings that say otherwise make writing impossible.';

CREATE VIEW cockpit.history AS
  SELECT at, version, name, event, phase, direction, duration, actor, left(git_commit, 10) AS git_commit,
         detail ->> 'error' AS error, run
    FROM cockpit.ledger
   ORDER BY seq;
COMMENT ON VIEW cockpit.history IS 'The ledger for people with only psql.';
