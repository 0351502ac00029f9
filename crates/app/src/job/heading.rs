//! What every document of an ente says in the same words: its head, its office, how to object.

use sportello_documents::ricevuta::{Intestazione, Ufficio};
use sportello_domain::ente::Ente;

/// How to object to a decision (D.Lgs. 104/2010; DPR 1199/1971).
pub(super) const APPEAL: &str = "Contro la decisione puoi ricorrere al TAR entro 60 giorni, o al Presidente della Repubblica entro 120 giorni, da quando la conosci.";

/// The unit in charge.
pub(crate) fn office(ente: &Ente) -> Ufficio {
    let office = &ente.settings.office;
    Ufficio {
        name: office.name.clone(),
        responsabile: office.responsabile.clone(),
        phone: office.phone.clone(),
        email: office.email.clone(),
        hours: office.hours.clone(),
    }
}

/// Name, address and colours of the ente.
pub(crate) fn heading(ente: &Ente) -> Intestazione {
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
