//! SQL as text: where statements begin and end, what they define, and where it stands.
//!
//! In: source files. Out: statements with their spans and comments, the objects that they name. Nothing here knows what
//! a statement means; PostgreSQL does. A statement that is not understood here is passed on whole.

mod lexer;
mod long_name;
mod outline;
mod split;

pub use lexer::{Lexer, Problem, Token, TokenKind};
pub use long_name::{cut_to_one, kept, long_names};

pub use outline::{Definition, Part, outline, unescape};
pub use split::{Statement, split};
