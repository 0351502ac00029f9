//! Reading children in the order that a schema gives them. Not a search.

use crate::{Element, XmlError};

/// The children of one element, taken one after the other; what nobody takes is refused by [`Walk::end`].
#[derive(Debug)]
#[must_use = "a walk that is not ended lets unknown children pass"]
pub struct Walk<'d> {
    children: std::iter::Peekable<std::vec::IntoIter<&'d Element>>,
}

impl<'d> Walk<'d> {
    pub(crate) fn new(children: Vec<&'d Element>) -> Self {
        Self { children: children.into_iter().peekable() }
    }

    /// The next child, which must have this name.
    pub fn one(&mut self, namespace: &str, local: &str) -> Result<&'d Element, XmlError> {
        self.optional(namespace, local).ok_or_else(|| XmlError::MissingChild(local.to_owned()))
    }

    /// The next child if it has this name.
    pub fn optional(&mut self, namespace: &str, local: &str) -> Option<&'d Element> {
        self.children.next_if(|child| child.is(namespace, local))
    }

    /// The next children as long as they have this name; none is fine.
    pub fn list(&mut self, namespace: &str, local: &str) -> Vec<&'d Element> {
        std::iter::from_fn(|| self.optional(namespace, local)).collect()
    }

    /// Refuses a child that was not taken.
    pub fn end(mut self) -> Result<(), XmlError> {
        match self.children.next() {
            None => Ok(()),
            Some(_) => Err(XmlError::UnexpectedChild),
        }
    }
}
