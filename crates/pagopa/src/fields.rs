//! The children of one element, read in the order of the schema. None of them is in a namespace.

use sportello_xml::{Element, Walk};

use crate::ParseError;

/// A strict walk that also reads values.
pub(crate) struct Fields<'d>(Walk<'d>);

impl<'d> Fields<'d> {
    /// Begins to read an element, which may have no attribute.
    pub(crate) fn of(element: &'d Element) -> Result<Self, ParseError> {
        element.bare()?;
        Ok(Self(element.walk()?))
    }

    /// A child with children of its own.
    pub(crate) fn child(&mut self, name: &'static str) -> Result<&'d Element, ParseError> {
        Ok(self.0.one("", name)?)
    }

    /// The same, if it is there.
    pub(crate) fn child_if(&mut self, name: &'static str) -> Option<&'d Element> {
        self.0.optional("", name)
    }

    /// One to `most` children.
    pub(crate) fn children(&mut self, name: &'static str, most: usize) -> Result<Vec<&'d Element>, ParseError> {
        let found = self.0.list("", name);
        if found.is_empty() {
            self.0.one("", name)?;
        }
        if found.len() > most { Err(ParseError::Facet { element: name }) } else { Ok(found) }
    }

    /// A value.
    pub(crate) fn value<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ParseError> {
        value(self.child(name)?, name, read)
    }

    /// A value, if it is there.
    pub(crate) fn value_if<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ParseError> {
        self.child_if(name).map(|child| value(child, name, read)).transpose()
    }

    /// Refuses what was not read.
    pub(crate) fn end(self) -> Result<(), ParseError> {
        Ok(self.0.end()?)
    }
}

fn value<T>(element: &Element, name: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, ParseError> {
    element.bare()?;
    read(element.text()?).ok_or(ParseError::Facet { element: name })
}
