-- Conversations: threads, their cycles, the phases of each cycle, and events.

CREATE TABLE threads (
    thread_id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- The number of the thread's last event. Incremented in the transaction that appends the event, under this row's lock,
    -- so that events become visible in the order of their numbers.
    last_event bigint NOT NULL DEFAULT 0
);

CREATE TABLE cycles (
    cycle_id uuid PRIMARY KEY,
    thread_id uuid NOT NULL REFERENCES threads ON DELETE CASCADE,
    correlation_id uuid NOT NULL,
    -- The W3C traceparent of the request that submitted it, so that a resumed cycle continues its trace.
    trace_parent text,
    trace_id text,
    idempotency_key text,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
    content text NOT NULL,
    round integer NOT NULL DEFAULT 0,
    accepted_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    result jsonb,
    error text,
    -- The hash that is anchored on the chain.
    cycle_hash bytea,
    UNIQUE (thread_id, idempotency_key)
);

CREATE INDEX cycles_of_thread ON cycles (thread_id, cycle_id DESC);
CREATE INDEX cycles_running ON cycles (thread_id, cycle_id) WHERE status = 'running';

-- One row for each saved phase of a round.
CREATE TABLE cycle_phases (
    cycle_id uuid NOT NULL REFERENCES cycles ON DELETE CASCADE,
    round integer NOT NULL,
    phase smallint NOT NULL CHECK (phase BETWEEN 1 AND 6),
    status text NOT NULL CHECK (status IN ('completed', 'failed')),
    output text,
    operations jsonb NOT NULL,
    -- Data for resuming the cycle after this phase.
    payload jsonb,
    started_at timestamptz NOT NULL,
    duration_ms double precision NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cycle_id, round, phase)
);

CREATE TABLE thread_events (
    thread_id uuid NOT NULL REFERENCES threads ON DELETE CASCADE,
    id bigint NOT NULL,
    cycle_id uuid NOT NULL,
    type text NOT NULL,
    -- Only data that is not stored elsewhere: a phase's output and a cycle's result are joined when the event is read.
    data jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (thread_id, id)
);

-- Appends an event and notifies listeners when the transaction ends. Returns the event's number.
CREATE FUNCTION choir_append_thread_event(of_thread uuid, of_cycle uuid, event_type text, event_data jsonb)
RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE
    number bigint;
BEGIN
    UPDATE threads SET last_event = last_event + 1 WHERE thread_id = of_thread RETURNING last_event INTO number;
    IF number IS NULL THEN
        RAISE EXCEPTION 'There is no thread %.', of_thread USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO thread_events (thread_id, id, cycle_id, type, data)
    VALUES (of_thread, number, of_cycle, event_type, coalesce(event_data, '{}'));
    PERFORM pg_notify('choir_thread_events', of_thread::text);
    RETURN number;
END
$body$;
