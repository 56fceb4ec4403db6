-- The results of load tests, for the lists and trends of GET /load-tests.

CREATE TABLE load_tests (
    -- A UUIDv7: later runs sort after earlier ones.
    id uuid PRIMARY KEY,
    profile text NOT NULL,
    -- The whole result, as it is answered.
    result jsonb NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX load_tests_profile ON load_tests (profile, id);
CREATE INDEX load_tests_stored ON load_tests (stored_at);
