//! Rust source with its comments and strings blanked out, so that counting braces and words is honest.
//!
//! A scanner, not a parser: it knows comments, strings and characters, nothing else.

/// The same text, line by line as long, with comments as blanks and the insides of strings and characters as `x`.
pub fn mask(source: &str) -> String {
    let mut scanner = Scanner { rest: source, out: String::with_capacity(source.len()) };
    while let Some(next) = scanner.rest.chars().next() {
        match next {
            '/' if scanner.rest.starts_with("//") => scanner.line_comment(),
            '/' if scanner.rest.starts_with("/*") => scanner.block_comment(),
            '"' => scanner.string(),
            '\'' => scanner.character_or_lifetime(),
            _ if next == '_' || next.is_alphanumeric() => scanner.word(),
            _ => scanner.keep(next.len_utf8()),
        }
    }
    scanner.out
}

struct Scanner<'a> {
    rest: &'a str,
    out: String,
}

impl Scanner<'_> {
    fn keep(&mut self, bytes: usize) {
        let (kept, rest) = self.rest.split_at(bytes);
        self.out.push_str(kept);
        self.rest = rest;
    }

    fn blank(&mut self, bytes: usize, with: char) {
        let (blanked, rest) = self.rest.split_at(bytes);
        self.out.extend(blanked.chars().map(|c| if c == '\n' { '\n' } else { with }));
        self.rest = rest;
    }

    fn line_comment(&mut self) {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        self.blank(end, ' ');
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        let mut at = 0;
        while at < self.rest.len() {
            let here = &self.rest[at..];
            if here.starts_with("/*") {
                depth += 1;
                at += 2;
            } else if here.starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    break;
                }
            } else {
                at += here.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.blank(at, ' ');
    }

    /// A name, or the prefix of a raw string.
    fn word(&mut self) {
        let end = self.rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at(end);
        let hashes = after.len() - after.trim_start_matches('#').len();
        let raw = matches!(word, "r" | "br" | "cr") && after[hashes..].starts_with('"');
        self.keep(end);
        if raw {
            self.keep(hashes + 1);
            let close = format!("\"{}", "#".repeat(hashes));
            let inside = self.rest.find(&close).unwrap_or(self.rest.len());
            self.blank(inside, 'x');
            self.keep(close.len().min(self.rest.len()));
        }
    }

    fn string(&mut self) {
        self.keep(1);
        let mut escaped = false;
        let end = self.rest.find(|c| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        self.blank(end.unwrap_or(self.rest.len()), 'x');
        self.keep(1.min(self.rest.len()));
    }

    fn character_or_lifetime(&mut self) {
        let mut chars = self.rest.char_indices().skip(1);
        let first = chars.next().map(|(_, c)| c);
        let end = match first {
            Some('\\') => self.rest[3.min(self.rest.len())..].find('\'').map(|at| at + 3),
            _ => chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at),
        };
        self.keep(1);
        if let Some(end) = end {
            self.blank(end - 1, 'x');
            self.keep(1);
        }
    }
}

/// One function: its name, the line of `fn` (from 1), and its lines of code between the braces.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub code_lines: usize,
}

/// Every function with a body in a masked source. Blank lines and comments do not count.
pub fn functions(masked: &str) -> Vec<Function> {
    let pattern = regex::Regex::new(r"\bfn\s+(\w+)").expect("the pattern is fixed");
    pattern
        .captures_iter(masked)
        .filter_map(|found| {
            let whole = found.get(0)?;
            let body = body(&masked[whole.end()..])?;
            Some(Function {
                name: found[1].to_owned(),
                line: masked[..whole.start()].matches('\n').count() + 1,
                code_lines: body.lines().filter(|line| !line.trim().is_empty()).count(),
            })
        })
        .collect()
}

/// What stands between the braces after a function's name; none for a declaration.
fn body(after_name: &str) -> Option<&str> {
    let mut brackets = 0_i32;
    let open = after_name.char_indices().find(|(_, c)| {
        brackets += match c {
            '(' | '[' => 1,
            ')' | ']' => -1,
            _ => 0,
        };
        brackets == 0 && matches!(c, '{' | ';')
    });
    let (start, '{') = open? else { return None };
    let mut depth = 0_i32;
    let end = after_name[start..].char_indices().find(|(_, c)| {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        depth == 0
    });
    Some(&after_name[start + 1..start + end?.0])
}

#[cfg(test)]
mod tests {
    use super::{Function, functions, mask};

    #[test]
    fn comments_and_strings_lose_their_braces() {
        let source = "let a = \"}\\\"{\"; // }\n/* { /* { */ } */ let b = r#\"\"{\"#; let c = '{'; let d = '\\''; let e: &'a str;";
        let masked = mask(source);
        assert!(!masked.contains(['{', '}']), "{masked}");
        assert_eq!(masked.lines().count(), source.lines().count());
        assert!(masked.contains("let e: &'a str;"), "{masked}");
    }

    #[test]
    fn functions_are_counted_without_blanks_and_comments() {
        let source = "fn short() {}\n\nfn long(a: [u8; 2]) -> u8\nwhere\n    u8: Copy,\n{\n    // why\n\n    if a[0] > 1 {\n        2\n    } else { \"{\".len() as u8 }\n}\ntrait T { fn declared(&self) -> [u8; 3]; }\n";
        let found = functions(&mask(source));
        let expected = |name: &str, line, code_lines| Function { name: name.into(), line, code_lines };
        assert_eq!(found, [expected("short", 1, 0), expected("long", 3, 3)]);
    }
}
