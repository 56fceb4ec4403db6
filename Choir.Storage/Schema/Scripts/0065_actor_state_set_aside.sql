-- States that could not be read, so that they do not keep their actors from activating. To restore one, after the code reads it
-- again: stop the hosts, copy its state back to actor_state with a higher version, and delete it here.

CREATE TABLE actor_state_set_aside (
    actor_type text NOT NULL,
    actor_id text NOT NULL,
    state_name text NOT NULL,
    version bigint NOT NULL,
    state jsonb,
    size_bytes integer NOT NULL,
    updated_at timestamptz NOT NULL,
    -- Why it could not be read.
    problem text NOT NULL,
    set_aside_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor_type, actor_id, state_name, version)
);
