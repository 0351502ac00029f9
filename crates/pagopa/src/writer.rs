//! Writes elements, one after the other. Never an empty one.

use sportello_xml::escape;

/// XML that is being written.
#[derive(Default)]
pub(crate) struct Writer(String);

impl Writer {
    /// An element without attributes around what `inside` writes.
    pub(crate) fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
        inside(self);
        self.close(name);
    }

    /// The element of an operation, which declares its namespace.
    pub(crate) fn root(&mut self, name: &str, namespace: &str, inside: impl FnOnce(&mut Self)) {
        self.0.push_str(&format!("<paf:{name} xmlns:paf=\"{namespace}\">"));
        inside(self);
        self.close(&format!("paf:{name}"));
    }

    /// An element that holds text alone.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, |w| w.0.push_str(&escape(text)));
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }
}
