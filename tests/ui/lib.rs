//! Nothing: the package is there for its test, and names what the programs in `pass/` and `fail/` link.
