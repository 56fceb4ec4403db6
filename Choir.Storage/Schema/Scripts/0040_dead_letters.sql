-- Messages that were not handled and whose sender got no error, with the data needed to send them again.

CREATE TABLE dead_letters (
    id uuid PRIMARY KEY,
    target_type text NOT NULL,
    target_id text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    at timestamptz NOT NULL,
    message_id uuid NOT NULL,
    message_type text NOT NULL,
    -- Bytes, not jsonb: the data of a dead letter may be invalid JSON.
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
