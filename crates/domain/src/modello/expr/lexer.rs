//! Words, symbols and literals of an expression.

use chrono::NaiveDate;

use super::{Calc, ExprError, Op};

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Number(i64),
    Cents(i64),
    Date(NaiveDate),
    Op(Op),
    Calc(Calc),
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
    Dot,
}

/// Longest expression in bytes: enough for [`super::MAX_NODES`], and a bound on the work.
const MAX_BYTES: usize = 8_000;

/// The tokens of `text` with their byte offsets.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExprError> {
    if text.len() > MAX_BYTES {
        return Err(wrong(0, "espressione troppo lunga", "dividi la condizione in più campi"));
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = next(&text[at..], first, at)?;
        found.push((at, token));
        at += length;
    }
    Ok(found)
}

fn next(rest: &str, first: char, at: usize) -> Result<(Token, usize), ExprError> {
    let two = match rest.as_bytes() {
        [b'=', b'=', ..] => Some(Op::Eq),
        [b'!', b'=', ..] => Some(Op::Ne),
        [b'<', b'=', ..] => Some(Op::Le),
        [b'>', b'=', ..] => Some(Op::Ge),
        _ => None,
    };
    if let Some(op) = two {
        return Ok((Token::Op(op), 2));
    }
    match first {
        '<' => Ok((Token::Op(Op::Lt), 1)),
        '>' => Ok((Token::Op(Op::Gt), 1)),
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        '[' => Ok((Token::ListOpen, 1)),
        ']' => Ok((Token::ListClose, 1)),
        ',' => Ok((Token::Comma, 1)),
        '.' => Ok((Token::Dot, 1)),
        '+' => Ok((Token::Calc(Calc::Plus), 1)),
        '-' => Ok((Token::Calc(Calc::Minus), 1)),
        '*' => Ok((Token::Calc(Calc::Times), 1)),
        '/' => Err(wrong(at, "qui non si divide", "moltiplica, oppure scrivi il risultato")),
        '=' => Err(wrong(at, "un solo «=»", "scrivi == per confrontare")),
        '&' | '|' | '!' => Err(wrong(at, "simbolo logico", "scrivi and, or, not in lettere")),
        '"' | '\'' => quoted(rest, first, at),
        '0'..='9' => number(rest, at),
        'a'..='z' | 'A'..='Z' | '_' => {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            Ok((Token::Word(rest[..length].to_owned()), length))
        }
        other => Err(wrong(
            at,
            &format!("carattere «{other}» non previsto"),
            "usa nomi di campi, testi tra virgolette, numeri, date, confronti",
        )),
    }
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Token, usize), ExprError> {
    match rest[1..].find(quote) {
        Some(length) => Ok((Token::Text(rest[1..=length].to_owned()), length + 2)),
        None => Err(wrong(at, "testo senza virgoletta di chiusura", "chiudi il testo con le stesse virgolette")),
    }
}

/// A date (`2026-09-01`), an amount with two decimals (`15000.00`), or a whole number.
fn number(rest: &str, at: usize) -> Result<(Token, usize), ExprError> {
    let length = rest.find(|c: char| !c.is_ascii_digit() && c != '-' && c != '.').unwrap_or(rest.len());
    let text = &rest[..length];
    let token = if text.contains('-') {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Token::Date)
    } else if let Some((euro, cents)) = text.split_once('.') {
        (cents.len() == 2).then(|| format!("{euro}{cents}").parse().ok().map(Token::Cents)).flatten()
    } else {
        text.parse().ok().map(Token::Number)
    };
    let remedy = "scrivi 18, 15000.00 oppure una data come 2026-09-01";
    token.map(|token| (token, length)).ok_or_else(|| wrong(at, &format!("numero «{text}» non valido"), remedy))
}

pub(super) fn wrong(at: usize, message: &str, remedy: &str) -> ExprError {
    ExprError { at, message: message.to_owned(), remedy: remedy.to_owned() }
}
