-- The event anchor_changed of a thread's stream: a cycle is on the chain, cannot be anchored, or has lost its anchor in a
-- reorganisation. A trigger, so that it is in the same transaction as every change of the status, whoever makes it.
CREATE FUNCTION choir_append_anchor_event() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    -- A thread may have been removed, with its cycles, because of its age.
    IF EXISTS (SELECT FROM threads WHERE thread_id = NEW.thread_id) THEN
        PERFORM choir_append_thread_event(
            NEW.thread_id, NEW.cycle_id, 'anchor_changed',
            jsonb_strip_nulls(jsonb_build_object(
                'status', NEW.status, 'transactionHash', NEW.transaction_hash, 'blockNumber', NEW.block_number,
                'error', CASE WHEN NEW.status <> 'confirmed' THEN NEW.last_error END)));
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER ledger_outbox_anchor_changed AFTER UPDATE OF status ON ledger_outbox FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND (NEW.status IN ('confirmed', 'failed') OR OLD.status = 'confirmed'))
    EXECUTE FUNCTION choir_append_anchor_event();
