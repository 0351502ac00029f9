//! The portal as one value: what its use cases need from outside.

use std::sync::Arc;

/// The portal. Cheap to clone.
#[derive(Clone)]
pub struct Portal(pub(crate) Arc<Inner>);

pub(crate) struct Inner {}
