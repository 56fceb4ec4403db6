-- The contracts that record this database's anchors, one for each chain. A chain is identified by its id and its first
-- block: a new development chain has the same id as the old one and another first block.
CREATE TABLE ledger_contract (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id bigint NOT NULL,
    genesis_hash text NOT NULL,
    address text NOT NULL,
    deployed_block bigint NOT NULL,
    deployed_at timestamptz NOT NULL,
    UNIQUE (chain_id, genesis_hash)
);

-- The cycles to anchor, with their status.
CREATE TABLE ledger_outbox (
    cycle_id uuid PRIMARY KEY,
    thread_id uuid NOT NULL,
    -- 0x and 64 lower-case hexadecimal digits, as are all hashes here.
    cycle_hash text NOT NULL CHECK (cycle_hash ~ '^0x[0-9a-f]{64}$'),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'submitted', 'confirmed', 'failed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- The W3C traceparent of the message that submitted it.
    trace_parent text,
    -- How often an attempt failed, why the last one failed, and when the next one is due.
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    next_attempt_at timestamptz NOT NULL,
    -- From 'submitted' on. The signed transaction is stored before it is sent, so that after a crash the same transaction
    -- is sent again, which a chain accepts once.
    contract_id bigint REFERENCES ledger_contract (id),
    contract_address text,
    nonce bigint,
    transaction_hash text,
    raw_transaction text,
    -- From 'confirmed' on.
    block_number bigint,
    gas_used bigint,
    CHECK (status <> 'submitted' OR (contract_id IS NOT NULL AND nonce IS NOT NULL AND transaction_hash IS NOT NULL
        AND raw_transaction IS NOT NULL)),
    CHECK (status <> 'confirmed' OR (transaction_hash IS NOT NULL AND block_number IS NOT NULL))
);

-- Stays small: it does not contain confirmed and failed cycles.
CREATE INDEX ledger_outbox_unfinished ON ledger_outbox (status, next_attempt_at, created_at)
    WHERE status IN ('pending', 'submitted');

-- The newest anchors of a chain, to check after a restart that the chain still has them.
CREATE INDEX ledger_outbox_confirmed ON ledger_outbox (contract_id, block_number DESC) WHERE status = 'confirmed';
