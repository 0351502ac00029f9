//! The forms of a page, read as a browser reads them: names, values, what is ticked, what can be chosen.

use anyhow::{Context, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// One form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// Controls in the order of the page.
    pub controls: Vec<Control>,
    /// Names and values of the buttons that have both.
    pub buttons: Vec<(String, String)>,
}

/// One control with a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Control {
    /// Name.
    pub name: String,
    /// `type` of an input, or `select`, or `textarea`.
    pub kind: String,
    /// Value that it would send.
    pub value: String,
    /// Whether a tick box or radio button is ticked.
    pub checked: bool,
    /// Values of a select.
    pub options: Vec<String>,
}

/// All forms of `html`.
pub fn forms(html: &str) -> Result<Vec<Form>> {
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    loop {
        match reader.read_event().context("reading a page")? {
            Event::Start(tag) | Event::Empty(tag) => {
                if tag.name().as_ref() == "form" {
                    open = true;
                    forms.push(form(&tag)?);
                } else if let (true, Some(form)) = (open, forms.last_mut()) {
                    control(&tag, form)?;
                }
            }
            Event::End(tag) if tag.name().as_ref() == "form" => open = false,
            Event::Eof => return Ok(forms),
            _ => {}
        }
    }
}

fn form(tag: &BytesStart<'_>) -> Result<Form> {
    Ok(Form {
        action: attribute(tag, "action")?.unwrap_or_default(),
        method: attribute(tag, "method")?.unwrap_or_else(|| "get".to_owned()).to_lowercase(),
        ..Form::default()
    })
}

fn control(tag: &BytesStart<'_>, form: &mut Form) -> Result<()> {
    let controls = &mut form.controls;
    let name = || attribute(tag, "name");
    match tag.name().as_ref() {
        "input" => {
            let Some(name) = name()? else { return Ok(()) };
            let kind = attribute(tag, "type")?.unwrap_or_else(|| "text".to_owned());
            let ticked = matches!(kind.as_str(), "checkbox" | "radio");
            let value = attribute(tag, "value")?.unwrap_or_else(|| if ticked { "on".into() } else { String::new() });
            let checked = attribute(tag, "checked")?.is_some();
            controls.push(Control { name, kind, value, checked, options: Vec::new() });
        }
        // The text of a textarea is not read: a drill types its own.
        kind @ ("select" | "textarea") => {
            let Some(name) = name()? else { return Ok(()) };
            let kind = kind.to_owned();
            controls.push(Control { name, kind, ..Control::default() });
        }
        "button" => form.buttons.extend(name()?.zip(attribute(tag, "value")?)),
        "option" => {
            let Some(select) = controls.last_mut() else {
                return Ok(());
            };
            let value = attribute(tag, "value")?.unwrap_or_default();
            // Where none is marked, a browser sends the first.
            if select.options.is_empty() || attribute(tag, "selected")?.is_some() {
                select.value.clone_from(&value);
            }
            select.options.push(value);
        }
        _ => {}
    }
    Ok(())
}

/// An attribute's value; of one without value, the empty text.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    for attribute in tag.html_attributes() {
        let attribute = attribute.context("reading an attribute")?;
        if attribute.key.as_ref() == name {
            let raw = attribute.value.into_owned();
            return Ok(Some(
                quick_xml::escape::unescape(&raw).map_or_else(|_| raw.clone(), std::borrow::Cow::into_owned),
            ));
        }
    }
    Ok(None)
}

impl Form {
    /// What pressing the button `button` sends, after `answer` has had its say on every control:
    /// it gets the control and gives the value to type or to choose, or `None` to leave it.
    pub fn filled(
        &self,
        button: Option<&(String, String)>,
        answer: impl Fn(&Control) -> Option<String>,
    ) -> Vec<(String, String)> {
        let mut sent = Vec::new();
        for control in &self.controls {
            let given = answer(control);
            match control.kind.as_str() {
                "checkbox" | "radio" => {
                    let chosen = given.map_or(control.checked, |value| value == control.value);
                    if chosen {
                        sent.push((control.name.clone(), control.value.clone()));
                    }
                }
                "file" | "submit" | "button" => {}
                "hidden" => sent.push((control.name.clone(), control.value.clone())),
                _ => sent.push((control.name.clone(), given.unwrap_or_else(|| control.value.clone()))),
            }
        }
        sent.extend(button.cloned());
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r##"<!doctype html><html lang="it"><body><p>a &amp; b<br>c</p>
<form method="get" action="/cerca"><input type="search" name="q"></form>
<form method="post" action="/compila/1" novalidate>
<input type="hidden" name="_csrf" value="s&quot;1">
<input type="text" name="cap" value="24040" required>
<input type="radio" name="qualita" value="genitore"><input type="radio" name="qualita" value="tutore" checked>
<input type="checkbox" name="privacy" value="si">
<select name="plesso"><option value="">Scegli</option><option value="P1" selected>Primaria</option><option value="P2">Infanzia</option></select>
<select name="ritardo"><option value="0">subito</option><option value="5">dopo 5 secondi</option></select>
<textarea name="note"></textarea><input type="file" name="certificato"><button name="azione" value="avanti">Avanti</button>
</form></body></html>"##;

    #[test]
    fn a_form_is_read_and_filled_like_in_a_browser() {
        let forms = forms(PAGE).expect("the page reads");
        assert_eq!(forms.len(), 2);
        assert_eq!(forms[1].buttons, [("azione".to_owned(), "avanti".to_owned())]);
        assert_eq!((forms[1].action.as_str(), forms[1].method.as_str()), ("/compila/1", "post"));
        let sent = forms[1].filled(forms[1].buttons.first(), |control| match control.name.as_str() {
            "privacy" => Some("si".into()),
            "plesso" => control.options.last().cloned(),
            "note" => Some("niente".into()),
            _ => None,
        });
        let expected = [
            ("_csrf", "s\"1"),
            ("cap", "24040"),
            ("qualita", "tutore"),
            ("privacy", "si"),
            ("plesso", "P2"),
            ("ritardo", "0"),
            ("note", "niente"),
            ("azione", "avanti"),
        ];
        assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
