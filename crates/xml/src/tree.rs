//! The tree while it grows, event by event.

use std::collections::HashSet;
use std::sync::Arc;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceResolver, PrefixDeclaration, QName, ResolveResult};

use crate::element::{Attribute, Node};
use crate::{Document, Element, Limits, XmlError, guard};

/// The tree while it grows.
pub(crate) struct Tree<'l> {
    limits: &'l Limits,
    open: Vec<Element>,
    root: Option<Element>,
    comments: usize,
    cdata: usize,
    elements: usize,
    names: HashSet<Arc<str>>,
}

impl<'l> Tree<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self { limits, open: Vec::new(), root: None, comments: 0, cdata: 0, elements: 0, names: HashSet::new() }
    }

    /// Takes one event; false when it may not stand here.
    pub(crate) fn take(&mut self, event: Event<'_>, resolver: &NamespaceResolver) -> Result<bool, XmlError> {
        match event {
            Event::Decl(decl) => declaration(&decl).map(|()| true),
            Event::Start(start) => self.start(&start, resolver),
            Event::End(_) => Ok(self.close()),
            Event::Text(text) => Ok(self.text(&text.xml10_content())),
            Event::GeneralRef(reference) => Ok(self.text(resolve(&reference)?.encode_utf8(&mut [0; 4]))),
            Event::CData(cdata) => {
                self.cdata += 1;
                Ok(!self.open.is_empty() && self.text(&cdata.xml10_content()))
            }
            Event::Comment(_) => {
                self.comments += 1;
                if let Some(parent) = self.open.last_mut() {
                    parent.children.push(Node::Comment);
                }
                Ok(true)
            }
            Event::DocType(_) => Err(XmlError::Doctype),
            Event::PI(_) => Err(XmlError::ProcessingInstruction),
            // Empty elements arrive as a start and an end; the end of the file was handled before.
            Event::Empty(_) | Event::Eof => Ok(false),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, resolver: &NamespaceResolver) -> Result<bool, XmlError> {
        if self.open.len() >= self.limits.depth {
            return Err(XmlError::Depth);
        }
        self.elements += 1;
        if self.elements > self.limits.elements {
            return Err(XmlError::Elements);
        }
        if self.open.is_empty() && self.root.is_some() {
            return Ok(false);
        }
        check_name(start.name())?;
        let attributes = self.attributes(start, resolver)?;
        let (namespace, local) = resolver.resolve_element(start.name());
        let namespace = self.namespace(&namespace)?;
        self.open.push(Element { namespace, local: local.into_inner().to_owned(), attributes, children: Vec::new() });
        Ok(true)
    }

    fn attributes(&mut self, start: &BytesStart<'_>, resolver: &NamespaceResolver) -> Result<Vec<Attribute>, XmlError> {
        let mut attributes: Vec<Attribute> = Vec::new();
        // The reader's own search for doubles is quadratic: count before it.
        let mut seen: HashSet<&str> = HashSet::new();
        for (index, attribute) in start.attributes().with_checks(false).enumerate() {
            if index >= self.limits.attributes {
                return Err(XmlError::Attributes);
            }
            let attribute = attribute.map_err(|_| XmlError::AttributeForm)?;
            if attribute.value.contains('<') {
                return Err(XmlError::AttributeForm);
            }
            let key = attribute.key;
            if !seen.insert(key.0) {
                return Err(XmlError::DuplicateAttribute);
            }
            check_name(key)?;
            if let Some(declared) = key.as_namespace_binding() {
                check_declaration(&declared, &attribute.value)?;
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| XmlError::Entity)?;
            if !value.chars().all(guard::is_char) {
                return Err(XmlError::Character);
            }
            let (namespace, local) = resolver.resolve_attribute(key);
            let namespace = self.namespace(&namespace)?;
            let local = local.into_inner().to_owned();
            if attributes.iter().any(|a| a.namespace == namespace && a.local == local) {
                return Err(XmlError::DuplicateAttribute);
            }
            attributes.push(Attribute { namespace, local, value: value.into_owned() });
        }
        Ok(attributes)
    }

    /// One shared copy of each namespace name: a long name on many elements must not cost its length each time.
    fn namespace(&mut self, resolved: &ResolveResult<'_>) -> Result<Option<Arc<str>>, XmlError> {
        let name = match resolved {
            ResolveResult::Unbound => return Ok(None),
            ResolveResult::Unknown(_) => return Err(XmlError::Name),
            ResolveResult::Bound(namespace) => namespace.0,
        };
        if let Some(known) = self.names.get(name) {
            return Ok(Some(Arc::clone(known)));
        }
        let name: Arc<str> = Arc::from(name);
        self.names.insert(Arc::clone(&name));
        Ok(Some(name))
    }

    fn close(&mut self) -> bool {
        let Some(element) = self.open.pop() else { return false };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
        true
    }

    /// Adds to the run of text; outside the root only white space may stand.
    fn text(&mut self, text: &str) -> bool {
        let Some(parent) = self.open.last_mut() else {
            return text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        };
        match parent.children.last_mut() {
            Some(Node::Text(run)) => run.push_str(text),
            _ if text.is_empty() => {}
            _ => parent.children.push(Node::Text(text.to_owned())),
        }
        true
    }

    /// The document, or `otherwise` when an element is still open or none was read.
    pub(crate) fn finish(self, otherwise: XmlError) -> Result<Document, XmlError> {
        match self.root {
            Some(root) if self.open.is_empty() => Ok(Document { root, comments: self.comments, cdata: self.cdata }),
            _ => Err(otherwise),
        }
    }
}

fn declaration(decl: &BytesDecl<'_>) -> Result<(), XmlError> {
    if decl.version().map_err(|_| XmlError::Declaration)? != "1.0" {
        return Err(XmlError::Declaration);
    }
    match decl.encoding() {
        None => Ok(()),
        Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
        Some(_) => Err(XmlError::Encoding),
    }
}

fn check_name(name: QName<'_>) -> Result<(), XmlError> {
    let (local, prefix) = name.decompose();
    let prefix_ok = prefix.is_none_or(|p| guard::is_ncname(p.into_inner()));
    if prefix_ok && guard::is_ncname(local.into_inner()) { Ok(()) } else { Err(XmlError::Name) }
}

/// The resolver takes namespace names as they are written, so nothing in them may need unescaping.
fn check_declaration(declared: &PrefixDeclaration<'_>, raw: &str) -> Result<(), XmlError> {
    let unbinds = matches!(declared, PrefixDeclaration::Default) && raw.is_empty();
    if unbinds || guard::is_namespace(raw) { Ok(()) } else { Err(XmlError::Namespace) }
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, XmlError> {
    if reference.is_char_ref() {
        let c = reference.resolve_char_ref().ok().flatten().ok_or(XmlError::Character)?;
        return if guard::is_char(c) { Ok(c) } else { Err(XmlError::Character) };
    }
    match reference.xml10_content().as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(XmlError::Entity),
    }
}
