//! A PDF as assistive technology reads it: the tags in their order, with the text that each holds.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId, decode_text_string};

type Fault = Box<dyn std::error::Error>;
/// Text by page and number of marked content.
type Marked = BTreeMap<(ObjectId, i64), String>;

/// One tag with its own text, in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Structure type ("H1", "TH", "Figure").
    pub kind: String,
    /// Text inside the tag itself, children apart.
    pub text: String,
    /// Alternative text.
    pub alt: Option<String>,
}

/// Every tag of `document`, parents before children.
pub fn tags(document: &Document) -> Result<Vec<Tag>, Fault> {
    let root = document.catalog()?.get_deref(b"StructTreeRoot", document)?.as_dict()?;
    let marked = marked_text(document)?;
    let mut tags = Vec::new();
    walk(document, &marked, root.get(b"K")?, None, &mut tags)?;
    Ok(tags)
}

fn walk(
    document: &Document,
    marked: &Marked,
    kid: &Object,
    page: Option<ObjectId>,
    tags: &mut Vec<Tag>,
) -> Result<(), Fault> {
    match document.dereference(kid)?.1 {
        Object::Array(kids) => kids.iter().try_for_each(|kid| walk(document, marked, kid, page, tags)),
        Object::Integer(number) => {
            let text = page.and_then(|page| marked.get(&(page, *number)));
            add_text(tags, text.map_or("", String::as_str));
            Ok(())
        }
        Object::Dictionary(dictionary) => walk_dictionary(document, marked, dictionary, page, tags),
        other => Err(format!("a tag with a {} inside", other.enum_variant()).into()),
    }
}

fn walk_dictionary(
    document: &Document,
    marked: &Marked,
    dictionary: &Dictionary,
    page: Option<ObjectId>,
    tags: &mut Vec<Tag>,
) -> Result<(), Fault> {
    let page = dictionary.get(b"Pg").and_then(Object::as_reference).ok().or(page);
    if let Ok(number) = dictionary.get(b"MCID") {
        return walk(document, marked, number, page, tags);
    }
    // An annotation (a link) belongs to its tag and holds no text.
    let Ok(kind) = dictionary.get(b"S") else { return Ok(()) };
    let alt = dictionary.get(b"Alt").ok().map(decode_text_string).transpose()?;
    tags.push(Tag { kind: String::from_utf8(kind.as_name()?.to_vec())?, text: String::new(), alt });
    match dictionary.get(b"K") {
        Ok(kids) => walk(document, marked, kids, page, tags),
        Err(_) => Ok(()),
    }
}

/// Text after a child belongs to a tag that is no longer the last; for order alone the last tag does.
fn add_text(tags: &mut [Tag], text: &str) {
    if let Some(tag) = tags.last_mut() {
        tag.text.push_str(text);
    }
}

fn marked_text(document: &Document) -> Result<Marked, Fault> {
    let mut marked = Marked::new();
    for page in document.page_iter() {
        let fonts = document.get_page_fonts(page)?;
        let mut encodings = BTreeMap::new();
        for (name, font) in &fonts {
            encodings.insert(name.clone(), font.get_font_encoding(document)?);
        }
        let content = Content::decode(&document.get_page_content(page))?;
        read_page(page, &encodings, &content, &mut marked)?;
    }
    Ok(marked)
}

fn read_page(
    page: ObjectId,
    encodings: &BTreeMap<Vec<u8>, Encoding<'_>>,
    content: &Content<Vec<lopdf::content::Operation>>,
    marked: &mut Marked,
) -> Result<(), Fault> {
    let mut open: Vec<Option<i64>> = Vec::new();
    let mut font = None;
    for operation in &content.operations {
        match operation.operator.as_str() {
            "BDC" | "BMC" => {
                let properties = operation.operands.get(1).and_then(|object| object.as_dict().ok());
                open.push(properties.and_then(|found| found.get(b"MCID").ok()?.as_i64().ok()));
            }
            "EMC" => {
                open.pop();
            }
            "Tf" => font = encodings.get(operation.operands[0].as_name()?),
            "Tj" | "TJ" => {
                let Some(number) = open.iter().rev().find_map(|number| *number) else {
                    continue;
                };
                let encoding = font.ok_or("text without a font")?;
                let text = marked.entry((page, number)).or_default();
                operation.operands.iter().try_for_each(|object| decode(encoding, object, text))?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn decode(encoding: &Encoding<'_>, object: &Object, text: &mut String) -> Result<(), Fault> {
    match object {
        Object::String(bytes, _) => text.push_str(&Document::decode_text(encoding, bytes)?),
        Object::Array(parts) => parts.iter().try_for_each(|part| decode(encoding, part, text))?,
        _ => {}
    }
    Ok(())
}
