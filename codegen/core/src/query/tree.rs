//! PostgreSQL's text form of its own analysis: `pg_node_tree`, as `pg_rewrite.ev_action` and `pg_proc.prosqlbody` hold it.
//!
//! In: the text. Out: nodes by their names, with their fields by theirs. The form is that of `nodeToString`
//! (src/backend/nodes/outfuncs.c); which fields a node has depends on the server's version, so that nothing here knows
//! any of them.

use std::collections::BTreeMap;

/// A node: `{VAR :varno 1 …}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its name, such as `QUERY`.
    pub name: String,
    /// Its fields.
    pub fields: BTreeMap<String, Value>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A node.
    Node(Node),
    /// `(…)`: nodes, numbers or names; a leading letter tells which.
    List(Vec<Value>),
    /// Words: a number, a name, `true`; the bytes of a constant are several. `<>` is none.
    Words(Vec<String>),
}

impl Node {
    /// A field that holds a node.
    #[must_use]
    pub fn node(&self, field: &str) -> Option<&Node> {
        match self.fields.get(field)? {
            Value::Node(node) => Some(node),
            Value::List(_) | Value::Words(_) => None,
        }
    }

    /// The nodes in a field that holds a list of them; nothing where the list is empty.
    pub fn nodes(&self, field: &str) -> impl Iterator<Item = &Node> {
        let items = match self.fields.get(field) {
            Some(Value::List(items)) => items.as_slice(),
            Some(Value::Node(_) | Value::Words(_)) | None => &[],
        };
        items.iter().filter_map(|item| match item {
            Value::Node(node) => Some(node),
            Value::List(_) | Value::Words(_) => None,
        })
    }

    /// The lists in a field that holds a list of lists.
    pub fn lists(&self, field: &str) -> impl Iterator<Item = Vec<&Node>> {
        let items = match self.fields.get(field) {
            Some(Value::List(items)) => items.as_slice(),
            Some(Value::Node(_) | Value::Words(_)) | None => &[],
        };
        items.iter().filter_map(|item| match item {
            Value::List(items) => Some(items.iter().filter_map(as_node).collect()),
            Value::Node(_) | Value::Words(_) => None,
        })
    }

    /// A field that holds one word, without the escapes of the text form.
    #[must_use]
    pub fn word(&self, field: &str) -> Option<&str> {
        match self.fields.get(field)? {
            Value::Words(words) => words.first().map(String::as_str),
            Value::Node(_) | Value::List(_) => None,
        }
    }

    /// A field that holds a number.
    #[must_use]
    pub fn number(&self, field: &str) -> Option<i64> {
        self.word(field)?.parse().ok()
    }

    /// A field that holds `true`.
    #[must_use]
    pub fn is(&self, field: &str) -> bool {
        self.word(field) == Some("true")
    }

    /// Whether a field holds a list with anything in it.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        match self.fields.get(field) {
            Some(Value::List(items)) => !items.is_empty(),
            Some(Value::Node(_)) => true,
            Some(Value::Words(words)) => !words.is_empty(),
            None => false,
        }
    }

    /// Every node inside this one, itself first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        visit(self);
        for value in self.fields.values() {
            walk(value, visit);
        }
    }
}

fn as_node(value: &Value) -> Option<&Node> {
    match value {
        Value::Node(node) => Some(node),
        Value::List(_) | Value::Words(_) => None,
    }
}

fn walk<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a Node)) {
    match value {
        Value::Node(node) => node.walk(visit),
        Value::List(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Words(_) => {}
    }
}

/// Reads a tree; none where the text is not of that form.
#[must_use]
pub fn read(text: &str) -> Option<Value> {
    let tokens = tokens(text);
    let mut reader = Reader { tokens: &tokens, place: 0 };
    let value = reader.value()?;
    (reader.place == tokens.len()).then_some(value)
}

/// The queries of a tree: it holds one, a list, or a list of lists.
#[must_use]
pub fn queries(tree: &Value) -> Vec<&Node> {
    match tree {
        Value::Node(node) if node.name == "QUERY" => vec![node],
        Value::Node(_) | Value::Words(_) => Vec::new(),
        Value::List(items) => items.iter().flat_map(queries).collect(),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open(char),
    Close(char),
    Field(String),
    Word(String),
    Nothing,
}

/// As `pg_strtok` in src/backend/nodes/read.c takes the text apart: braces and parentheses stand for themselves, a
/// backslash takes the next character as it is.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '{' | '(' => tokens.push(Token::Open(character)),
            '}' | ')' => tokens.push(Token::Close(character)),
            character if character.is_ascii_whitespace() => {}
            first => {
                let is_field = first == ':';
                let (mut word, mut raw) = (String::new(), String::new());
                let mut pending = Some(first);
                while let Some(character) = pending {
                    raw.push(character);
                    if character == '\\' {
                        word.extend(rest.next());
                    } else {
                        word.push(character);
                    }
                    let ends = |next: &char| "{}()".contains(*next) || next.is_ascii_whitespace();
                    pending = if rest.peek().is_none_or(ends) { None } else { rest.next() };
                }
                tokens.push(match (raw.as_str(), word.strip_prefix(':')) {
                    ("<>", _) => Token::Nothing,
                    (_, Some(field)) if is_field => Token::Field(field.to_owned()),
                    (_, _) => Token::Word(word),
                });
            }
        }
    }
    tokens
}

struct Reader<'t> {
    tokens: &'t [Token],
    place: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Option<Value> {
        match self.tokens.get(self.place)? {
            Token::Open('{') => self.node().map(Value::Node),
            Token::Open(_) => self.list().map(Value::List),
            Token::Word(_) | Token::Nothing => Some(Value::Words(self.words())),
            Token::Field(_) | Token::Close(_) => None,
        }
    }

    fn node(&mut self) -> Option<Node> {
        self.place += 1;
        let Token::Word(name) = self.tokens.get(self.place)? else { return None };
        let mut node = Node { name: name.clone(), fields: BTreeMap::new() };
        self.place += 1;
        loop {
            match self.tokens.get(self.place)? {
                Token::Close(_) => {
                    self.place += 1;
                    return Some(node);
                }
                Token::Field(field) => {
                    self.place += 1;
                    let value = match self.tokens.get(self.place)? {
                        Token::Field(_) | Token::Close(_) => Value::Words(Vec::new()),
                        Token::Open(_) | Token::Word(_) | Token::Nothing => self.value()?,
                    };
                    node.fields.insert(field.clone(), value);
                }
                Token::Open(_) | Token::Word(_) | Token::Nothing => return None,
            }
        }
    }

    fn list(&mut self) -> Option<Vec<Value>> {
        self.place += 1;
        let mut items = Vec::new();
        loop {
            match self.tokens.get(self.place)? {
                Token::Close(_) => {
                    self.place += 1;
                    return Some(items);
                }
                Token::Word(word) => {
                    items.push(Value::Words(vec![word.clone()]));
                    self.place += 1;
                }
                Token::Nothing => {
                    items.push(Value::Words(Vec::new()));
                    self.place += 1;
                }
                Token::Open(_) => items.push(self.value()?),
                Token::Field(_) => return None,
            }
        }
    }

    /// Words up to the next field, brace or parenthesis.
    fn words(&mut self) -> Vec<String> {
        let mut words = Vec::new();
        while let Some(token @ (Token::Word(_) | Token::Nothing)) = self.tokens.get(self.place) {
            if let Token::Word(word) = token {
                words.push(word.clone());
            }
            self.place += 1;
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_lists_words_and_escapes_are_read() {
        let text = "({QUERY :commandType 1 :utilityStmt <> :rtable ({RTE :alias <> :eref {ALIAS :aliasname a\\ b \
                    :colnames (\"x\" \"y\\)\")} :rels (b 1 2)}) :canSetTag true :value 4 [ 1 0 0 0 ] :empty  :last \"\"})";
        let tree = read(text).unwrap();
        let queries = queries(&tree);
        let query = queries[0];
        assert_eq!((query.number("commandType"), query.is("canSetTag")), (Some(1), true));
        assert_eq!((query.has("utilityStmt"), query.has("empty")), (false, false));
        let rte = query.nodes("rtable").next().unwrap();
        assert_eq!(rte.node("eref").unwrap().word("aliasname"), Some("a b"));
        assert!(rte.has("rels") && rte.node("alias").is_none());
        assert_eq!(
            query.fields["value"],
            Value::Words(["4", "[", "1", "0", "0", "0", "]"].map(str::to_owned).to_vec())
        );
        let mut names = Vec::new();
        query.walk(&mut |node| names.push(node.name.as_str()));
        assert_eq!(names, ["QUERY", "RTE", "ALIAS"]);
    }

    #[test]
    fn what_is_no_tree_is_none() {
        for text in ["", "{QUERY :a", "{QUERY a}", "(", "{A} {B}", ":a"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
