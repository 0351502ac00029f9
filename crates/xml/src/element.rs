//! The tree: elements with expanded names. Not a document that can be changed or written.

use std::sync::Arc;

use crate::{Walk, XmlError};

/// One attribute with its expanded name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) namespace: Option<Arc<str>>,
    pub(crate) local: String,
    pub(crate) value: String,
}

/// A child of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
    Comment,
}

/// An element: expanded name, attributes, children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub(crate) namespace: Option<Arc<str>>,
    pub(crate) local: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Node>,
}

impl Element {
    /// True when the expanded name is this one; an empty namespace means an element that is in none.
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.namespace.as_deref().unwrap_or_default() == namespace && self.local == local
    }

    /// Namespace name; `None` for an element in no namespace.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// Local name.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Value of an attribute that has no prefix.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.namespace.is_none() && a.local == local).map(|a| a.value.as_str())
    }

    /// Value of an attribute of a namespace.
    pub fn attribute_in(&self, namespace: &str, local: &str) -> Option<&str> {
        let is = |a: &&Attribute| a.namespace.as_deref() == Some(namespace) && a.local == local;
        self.attributes.iter().find(is).map(|a| a.value.as_str())
    }

    /// Value of an attribute that must be there; an empty value is a value.
    pub fn required(&self, local: &str) -> Result<&str, XmlError> {
        self.attribute(local).ok_or_else(|| XmlError::MissingAttribute(local.to_owned()))
    }

    /// Refuses attributes without prefix other than these. Attributes of foreign namespaces are left alone.
    pub fn attributes_only(&self, allowed: &[&str]) -> Result<(), XmlError> {
        let known = |a: &Attribute| a.namespace.is_some() || allowed.contains(&a.local.as_str());
        if self.attributes.iter().all(known) { Ok(()) } else { Err(XmlError::UnexpectedAttribute) }
    }

    /// Refuses any attribute, of whatever namespace; declarations of namespaces are none.
    pub fn bare(&self) -> Result<(), XmlError> {
        if self.attributes.is_empty() { Ok(()) } else { Err(XmlError::UnexpectedAttribute) }
    }

    /// The text of an element that holds text alone, as it stands; empty when there is none.
    pub fn text(&self) -> Result<&str, XmlError> {
        match self.children.as_slice() {
            [] => Ok(""),
            [Node::Text(text)] => Ok(text),
            children if children.iter().any(|c| matches!(c, Node::Comment)) => Err(XmlError::Comment),
            _ => Err(XmlError::Mixed),
        }
    }

    /// [`Element::text`] without white space at both ends.
    pub fn trimmed(&self) -> Result<&str, XmlError> {
        Ok(self.text()?.trim_matches([' ', '\t', '\r', '\n']))
    }

    /// A strict walk over the children.
    ///
    /// # Errors
    /// Text other than white space, or a comment, between the children.
    pub fn walk(&self) -> Result<Walk<'_>, XmlError> {
        let blank = |text: &str| text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        for child in &self.children {
            match child {
                Node::Element(_) => {}
                Node::Text(text) if blank(text) => {}
                Node::Text(_) => return Err(XmlError::Mixed),
                Node::Comment => return Err(XmlError::Comment),
            }
        }
        Ok(Walk::new(self.elements().collect()))
    }

    /// The children with this name, wherever they stand: for documents that may hold more than we know.
    pub fn children_named<'a>(&'a self, namespace: &'a str, local: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |e| e.is(namespace, local))
    }

    /// How many elements with this name stand in this element, itself included.
    pub fn count(&self, namespace: &str, local: &str) -> usize {
        usize::from(self.is(namespace, local)) + self.elements().map(|e| e.count(namespace, local)).sum::<usize>()
    }

    /// The child elements in order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Comment => None,
        })
    }
}
