//! A payment site that writes down what it is asked, and fails when a test says so.

use std::sync::{Arc, Mutex, PoisonError};

use crate::checkout::{Cart, Checkout, CheckoutError, Opened};

/// How the payment site of a test behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It opens carts.
    #[default]
    Open,
    /// It does not answer.
    Silent,
    /// It says that a notice cannot be paid.
    Refusing,
}

/// The payment site of a test portal.
#[derive(Clone, Default)]
pub struct Till(Arc<Mutex<(Mood, Vec<Cart>)>>);

impl Till {
    /// The carts that it was asked to open.
    pub fn carts(&self) -> Vec<Cart> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// How it behaves from now on.
    pub fn set(&self, mood: Mood) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = mood;
    }
}

impl Checkout for Till {
    fn open(&self, cart: Cart) -> Opened<'_> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = format!("https://checkout.example/{}", cart.id_cart);
        held.1.push(cart);
        let answer = match held.0 {
            Mood::Open => Ok(address),
            Mood::Silent => Err(CheckoutError::Unavailable("silent".into())),
            Mood::Refusing => Err(CheckoutError::NotPayable("refused".into())),
        };
        Box::pin(async move { answer })
    }
}
