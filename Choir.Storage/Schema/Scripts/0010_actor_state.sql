-- The state of every actor, readable with plain SQL.

CREATE TABLE actor_state (
    actor_type text NOT NULL,
    actor_id text NOT NULL,
    state_name text NOT NULL DEFAULT 'state',
    -- Null after it was cleared. The row stays, so that the version continues to increase and a stale writer is refused.
    state jsonb,
    version bigint NOT NULL DEFAULT 1,
    -- The length of the written state, in bytes of UTF-8 JSON.
    size_bytes integer NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor_type, actor_id, state_name)
);
