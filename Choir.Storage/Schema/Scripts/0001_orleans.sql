-- Tables of Orleans' ADO.NET providers: cluster membership and reminders. The providers read the text of every query from
-- "orleansquery", by key, at start; parameters and result columns have the names that the providers use.

CREATE TABLE orleansquery (
    querykey text PRIMARY KEY,
    querytext text NOT NULL
);

-- The version of a cluster's membership table: every change must state the current version, and increments it.
CREATE TABLE orleans_cluster (
    cluster_id text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE orleans_membership (
    cluster_id text NOT NULL REFERENCES orleans_cluster ON DELETE CASCADE,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    proxy_port integer NOT NULL,
    suspect_times text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

COMMENT ON COLUMN orleans_membership.status IS '1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead';

CREATE TABLE orleans_reminders (
    service_id text NOT NULL,
    grain_id text NOT NULL,
    name text NOT NULL,
    grain_hash integer NOT NULL,
    start_at timestamptz NOT NULL,
    period_ms bigint NOT NULL,
    version integer NOT NULL DEFAULT 0,
    PRIMARY KEY (service_id, grain_id, name)
);

CREATE INDEX orleans_reminders_hash ON orleans_reminders (service_id, grain_hash);

INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $sql$
WITH inserted AS (
    INSERT INTO orleans_cluster (cluster_id) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING cluster_id
)
SELECT count(*) > 0 FROM inserted
$sql$),

-- A change has an effect only if it states the current version. The version's row serves as the lock.
('InsertMembershipKey', $sql$
WITH raised AS (
    UPDATE orleans_cluster AS c
    SET version = c.version + 1, changed_at = now()
    WHERE c.cluster_id = @DeploymentId AND c.version = @Version
      AND NOT EXISTS (
          SELECT FROM orleans_membership AS m
          WHERE m.cluster_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
    RETURNING c.cluster_id
), inserted AS (
    INSERT INTO orleans_membership (
        cluster_id, address, port, generation, silo_name, host_name, status, proxy_port, started_at, alive_at)
    SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM raised
    RETURNING cluster_id
)
SELECT count(*) > 0 FROM inserted
$sql$),

('UpdateMembershipKey', $sql$
WITH raised AS (
    UPDATE orleans_cluster AS c
    SET version = c.version + 1, changed_at = now()
    WHERE c.cluster_id = @DeploymentId AND c.version = @Version
      AND EXISTS (
          SELECT FROM orleans_membership AS m
          WHERE m.cluster_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
    RETURNING c.cluster_id
), updated AS (
    UPDATE orleans_membership AS m
    SET status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
    FROM raised
    WHERE m.cluster_id = raised.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    RETURNING m.cluster_id
)
SELECT count(*) > 0 FROM updated
$sql$),

('UpdateIAmAlivetimeKey', $sql$
UPDATE orleans_membership SET alive_at = @IAmAliveTime
WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$sql$),

-- One row with only the version if the cluster has no such member, or none at all.
('MembershipReadRowKey', $sql$
SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
       m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort",
       m.suspect_times AS "SuspectTimes", m.started_at AS "StartTime", m.alive_at AS "IAmAliveTime",
       c.version AS "Version"
FROM orleans_cluster AS c
LEFT JOIN orleans_membership AS m
    ON m.cluster_id = c.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE c.cluster_id = @DeploymentId
$sql$),

('MembershipReadAllKey', $sql$
SELECT m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
       m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort",
       m.suspect_times AS "SuspectTimes", m.started_at AS "StartTime", m.alive_at AS "IAmAliveTime",
       c.version AS "Version"
FROM orleans_cluster AS c
LEFT JOIN orleans_membership AS m ON m.cluster_id = c.cluster_id
WHERE c.cluster_id = @DeploymentId
$sql$),

('GatewaysQueryKey', $sql$
SELECT address AS "Address", proxy_port AS "ProxyPort", generation AS "Generation"
FROM orleans_membership
WHERE cluster_id = @DeploymentId AND status = @Status AND proxy_port > 0
$sql$),

('DeleteMembershipTableEntriesKey', $sql$
DELETE FROM orleans_cluster WHERE cluster_id = @DeploymentId
$sql$),

('CleanupDefunctSiloEntriesKey', $sql$
DELETE FROM orleans_membership WHERE cluster_id = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3
$sql$),

('UpsertReminderRowKey', $sql$
INSERT INTO orleans_reminders AS r (service_id, grain_id, name, grain_hash, start_at, period_ms)
VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period)
ON CONFLICT (service_id, grain_id, name) DO UPDATE
SET grain_hash = excluded.grain_hash, start_at = excluded.start_at, period_ms = excluded.period_ms,
    version = r.version + 1
RETURNING r.version AS "Version"
$sql$),

('ReadReminderRowsKey', $sql$
SELECT grain_id AS "GrainId", name AS "ReminderName", start_at AS "StartTime", period_ms AS "Period", version AS "Version"
FROM orleans_reminders
WHERE service_id = @ServiceId AND grain_id = @GrainId
$sql$),

('ReadReminderRowKey', $sql$
SELECT grain_id AS "GrainId", name AS "ReminderName", start_at AS "StartTime", period_ms AS "Period", version AS "Version"
FROM orleans_reminders
WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName
$sql$),

-- A range of the hash ring excludes its beginning and includes its end.
('ReadRangeRows1Key', $sql$
SELECT grain_id AS "GrainId", name AS "ReminderName", start_at AS "StartTime", period_ms AS "Period", version AS "Version"
FROM orleans_reminders
WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$sql$),

-- The same for a range that contains zero, or is the whole ring.
('ReadRangeRows2Key', $sql$
SELECT grain_id AS "GrainId", name AS "ReminderName", start_at AS "StartTime", period_ms AS "Period", version AS "Version"
FROM orleans_reminders
WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$sql$),

('DeleteReminderRowKey', $sql$
WITH deleted AS (
    DELETE FROM orleans_reminders
    WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName AND version = @Version
    RETURNING name
)
SELECT count(*) > 0 FROM deleted
$sql$),

('DeleteReminderRowsKey', $sql$
DELETE FROM orleans_reminders WHERE service_id = @ServiceId
$sql$);
