SELECT 'event trigger', 'pg_event_trigger'::regclass::oid, e.oid, NULL::text, e.evtname::text, NULL::text,
       format('CREATE EVENT TRIGGER %I ON %I', e.evtname, e.evtevent)
           || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(t), ', ') FROM unnest(e.evttags) t) || ')', '')
           || format(' EXECUTE FUNCTION %s()', e.evtfoid::regproc),
       ARRAY['STATE'],
       ARRAY[CASE e.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END]
FROM pg_event_trigger e
