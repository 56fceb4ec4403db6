-- The name of each process, service.instance.id. Processes of an earlier version register without it.

ALTER TABLE metrics_targets ADD COLUMN instance text NOT NULL DEFAULT '';
