//! From bytes to the tree, on the reader of `quick-xml`. Not a validator of any schema.

use quick_xml::events::Event;
use quick_xml::reader::NsReader;

use crate::tree::Tree;
use crate::{Element, Limits, XmlError, guard};

/// A document that passed the guards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub(crate) root: Element,
    pub(crate) comments: usize,
    pub(crate) cdata: usize,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// The first guard that it trips; the order is size, encoding, characters, markup, then the parser.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, XmlError> {
        let text = guard::text(bytes, limits)?;
        let mut reader = NsReader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        let mut tree = Tree::new(limits);
        loop {
            let event = reader.read_event().map_err(|_| syntax(&reader))?;
            if matches!(event, Event::Eof) {
                return tree.finish(syntax(&reader));
            }
            if !tree.take(event, reader.resolver())? {
                return Err(syntax(&reader));
            }
        }
    }

    /// The document element.
    pub fn root(&self) -> &Element {
        &self.root
    }

    /// How many comments stand anywhere in the document.
    pub fn comments(&self) -> usize {
        self.comments
    }

    /// How many CDATA sections stand anywhere in the document.
    pub fn cdata(&self) -> usize {
        self.cdata
    }
}

fn syntax(reader: &NsReader<&[u8]>) -> XmlError {
    XmlError::Syntax { at: reader.error_position().max(reader.buffer_position()) }
}
