-- Who may write a node's journal. Each start of a node counts its epoch up; nobody may write in an older one.
CREATE TABLE journal_lease (
    node VARCHAR(255) PRIMARY KEY,
    epoch BIGINT NOT NULL,
    holder VARCHAR(255) NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL
);

-- Held shared by every transaction that writes, until it ends; alone by whoever counts the epoch up, and for a moment by
-- whoever reads a journal back: so no write that was on its way can come to light afterwards.
CREATE FUNCTION journal_write_lock(node TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS
    'SELECT hashtextextended(''fulgurite journal write '' || node, 0)';

CREATE FUNCTION journal_fence() RETURNS TRIGGER LANGUAGE plpgsql AS $fence$
DECLARE
    writer TEXT := current_setting('fulgurite.node', true);
    mine TEXT := current_setting('fulgurite.epoch', true);
    latest BIGINT;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(journal_write_lock(writer));
    SELECT epoch INTO latest FROM journal_lease WHERE node = writer;
    IF latest IS NULL OR mine IS DISTINCT FROM latest::TEXT THEN
        RAISE EXCEPTION 'this process may not write the journal of node %: its epoch is %, the latest is %',
            coalesce(writer, '(none)'), coalesce(mine, '(none)'), coalesce(latest::TEXT, '(none)')
            USING ERRCODE = 'FU001';
    END IF;
    RETURN NULL;
END
$fence$;

CREATE TRIGGER journal_fence BEFORE INSERT OR UPDATE OR DELETE ON event_journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_fence();
