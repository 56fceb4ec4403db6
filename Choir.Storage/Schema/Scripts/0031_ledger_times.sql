-- When the current transaction was submitted, and when the cycle was confirmed for the first time: a lost anchor is submitted
-- again, which does not change the time that the cycle took. By the database's clock, like the time of acceptance, so that
-- the measured times do not depend on the clocks of hosts.
ALTER TABLE ledger_outbox ADD COLUMN submitted_at timestamptz;
ALTER TABLE ledger_outbox ADD COLUMN anchored_at timestamptz;
