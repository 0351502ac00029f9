//! The ente at the head of its documents.

use sportello_documents::ricevuta::Intestazione;
use sportello_domain::ente::Ente;

/// Name, address and colours of the ente.
pub(super) fn heading(ente: &Ente) -> Intestazione {
    let settings = &ente.settings;
    Intestazione {
        name: settings.name.clone(),
        address: settings.address.clone(),
        pec: settings.pec.clone(),
        codice_fiscale: settings.codice_fiscale.clone(),
        crest_svg: None,
        primary: settings.theme.primary.clone(),
        tint: settings.theme.tint.clone(),
    }
}
