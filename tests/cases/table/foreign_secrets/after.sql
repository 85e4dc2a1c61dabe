CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER v FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE t (a int OPTIONS (plain 'y'), b int OPTIONS (secret 'two')) SERVER v OPTIONS (password 'two', token 'three', host 'a');
CREATE FOREIGN TABLE u (a int OPTIONS (api_key 'two')) SERVER v OPTIONS (passwd 'two');
