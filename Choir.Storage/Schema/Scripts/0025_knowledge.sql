-- The full-text index of inputs and answers, one row for each passage. The lexemes are created by the service, because the
-- parser of Postgres does not segment scripts without word spaces and supports one language at a time.

CREATE TABLE knowledge_passages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    thread_id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    n integer NOT NULL,
    -- 'input' or 'answer'
    part text NOT NULL,
    text text NOT NULL,
    lexemes tsvector NOT NULL,
    UNIQUE (cycle_id, n)
);

CREATE INDEX knowledge_passages_lexemes ON knowledge_passages USING gin (lexemes);
