//! The body of a call, as it comes: kept even where it is too large to be read.

use std::{future::poll_fn, pin::pin};

use axum::body::{Body, HttpBody};
use sportello_pagopa::REQUEST_MAX_BYTES;

/// How much of a call that is too large is still taken off the wire, so that the caller gets to read the answer.
const DRAIN_MAX_BYTES: usize = 16 << 20;

/// Reads a body; of one that is too large one byte more than may be read. None when the caller went away, or sends
/// without end.
pub(super) async fn read(body: Body) -> Option<Vec<u8>> {
    let mut body = pin!(body);
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let Ok(data) = frame.ok()?.into_data() else { continue };
        length += data.len();
        if length > DRAIN_MAX_BYTES {
            return None;
        }
        let room = (REQUEST_MAX_BYTES + 1).saturating_sub(bytes.len());
        bytes.extend_from_slice(&data[..data.len().min(room)]);
    }
    Some(bytes)
}
