-- The address at which each running process serves its metrics. A process renews its row periodically; a row that is not
-- renewed expires. By the database's clock, so that it does not depend on the clocks of hosts.

CREATE TABLE metrics_targets (
    address text PRIMARY KEY,
    process uuid NOT NULL,
    service text NOT NULL,
    host text NOT NULL,
    seen_at timestamptz NOT NULL
);
