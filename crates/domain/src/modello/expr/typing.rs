//! Which values may be compared, and what to say when they may not.

use super::lexer::wrong;
use super::parser::{FieldSig, Found};
use super::{ExprError, Node, Ty};

/// A whole number beside an amount is an amount in euro.
pub(super) fn as_cents(found: Found, other: &Ty) -> Found {
    match (&found.node, other) {
        (Node::Number(euro), Ty::Cents) => {
            Found { node: Node::Cents(euro.saturating_mul(100)), ty: Ty::Cents, at: found.at }
        }
        _ => found,
    }
}

/// Refuses a comparison between values that cannot be equal.
pub(super) fn same_type(left: &Found, right: &Found) -> Result<(), ExprError> {
    let option = |options: &[String], found: &Found| match &found.node {
        Node::Text(text) if !options.contains(text) => {
            let message = format!("«{text}» non è tra le scelte");
            Err(wrong(found.at, &message, &format!("le scelte sono: {}", options.join(", "))))
        }
        _ => Ok(()),
    };
    match (&left.ty, &right.ty) {
        (Ty::Choice(options), Ty::Text) => option(options, right),
        (Ty::Text, Ty::Choice(options)) => option(options, left),
        (Ty::Plesso, Ty::Text) | (Ty::Text, Ty::Plesso) => Ok(()),
        (Ty::Choice(_), Ty::Choice(_)) => Ok(()),
        (Ty::List(_) | Ty::Opaque, _) | (_, Ty::List(_) | Ty::Opaque) => {
            Err(wrong(left.at, "questi valori non si confrontano", "usa \"valore\" in campo, oppure given(campo)"))
        }
        (a, b) if a == b => Ok(()),
        _ => Err(wrong(right.at, "i due valori sono di tipo diverso", "confronta testo con testo, data con data")),
    }
}

/// A remedy that names the field with the longest common beginning.
pub(super) fn nearest(id: &str, fields: &[FieldSig]) -> String {
    let common = |other: &str| id.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    match fields.iter().max_by_key(|sig| common(&sig.id)).filter(|sig| common(&sig.id) > 1) {
        Some(sig) => format!("forse volevi dire «{}»", sig.id),
        None => "controlla il nome del campo".to_owned(),
    }
}
