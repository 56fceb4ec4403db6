-- For the removal of what is older than its limit, oldest first.

CREATE INDEX cycles_ended ON cycles (completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX dead_letters_at ON dead_letters (at);
