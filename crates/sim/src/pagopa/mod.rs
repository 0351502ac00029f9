//! The surroundings of a payment: the node of pagoPA, the checkout page, a counter where one pays in cash, and a panel on
//! which things are made to go wrong. An independent twin: it shares no code with the portal's own side of pagoPA.

mod cart;
mod checkout;
mod counter;
mod judge;
mod link;
mod node;
mod panel;
mod payment;
mod queue;
mod receipt;
mod refusal;
mod soap;
mod station;
#[cfg(test)]
mod tests;
mod trouble;

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::DefaultBodyLimit};
use tokio::sync::Semaphore;

use crate::spid::now;
use node::Node;

/// Largest form or cart, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Receipts that are sent at the same time.
const AT_ONCE: usize = 16;
/// Largest unit of the waits between attempts, in milliseconds.
const MAX_SLOT_MS: u64 = 600_000;

/// Where the portal is, and how long a receipt waits before it is sent again.
#[derive(Clone, Debug, clap::Args)]
pub struct NodeOptions {
    #[command(flatten)]
    link: link::LinkOptions,
    /// Unit of the waits between attempts to send a receipt, in milliseconds.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=MAX_SLOT_MS))]
    nodo_slot_ms: u64,
}

/// The routes; receipts are sent in the background until the program ends. `origin` is where browsers find us.
pub fn start(options: &NodeOptions, origin: &str) -> anyhow::Result<Router> {
    let link = link::Link::new(options.link.clone())?;
    let node = Node::new(station::Registry::demo()?, link, Duration::from_millis(options.nodo_slot_ms));
    Ok(serve(Arc::new(node), origin))
}

fn serve(node: Arc<Node>, origin: &str) -> Router {
    tokio::spawn(send_receipts(node.clone()));
    Router::new()
        .merge(checkout::router(node.clone(), origin))
        .merge(counter::router(node.clone()))
        .merge(panel::router(node))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// Sends what is due, some at the same time, for ever.
async fn send_receipts(node: Arc<Node>) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut changes = node.queue.watch();
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { return };
        changes.mark_unchanged();
        let Some((number, receipt)) = node.queue.take_due(now()) else {
            drop(place);
            node.queue.wait(&mut changes, now()).await;
            continue;
        };
        let node = node.clone();
        tokio::spawn(async move {
            node.deliver(number, &receipt, now).await;
            drop(place);
        });
    }
}
