//! What the kinds that choose something of a register share: the code is kept with the name that the person read.

use super::Typed;
use super::text::typed_text;
use crate::modello::answers::Value;
use crate::modello::view::{Control, OptionView, ProblemCode};

/// Most things drawn as radio buttons.
const MAX_RADIO: usize = 5;

/// Reads a chosen code; `name` finds its name in the register.
pub(super) fn read(typed: &Typed<'_>, name: impl Fn(&str) -> Option<String>) -> Option<Value> {
    let code = typed.one()?;
    Some(match name(&code) {
        Some(label) => Value::Ref { label, code },
        None => Value::Unread(code),
    })
}

/// Names a value that is not, or no longer, in the register.
pub(super) fn problem(value: &Value, known: impl Fn(&str) -> bool) -> Option<ProblemCode> {
    let right = matches!(value, Value::Ref { code, .. } if known(code));
    (!right).then_some(ProblemCode::NotAChoice)
}

/// Draws the codes and names of the register.
pub(super) fn control(value: Option<&Value>, all: impl Iterator<Item = (String, String)>) -> Control {
    let chosen = value.map(typed_text);
    let option = |(value, label): (String, String)| OptionView { chosen: chosen == Some(&value), value, label };
    let options: Vec<OptionView> = all.map(option).collect();
    Control::Choice { select: options.len() > MAX_RADIO, options }
}
