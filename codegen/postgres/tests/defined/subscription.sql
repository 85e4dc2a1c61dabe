CREATE SCHEMA s;
-- variant
CREATE SUBSCRIPTION u CONNECTION 'host=nowhere password=secret' PUBLICATION p WITH (connect = false);
COMMENT ON SUBSCRIPTION u IS 'it''s';
-- variant
CREATE SUBSCRIPTION u CONNECTION '' PUBLICATION p, "P 2"
    WITH (connect = false, slot_name = NONE, binary, streaming = off, synchronous_commit = remote_apply);
CREATE SUBSCRIPTION "U 2" CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = 'other', streaming = on);
-- variant
-- since 15
CREATE SUBSCRIPTION u CONNECTION '' PUBLICATION p WITH (connect = false, disable_on_error, two_phase, slot_name = 'v');
-- variant
-- since 16
CREATE SUBSCRIPTION u CONNECTION '' PUBLICATION "P 2"
    WITH (connect = false, password_required = false, run_as_owner, origin = none, streaming = parallel);
-- variant
-- since 17
CREATE SUBSCRIPTION u CONNECTION '' PUBLICATION p WITH (connect = false, failover);
