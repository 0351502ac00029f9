//! Files of at most 800 lines, functions of at most 70, and no silenced lint.

use anyhow::Result;

use crate::repo::Checkout;
use crate::rust_text::{functions, mask};

const FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 70;
/// Written by hand and read by people; data and lock files are neither.
const COUNTED: &[&str] = &["rs", "mjs", "js", "html", "css", "sql", "typ", "sh"];

pub fn faults(checkout: &Checkout) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for file in checkout.with_extension(COUNTED) {
        let text = checkout.read(file)?;
        let lines = text.lines().count();
        if lines > FILE_LINES {
            faults.push(format!("{file}: {lines} lines, at most {FILE_LINES}"));
        }
        if file.ends_with(".rs") {
            faults.extend(rust_faults(file, &text));
        }
    }
    Ok(faults)
}

fn rust_faults(file: &str, source: &str) -> Vec<String> {
    let masked = mask(source);
    let long = functions(&masked).into_iter().filter(|function| function.code_lines > FUNCTION_LINES).map(|function| {
        let (line, name, lines) = (function.line, function.name, function.code_lines);
        format!("{file}:{line}: fn {name} has {lines} lines of code, at most {FUNCTION_LINES}")
    });
    let silenced = masked
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("#[allow") || line.contains("#![allow"))
        .map(|(at, _)| format!("{file}:{}: allow silences for good: use #[expect(…, reason = \"…\")]", at + 1));
    long.chain(silenced).collect()
}

#[cfg(test)]
mod tests {
    use super::rust_faults;

    #[test]
    fn a_function_is_long_from_the_first_line_too_many() {
        let body = |lines| format!("fn f() {{\n{}}}\n", "    call();\n".repeat(lines));
        assert_eq!(rust_faults("a.rs", &body(70)), [""; 0]);
        assert_eq!(rust_faults("a.rs", &body(71)).len(), 1);
    }

    #[test]
    fn only_a_real_attribute_silences() {
        assert_eq!(rust_faults("a.rs", "#[allow(dead_code)]\nfn f() {}\n").len(), 1);
        assert_eq!(rust_faults("a.rs", "// #[allow(x)]\nconst A: &str = \"#[allow(x)]\";\n"), [""; 0]);
    }
}
