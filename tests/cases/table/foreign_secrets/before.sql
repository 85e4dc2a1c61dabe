CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER v FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE t (a int OPTIONS (api_key 'one', plain 'x'), b int) SERVER v OPTIONS (password 'one', host 'a');
