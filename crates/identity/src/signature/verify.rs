//! Verifying signatures, and giving back what they cover.

use bergshamra::c14n::{C14nMode, canonicalize_doc};
use bergshamra::dsig::verify::{verify_all_document_with_source, verify_document_with_source};
use bergshamra::xml::uppsala;
use bergshamra::xml::{NodeId, NodeSet};
use bergshamra::{DsigContext, KeysManager, VerifyResult};
use ring::digest::digest;
use sportello_xml::{Document, Limits};

use super::SignatureError;
use super::allow::{self, Allowed};
use crate::Certificate;
use crate::saml::DSIG;

/// Where a signed element stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// The document element.
    Root,
    /// The only child of the document element with this expanded name.
    Child {
        /// Namespace name.
        namespace: &'static str,
        /// Local name.
        local: &'static str,
    },
}

/// Verifies the signature at each place with one of `keys`; there may be no other signature in the document.
///
/// Gives, for each place, the element without its signature, read from the canonical bytes whose digest is
/// the signed one. Nothing else of `text` is covered.
pub(crate) fn verify(text: &str, places: &[Place], keys: &[Certificate]) -> Result<Vec<Document>, SignatureError> {
    let source = Source::parse(text, Limits::SAML)?;
    let signatures = source.parsed.get_elements_by_tag_name_ns(DSIG, "Signature");
    let mut found = Vec::with_capacity(places.len());
    for place in places {
        found.push(source.find(*place)?);
    }
    if signatures.len() != found.len() {
        return Err(SignatureError::Several);
    }
    let results = source.verify_all(keys)?;
    found.iter().map(|signed| source.covered(signed, &results)).collect()
}

/// Verifies the signature of the document element with one of `keys`, as [`verify`] does, but lets what stands inside carry
/// signatures of its own: those are neither verified nor trusted, only covered.
pub(crate) fn verify_list(text: &str, keys: &[Certificate], limits: Limits) -> Result<Document, SignatureError> {
    let source = Source::parse(text, limits)?;
    let signed = source.find(Place::Root)?;
    // The first signature of the document must be the one that was found.
    let result = verify_document_with_source(&context(keys)?, &source.parsed, Some(text));
    source.covered(&signed, &[result.map_err(|_| SignatureError::Invalid)?])
}

/// The one parsed document of a verification.
struct Source<'t> {
    text: &'t str,
    parsed: uppsala::Document<'t>,
    /// Of what was covered, when it is read.
    limits: Limits,
}

/// An element, its signature and what the signature says.
struct Signed {
    element: NodeId,
    signature: NodeId,
    allowed: Allowed,
}

/// The default context takes keys from the manager only; `xml:id` joins the names that must not repeat.
fn context(keys: &[Certificate]) -> Result<DsigContext, SignatureError> {
    let mut manager = KeysManager::new();
    for certificate in keys {
        manager.add_key(certificate.verifying_key().map_err(|_| SignatureError::Unreadable)?);
    }
    let mut context = DsigContext::new(manager);
    context.add_id_attr("xml:id");
    Ok(context)
}

impl<'t> Source<'t> {
    fn parse(text: &'t str, limits: Limits) -> Result<Self, SignatureError> {
        let parsed = uppsala::parse(text).map_err(|_| SignatureError::Unreadable)?;
        Ok(Self { text, parsed, limits })
    }

    fn find(&self, place: Place) -> Result<Signed, SignatureError> {
        let root = self.parsed.document_element().ok_or(SignatureError::Unreadable)?;
        let element = match place {
            Place::Root => root,
            Place::Child { namespace, local } => self.only_child(root, namespace, local)?,
        };
        let signature = self.only_child(element, DSIG, "Signature")?;
        let bytes = self.canonical(&NodeSet::tree_without_comments(signature, &self.parsed), &[])?;
        let document = Document::read(&bytes, &Limits::SAML).map_err(SignatureError::Form)?;
        let allowed = allow::read(document.root())?;
        if self.parsed.get_attribute(element, "ID") != Some(allowed.id.as_str()) {
            return Err(SignatureError::Reference);
        }
        Ok(Signed { element, signature, allowed })
    }

    fn only_child(&self, parent: NodeId, namespace: &str, local: &str) -> Result<NodeId, SignatureError> {
        match self.parsed.child_elements_by_name_ns(parent, namespace, local).as_slice() {
            [] => Err(SignatureError::Missing),
            [one] => Ok(*one),
            _ => Err(SignatureError::Several),
        }
    }

    fn verify_all(&self, keys: &[Certificate]) -> Result<Vec<VerifyResult>, SignatureError> {
        verify_all_document_with_source(&context(keys)?, &self.parsed, Some(self.text))
            .map_err(|_| SignatureError::Unreadable)
    }

    /// The node that was verified must be the element found above; then its canonical bytes become the document.
    fn covered(&self, signed: &Signed, results: &[VerifyResult]) -> Result<Document, SignatureError> {
        let holds = results.iter().any(|result| match result {
            VerifyResult::Valid { signature_node, references, .. } => {
                *signature_node == signed.signature
                    && references.len() == 1
                    && references[0].resolved_node == Some(signed.element)
                    && references[0].digest_verified
            }
            VerifyResult::Invalid { .. } => false,
        });
        if !holds {
            return Err(SignatureError::Invalid);
        }
        let whole = NodeSet::tree_without_comments(signed.element, &self.parsed);
        let without = whole.subtract(&NodeSet::tree_with_comments(signed.signature, &self.parsed));
        let bytes = self.canonical(&without, &signed.allowed.prefixes)?;
        if digest(signed.allowed.digest_algorithm, &bytes).as_ref() != signed.allowed.digest {
            return Err(SignatureError::Invalid);
        }
        Document::read(&bytes, &self.limits).map_err(SignatureError::Form)
    }

    fn canonical(&self, nodes: &NodeSet, prefixes: &[String]) -> Result<Vec<u8>, SignatureError> {
        canonicalize_doc(&self.parsed, C14nMode::Exclusive, Some(nodes), prefixes)
            .map_err(|_| SignatureError::Unreadable)
    }
}
