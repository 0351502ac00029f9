//! pagoPA from the cart to the receipt: what the node hears, what is booked, what the payer sees.

mod nodo;
mod pagamenti;
mod spontaneo;
mod walk;
pub mod world;
