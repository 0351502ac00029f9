//! The payment site, as a port: a cart of notices becomes the address of a page on which a browser pays them.
//!
//! What comes back with the browser is not believed: only a receipt closes a debt (see `nodo`).

use std::{future::Future, pin::Pin, sync::Arc};

use sportello_domain::{avviso::NumeroAvviso, euro::Euro};
use sportello_pagopa::checkout as wire;

/// A cart to open: at most [`crate::pagamenti::MAX_IN_CART`] notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cart {
    /// Our name for the attempt, unguessable; comes back as the note of the receipts.
    pub id_cart: String,
    /// Where the payment site may write to.
    pub email: Option<String>,
    /// The notices.
    pub notices: Vec<CartNotice>,
    /// Where the browser comes back to: whole addresses.
    pub back: ReturnAddresses,
}

/// A notice of a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartNotice {
    /// Its number.
    pub numero: NumeroAvviso,
    /// Codice fiscale of the ente, 11 digits.
    pub ente_codice_fiscale: String,
    /// Name of the ente.
    pub ente_name: String,
    /// What is owed now.
    pub amount: Euro,
    /// What for, without personal data.
    pub causale: String,
}

/// The four ways back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddresses {
    /// After a payment.
    pub ok: String,
    /// After the person gave up.
    pub cancel: String,
    /// After a failure.
    pub error: String,
    /// When the outcome was not known in time.
    pub waiting: String,
}

/// Why a cart was not opened. Nothing was paid.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// The payment site says that a notice cannot be paid now.
    #[error("the payment site refuses a notice of the cart")]
    NotPayable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It does not answer, or not as agreed.
    #[error("the payment site does not open the cart")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is awaited from a payment site.
pub type Opened<'a> = Pin<Box<dyn Future<Output = Result<String, CheckoutError>> + Send + 'a>>;

/// A payment site.
pub trait Checkout: Send + Sync {
    /// Opens a cart; gives the address to which the browser is sent. Ends within a limit of its own.
    fn open(&self, cart: Cart) -> Opened<'_>;
}

/// The payment site of an installation, if it has one.
pub type PaymentSites = Option<Arc<dyn Checkout>>;

impl Checkout for wire::Checkout {
    fn open(&self, cart: Cart) -> Opened<'_> {
        Box::pin(async move {
            let cart = on_wire(cart).map_err(|error| CheckoutError::Unavailable(error.into()))?;
            self.cart(&cart).await.map_err(|error| match error {
                wire::CheckoutError::NotPayable(_) => CheckoutError::NotPayable(error.into()),
                other => CheckoutError::Unavailable(other.into()),
            })
        })
    }
}

fn on_wire(cart: Cart) -> Result<wire::Cart, wire::CartError> {
    let notices = cart.notices.iter().map(|notice| {
        wire::CartNotice::new(
            &notice.numero,
            &notice.ente_codice_fiscale,
            notice.amount,
            &notice.ente_name,
            &notice.causale,
        )
    });
    let back = cart.back;
    let returns = wire::ReturnUrls { ok: back.ok, cancel: back.cancel, error: back.error, waiting: back.waiting };
    wire::Cart::new(&cart.id_cart, notices.collect::<Result<_, _>>()?, returns, cart.email)
}
