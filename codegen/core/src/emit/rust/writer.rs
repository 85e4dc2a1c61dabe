//! Lines of Rust, laid out as rustfmt lays them out.
//!
//! The layouts are chosen so that rustfmt agrees whatever its width: what it would join or break depending on the width
//! is kept in lists that a comment holds open. Where a name is too long for that, the item is marked
//! `#[rustfmt::skip]`. No formatter runs: a build script that emits a thousand tables has no time for one.

/// The default `max_width` of rustfmt.
const WIDTH: usize = 100;

/// Up to this width rustfmt leaves the items of a call, an array or a tuple on one line.
const SHORT: usize = 60;

/// Lists whose items are all this short are filled, several items to a line.
const FILLED: usize = 10;

/// Stands above every function: the compiler makes machine code of those that are called, and of no others.
pub(super) const INLINE: &str = "#[inline]";

/// Text that grows line by line.
#[derive(Clone, Debug, Default)]
pub(super) struct Writer {
    /// The text so far.
    pub(super) text: String,
    /// Whether there is something in it that rustfmt would lay out otherwise, such as a list that it fills line by line.
    is_kept: bool,
}

impl Writer {
    /// Adds a line.
    pub(super) fn line(&mut self, indent: usize, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', indent * 4));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// Adds an empty line.
    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Keeps rustfmt from the item: the layout of something in it depends on the configuration.
    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Adds documentation: paragraphs, of which the empty ones are left out.
    pub(super) fn doc<'t>(&mut self, indent: usize, paragraphs: impl IntoIterator<Item = &'t str>) {
        let mut is_first = true;
        for paragraph in paragraphs.into_iter().filter(|paragraph| !paragraph.trim().is_empty()) {
            if !is_first {
                self.line(indent, "///");
            }
            is_first = false;
            for line in paragraph.trim().lines() {
                let line = prose(line);
                self.line(indent, if line.is_empty() { "///".to_owned() } else { format!("/// {line}") });
            }
        }
    }

    /// Adds a function without its body: on one line if it fits, else one argument per line.
    pub(super) fn signature(&mut self, indent: usize, function: &str, arguments: &[String], result: &str) {
        for (place, line) in signature(function, arguments, result, indent).iter().enumerate() {
            let is_inner = place > 0 && line != &format!(") -> {result} {{");
            self.line(indent + usize::from(is_inner), line);
        }
    }

    /// Adds a list after `open`, such as `let values = &[`: on one line if it is short in every configuration, else one
    /// item per line under a comment that keeps it so.
    pub(super) fn list(&mut self, indent: usize, open: &str, items: &[String], close: &str, comment: &str) {
        let joined = items.join(", ");
        if joined.len() <= SHORT && indent * 4 + open.len() + joined.len() + close.len() <= WIDTH {
            return self.line(indent, format!("{open}{joined}{close}"));
        }
        self.is_kept |= items.iter().all(|item| item.chars().count() <= FILLED);
        self.line(indent, open);
        self.line(indent + 1, format!("// {comment}"));
        for item in items {
            self.line(indent + 1, format!("{item},"));
        }
        self.line(indent, close);
    }

    /// Adds an item; if one of its lines is too long for rustfmt's default, it is left as it is.
    pub(super) fn item(&mut self, indent: usize, item: Writer) {
        let is_long = |line: &str| {
            let is_text = line.trim_start().starts_with(['/', '"']);
            // A result that just fits leaves no room for its brace.
            let width = if line.trim_start().starts_with(") ->") { WIDTH - 4 } else { WIDTH };
            // A chain of fields is broken up long before a line is full.
            let is_chain = line.trim_start().starts_with("&self.") && line.trim().chars().count() > SHORT;
            !is_text && (is_chain || line.chars().count() > width)
        };
        if !item.text.lines().any(is_long) && !is_ambiguous(&item.text) && !item.is_kept {
            return self.text.push_str(&item.text);
        }
        let is_doc = |line: &str| line.trim_start().starts_with("///");
        let documentation: usize = item.text.split_inclusive('\n').take_while(|line| is_doc(line)).map(str::len).sum();
        self.text.push_str(&item.text[..documentation]);
        self.line(indent, "#[rustfmt::skip]");
        self.text.push_str(&item.text[documentation..]);
    }
}

fn signature(function: &str, arguments: &[String], result: &str, indent: usize) -> Vec<String> {
    let one_line = format!("{function}({}) -> {result} {{", arguments.join(", "));
    if indent * 4 + one_line.chars().count() <= WIDTH {
        return vec![one_line];
    }
    let mut lines = vec![format!("{function}(")];
    lines.extend(arguments.iter().map(|argument| format!("{argument},")));
    lines.push(format!(") -> {result} {{"));
    lines
}

/// Whether a signature with one argument per line would fit on one line of a wider configuration.
fn is_ambiguous(item: &str) -> bool {
    let mut lines = item.lines().skip_while(|line| !line.contains("fn ") || !line.ends_with('('));
    let Some(first) = lines.next() else { return false };
    let mut width = first.chars().count();
    for line in lines {
        let line = line.trim_start();
        width += line.chars().count() + 1;
        if line.starts_with(") ->") {
            // The last argument's comma and the spaces around the parentheses are not there on one line.
            return width - 3 <= WIDER;
        }
    }
    false
}

/// The widest `max_width` that the layout has to agree with.
const WIDER: usize = 120;

/// A comment of the schema as a line of documentation: no code blocks, tabs or trailing space.
fn prose(line: &str) -> String {
    line.trim().replace('\t', " ").replace("```", "'''")
}

/// A string as a Rust literal.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}
