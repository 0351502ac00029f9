//! The faults that an entity answers (SANP, "Codici di errore"; the codes of the EC domain). Not when: the callers know.

use crate::{Text, TextError};

/// A fault code of the EC domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// The request is not valid by its schema.
    SintassiXsd,
    /// The request breaks a rule outside its schema.
    SintassiExtraXsd,
    /// `idPA` is not ours, or not served by that station.
    IdDominioErrato,
    /// `idBrokerPA` is not the intermediary of the entity.
    IdIntermediarioErrato,
    /// `idStation` is not the station of the entity.
    StazioneIntErrata,
    /// No such notice.
    PagamentoSconosciuto,
    /// The notice is paid already.
    PagamentoDuplicato,
    /// The notice can no longer be paid: its time is over.
    PagamentoScaduto,
    /// The notice was withdrawn.
    PagamentoAnnullato,
    /// The same debt is being paid by another notice.
    PagamentoInCorso,
    /// The receipt is here already.
    ReceiptDuplicata,
    /// Understood, but it cannot be so.
    Semantica,
    /// Our own failure: the node tries again.
    SystemError,
}

/// Every code, its word on the wire and what people read.
const TABLE: [(FaultCode, &str, &str); 13] = [
    (FaultCode::SintassiXsd, "PAA_SINTASSI_XSD", "Richiesta non valida rispetto allo schema"),
    (FaultCode::SintassiExtraXsd, "PAA_SINTASSI_EXTRAXSD", "Richiesta non valida per regole esterne allo schema"),
    (FaultCode::IdDominioErrato, "PAA_ID_DOMINIO_ERRATO", "La PAA non corrisponde al dominio indicato"),
    (FaultCode::IdIntermediarioErrato, "PAA_ID_INTERMEDIARIO_ERRATO", "Identificativo dell'intermediario errato"),
    (FaultCode::StazioneIntErrata, "PAA_STAZIONE_INT_ERRATA", "Stazione dell'intermediario errata"),
    (FaultCode::PagamentoSconosciuto, "PAA_PAGAMENTO_SCONOSCIUTO", "Pagamento sconosciuto"),
    (FaultCode::PagamentoDuplicato, "PAA_PAGAMENTO_DUPLICATO", "Pagamento già effettuato"),
    (FaultCode::PagamentoScaduto, "PAA_PAGAMENTO_SCADUTO", "Pagamento scaduto"),
    (FaultCode::PagamentoAnnullato, "PAA_PAGAMENTO_ANNULLATO", "Pagamento annullato"),
    (FaultCode::PagamentoInCorso, "PAA_PAGAMENTO_IN_CORSO", "Pagamento in corso"),
    (FaultCode::ReceiptDuplicata, "PAA_RECEIPT_DUPLICATA", "Ricevuta già acquisita"),
    (FaultCode::Semantica, "PAA_SEMANTICA", "Errore semantico"),
    (FaultCode::SystemError, "PAA_SYSTEM_ERROR", "Errore del sistema"),
];

impl FaultCode {
    /// The code on the wire: `PAA_…`.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// What people read, in Italian.
    pub fn words(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        TABLE.iter().find(|(code, ..)| *code == self).expect("the table has a row for every code, see its test")
    }
}

/// A refusal: code, who says so, and words for the operator of the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which fault.
    pub code: FaultCode,
    pub(crate) id: Text<35>,
    pub(crate) description: Option<Text<255>>,
}

impl Fault {
    /// A fault told by `id`: the codice fiscale of the entity that was asked (`idPA`).
    ///
    /// # Errors
    /// `id` is empty, longer than 35 characters or holds control characters.
    pub fn new(code: FaultCode, id: &str) -> Result<Self, TextError> {
        Ok(Self { code, id: Text::new(id)?, description: None })
    }

    /// The same with a description; one that is blank is left out, a long one is cut. Never personal data.
    pub fn because(mut self, description: &str) -> Self {
        self.description = Text::cut(description);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_row() {
        for (at, (code, word, words)) in TABLE.iter().enumerate() {
            assert_eq!((code.code(), code.words()), (*word, *words));
            assert_eq!(*code as usize, at, "{word} stands in the order of the codes");
            assert_eq!(TABLE.iter().filter(|(_, other, _)| other == word).count(), 1);
        }
        assert_eq!(FaultCode::SystemError as usize + 1, TABLE.len());
    }
}
