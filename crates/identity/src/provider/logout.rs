//! Logout messages of a provider that we play.

use chrono::{DateTime, Utc};

use super::IdentityProvider;
use crate::logout::{Draft, Sender, signed_address, signed_inside};
use crate::{Error, LogoutStatus, MessageField, ProviderSession};

impl IdentityProvider {
    fn sender(&self) -> Sender<'_> {
        Sender { entity_id: &self.entity_id, key: &self.key }
    }

    /// A request to end a session at the service whose address of logout is `destination`, by HTTP-POST: signed XML.
    ///
    /// # Errors
    /// [`Error::Identifier`], [`Error::Sign`].
    pub fn logout_request(
        &self,
        destination: &str,
        id: &str,
        now: DateTime<Utc>,
        session: &ProviderSession,
    ) -> Result<String, Error> {
        signed_inside(self.sender(), &Draft::request(destination, id, now, session))
    }

    /// The same by HTTP-Redirect: the whole address.
    ///
    /// # Errors
    /// [`Error::Identifier`], [`Error::SignQuery`].
    pub fn logout_request_address(
        &self,
        destination: &str,
        id: &str,
        now: DateTime<Utc>,
        session: &ProviderSession,
    ) -> Result<String, Error> {
        let draft = Draft::request(destination, id, now, session);
        signed_address(self.sender(), &draft, MessageField::Request, None)
    }

    /// The answer to the request `request_id` of a service, by HTTP-POST: signed XML.
    ///
    /// # Errors
    /// [`Error::Identifier`], [`Error::Sign`].
    pub fn logout_response(
        &self,
        destination: &str,
        id: &str,
        now: DateTime<Utc>,
        request_id: &str,
        status: LogoutStatus,
    ) -> Result<String, Error> {
        signed_inside(self.sender(), &Draft::response(destination, id, now, request_id, status))
    }
}
