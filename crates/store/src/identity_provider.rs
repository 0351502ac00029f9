//! The registry of identity providers. It is data: of the whole installation, or of one ente (a validator).

use sportello_domain::{id::EnteId, identita::IdentityScheme};

use crate::{
    bind::Json,
    binds,
    error::Result,
    row, statements,
    tx::{Read, Tx},
};

row! {
    /// A provider of identities.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct IdentityProviderRow {
        /// SAML entity id.
        pub entity_id: String,
        /// Name as people know it.
        pub name: String,
        /// Where a request is posted to; the address of HTTP-Redirect for a provider that has no other.
        pub sso_url: String,
        /// Where a request by HTTP-Redirect goes.
        pub sso_redirect_url: Option<String>,
        /// Whether requests go by HTTP-Redirect.
        pub by_redirect: bool,
        /// Where a logout request is posted to.
        pub slo_post_url: Option<String>,
        /// Where a logout response is posted to, if elsewhere.
        pub slo_post_response_url: Option<String>,
        /// Where a logout request by HTTP-Redirect goes.
        pub slo_redirect_url: Option<String>,
        /// Where a logout response by HTTP-Redirect goes, if elsewhere.
        pub slo_redirect_response_url: Option<String>,
        /// Signing certificates, base64 of DER.
        pub certificates: Json<Vec<String>>,
        /// SPID or CIE.
        pub scheme: IdentityScheme,
        /// Whether people may choose it.
        pub enabled: bool,
        /// Whether it is a simulator: never trusted in production.
        pub simulated: bool,
    }
}

statements! {
    PUT = "INSERT INTO identity_provider (ente_id, entity_id, name, sso_url, sso_redirect_url, slo_post_url, slo_post_response_url, slo_redirect_url,
            slo_redirect_response_url, certificates, scheme, enabled, simulated, by_redirect)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (ente_id, entity_id) DO UPDATE SET name = excluded.name, sso_url = excluded.sso_url,
            sso_redirect_url = excluded.sso_redirect_url, by_redirect = excluded.by_redirect, slo_post_url = excluded.slo_post_url,
            slo_post_response_url = excluded.slo_post_response_url, slo_redirect_url = excluded.slo_redirect_url,
            slo_redirect_response_url = excluded.slo_redirect_response_url,
            certificates = excluded.certificates, scheme = excluded.scheme, enabled = excluded.enabled, simulated = excluded.simulated";
    REMOVE = "DELETE FROM identity_provider WHERE ente_id = $1 AND entity_id = $2";
    ENABLED: IdentityProviderRow = "SELECT entity_id, name, sso_url, sso_redirect_url, by_redirect, slo_post_url, slo_post_response_url, slo_redirect_url,
            slo_redirect_response_url, certificates, scheme, enabled, simulated
        FROM identity_provider WHERE ente_id IN ($1, $2) AND enabled ORDER BY entity_id";
    ONE: IdentityProviderRow = "SELECT entity_id, name, sso_url, sso_redirect_url, by_redirect, slo_post_url, slo_post_response_url, slo_redirect_url,
            slo_redirect_response_url, certificates, scheme, enabled, simulated
        FROM identity_provider WHERE ente_id IN ($1, $2) AND entity_id = $3 AND enabled
        ORDER BY CASE WHEN ente_id = $1 THEN 0 ELSE 1 END LIMIT 1";
    OF_ANOTHER_SCHEME: (i64,) = "SELECT count(*) FROM identity_provider WHERE entity_id = $1 AND scheme <> $2";
}

/// Writes a provider, new or known. `ente` is [`EnteId::PLATFORM`] for all enti.
pub async fn put(tx: &mut Tx, ente: EnteId, provider: &IdentityProviderRow) -> Result<()> {
    let binds = binds![
        ente,
        provider.entity_id,
        provider.name,
        provider.sso_url,
        provider.sso_redirect_url,
        provider.slo_post_url,
        provider.slo_post_response_url,
        provider.slo_redirect_url,
        provider.slo_redirect_response_url,
        provider.certificates,
        provider.scheme,
        provider.enabled,
        provider.simulated,
        provider.by_redirect
    ];
    tx.execute(PUT, binds).await?;
    Ok(())
}

/// Takes a provider out; false when it was not there.
pub async fn remove(tx: &mut Tx, ente: EnteId, entity_id: &str) -> Result<bool> {
    Ok(tx.execute(REMOVE, binds![ente, entity_id]).await? == 1)
}

/// The providers that people of this ente may choose.
pub async fn enabled(read: &mut Read, ente: EnteId) -> Result<Vec<IdentityProviderRow>> {
    read.fetch_all(ENABLED, binds![ente, EnteId::PLATFORM]).await
}

/// An enabled provider by its entity id; the ente's own entry wins over the installation's.
pub async fn by_entity_id(read: &mut Read, ente: EnteId, entity_id: &str) -> Result<Option<IdentityProviderRow>> {
    read.fetch_optional(ONE, binds![ente, EnteId::PLATFORM, entity_id]).await
}

/// Whether any ente, or the installation, knows this entity id as one of another scheme.
pub async fn is_of_another_scheme(read: &mut Read, entity_id: &str, scheme: IdentityScheme) -> Result<bool> {
    Ok(read.fetch_one::<(i64,)>(OF_ANOTHER_SCHEME, binds![entity_id, scheme]).await?.0 > 0)
}
