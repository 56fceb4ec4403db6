-- Where each running process serves its metrics. A process says again and again that it is there; one that has been silent
-- for long has gone without a word. By the database's clock, so that hosts whose clocks differ agree.

CREATE TABLE metrics_targets (
    address text PRIMARY KEY,
    process uuid NOT NULL,
    service text NOT NULL,
    host text NOT NULL,
    seen_at timestamptz NOT NULL
);
