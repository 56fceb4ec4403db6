-- When the transaction that is under way was handed in, and when a cycle was on the chain for the first time: a chain that
-- goes back to an older state makes an anchor again, but the cycle took as long as it took. By the database's clock, like
-- the cycle's acceptance, so that hosts whose clocks differ measure alike.
ALTER TABLE ledger_outbox ADD COLUMN submitted_at timestamptz;
ALTER TABLE ledger_outbox ADD COLUMN anchored_at timestamptz;
