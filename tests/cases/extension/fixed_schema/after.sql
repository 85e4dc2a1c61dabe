-- extension: xml2
CREATE SCHEMA y;
CREATE EXTENSION xml2 SCHEMA y;
CREATE VIEW public.v AS SELECT y.xml_encode_special_chars('<a>') AS text;
