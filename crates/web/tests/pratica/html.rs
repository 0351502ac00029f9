//! Reads a form out of a page as a browser would: names and values of its controls.

/// The controls of a form as they stand, to be changed and sent.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Path that the form is sent to.
    pub action: String,
    /// Whether it is sent in parts.
    pub multipart: bool,
    /// Name of its buttons; empty when they have none.
    pub button: String,
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The form of `html` that holds a control named `holding`.
    pub fn find(html: &str, holding: &str) -> Self {
        let needle = format!("name=\"{holding}\"");
        let text = html
            .split("<form")
            .skip(1)
            .filter_map(|part| part.split("</form>").next())
            .find(|part| part.contains(&needle))
            .unwrap_or_else(|| panic!("no form holds {holding}: {html}"));
        let mut form = Self {
            action: attribute(text.split('>').next().unwrap(), "action").unwrap(),
            multipart: text.contains("multipart/form-data"),
            button: String::new(),
            fields: Vec::new(),
        };
        let mut select = String::new();
        for piece in text.split('<').skip(1) {
            let (tag, after) = piece.split_once('>').unwrap_or((piece, ""));
            let name = attribute(tag, "name");
            match tag.split(' ').next().unwrap() {
                "input" => form.push_input(tag, name),
                "textarea" => form.fields.push((name.unwrap(), after.trim_start_matches('\n').to_owned())),
                "button" if form.button.is_empty() => form.button = name.unwrap_or_default(),
                "select" => select = name.unwrap(),
                "option" if tag.ends_with(" selected") => {
                    form.fields.push((select.clone(), attribute(tag, "value").unwrap()));
                }
                _ => {}
            }
        }
        form
    }

    fn push_input(&mut self, tag: &str, name: Option<String>) {
        let kind = attribute(tag, "type").unwrap();
        let ticked = !matches!(kind.as_str(), "radio" | "checkbox") || tag.contains(" checked");
        if let Some(name) = name.filter(|_| ticked && kind != "file") {
            self.fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }

    /// Sets every control whose name is `name` or ends with `.name` (the same question in a row).
    pub fn set(mut self, name: &str, value: &str) -> Self {
        let full = self.full_name(name);
        self.fields.retain(|(field, _)| *field != full);
        self.fields.push((full, value.to_owned()));
        self
    }

    /// One more value of a control that takes several, or of one that is not ticked yet; `name` is the whole name.
    pub fn add(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Value of a control.
    pub fn get(&self, name: &str) -> &str {
        let full = self.full_name(name);
        self.fields.iter().find(|(field, _)| *field == full).map_or("", |(_, value)| value.as_str())
    }

    fn full_name(&self, name: &str) -> String {
        let ending = format!(".{name}");
        let found = self.fields.iter().find(|(field, _)| field == name || field.ends_with(&ending));
        found.map_or_else(|| name.to_owned(), |(field, _)| field.clone())
    }
}

/// The whole name of the control whose name ends with `.field` (in a row, the name holds the row's identifier).
pub fn name_in_row(html: &str, field: &str) -> String {
    let ending = format!(".{field}");
    let mut names = html.split(" name=\"").skip(1).filter_map(|part| part.split('"').next());
    let found = names.find(|name| name.ends_with(&ending));
    found.unwrap_or_else(|| panic!("{field} is not asked: {html}")).to_owned()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..];
    let plain = value[..value.find('"')?].replace("&#38;", "&").replace("&#60;", "<");
    Some(plain.replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'"))
}
