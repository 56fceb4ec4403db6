-- Messages that nobody handled and nobody was told about, with all that is needed to send them again.

CREATE TABLE dead_letters (
    id uuid PRIMARY KEY,
    target_type text NOT NULL,
    target_id text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    at timestamptz NOT NULL,
    message_id uuid NOT NULL,
    message_type text NOT NULL,
    -- Bytes, not jsonb: a letter may be dead because its data is no JSON.
    data bytea NOT NULL,
    sender_type text,
    sender_id text,
    correlation_id uuid NOT NULL,
    causation_id uuid NOT NULL,
    trace_parent text,
    sent_at timestamptz NOT NULL,
    expects_reply boolean NOT NULL,
    replayed_at timestamptz
);
