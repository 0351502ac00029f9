//! The part of `docs/stati.md` that is made of the tables: graph, moves, words.

use std::fmt::Write as _;

use super::{MOVES, Need, PraticaEvent, PraticaStatus};

/// Graph and tables in Markdown.
pub fn generated() -> String {
    let mut page = String::from("```mermaid\nstateDiagram-v2\n");
    for edge in &MOVES {
        line(&mut page, format_args!("    {} --> {}: {}", edge.from.stored(), edge.to.stored(), edge.event.stored()));
    }
    page.push_str("```\n\n| from | event | who | to | needs |\n|---|---|---|---|---|\n");
    for edge in &MOVES {
        let needs: Vec<_> = edge.needs.iter().copied().map(Need::words).collect();
        let (from, to) = (edge.from.stored(), edge.to.stored());
        let row =
            format_args!("| {from} | {} | {} | {to} | {} |", edge.event.stored(), edge.who.word(), needs.join(", "));
        line(&mut page, row);
    }
    page.push_str("\n| code | stored | the citizen reads | the office reads |\n|---|---|---|---|\n");
    for status in PraticaStatus::ALL {
        let (stored, citizen, office) = (status.stored(), status.citizen(), status.office());
        line(&mut page, format_args!("| {status:?} | {stored} | {citizen} | {office} |"));
    }
    page.push_str("\n| event | word | in the audit |\n|---|---|---|\n");
    for event in PraticaEvent::ALL {
        line(&mut page, format_args!("| {event:?} | {} | `{}` |", event.stored(), event.action()));
    }
    page
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(page, "{text}").expect("a string takes what is written");
}
