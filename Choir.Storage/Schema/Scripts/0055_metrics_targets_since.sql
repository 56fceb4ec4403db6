-- When the process at an address registered for the first time. A new process cannot tell whether others have died or, after
-- an outage of the database, have not registered again yet.

ALTER TABLE metrics_targets ADD COLUMN since timestamptz NOT NULL DEFAULT now();
