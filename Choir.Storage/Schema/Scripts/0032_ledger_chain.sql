-- A chain is known by its id, and the contract on it by the code at its address. The hash of the first block is not used:
-- anvil creates another first block with each start and continues with the same contract after it.
UPDATE ledger_contract SET address = lower(address);

WITH kept AS (
    SELECT chain_id, address, max(id) AS id, min(deployed_block) AS deployed_block FROM ledger_contract GROUP BY chain_id, address
), moved AS (
    UPDATE ledger_outbox AS cycle SET contract_id = kept.id
    FROM ledger_contract AS contract JOIN kept USING (chain_id, address)
    WHERE cycle.contract_id = contract.id AND contract.id <> kept.id
)
UPDATE ledger_contract AS contract SET deployed_block = kept.deployed_block FROM kept WHERE contract.id = kept.id;

DELETE FROM ledger_contract AS contract USING ledger_contract AS later
WHERE later.chain_id = contract.chain_id AND later.address = contract.address AND later.id > contract.id;

ALTER TABLE ledger_contract DROP COLUMN genesis_hash;
ALTER TABLE ledger_contract ADD UNIQUE (chain_id, address);
-- The SHA-256 of the code at the address; null for a contract that an older version deployed.
ALTER TABLE ledger_contract ADD COLUMN code_hash text;
-- The transaction that deploys the contract, stored before it is sent. The last one is null when the contract is on the chain.
ALTER TABLE ledger_contract ADD COLUMN nonce bigint, ADD COLUMN transaction_hash text, ADD COLUMN raw_transaction text;

-- The hash of the block that contains the anchor, to detect a reorganisation of the chain.
ALTER TABLE ledger_outbox ADD COLUMN block_hash text;
-- The hashes of the earlier transactions of the cycle, newest last, any of which may have recorded it.
ALTER TABLE ledger_outbox ADD COLUMN earlier_hashes text[] NOT NULL DEFAULT '{}';
-- Since when and why (a word) the cycle waits for something that does not pass by itself. last_error has the details.
ALTER TABLE ledger_outbox ADD COLUMN stuck_since timestamptz, ADD COLUMN stuck_reason text;

CREATE INDEX ledger_outbox_stuck ON ledger_outbox (stuck_reason, created_at) WHERE stuck_since IS NOT NULL;
