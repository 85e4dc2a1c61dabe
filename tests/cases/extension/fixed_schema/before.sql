-- extension: xml2
CREATE SCHEMA x;
CREATE EXTENSION xml2 SCHEMA x;
CREATE VIEW public.v AS SELECT x.xml_encode_special_chars('<a>') AS text;
