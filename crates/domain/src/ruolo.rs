//! What a member of staff may do, by role. Roles hang on the codice fiscale.

/// A role in the office of one ente (`docs/glossario.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Ruolo {
    /// Amministratore dell'ente: settings and roles; no pratiche by this role alone.
    Amministratore,
    /// Operatore istruzione: the queue, review, attendance.
    OperatoreIstruzione,
    /// Responsabile del procedimento: decides.
    Responsabile,
    /// Operatore diete: the only role that opens health data.
    OperatoreDiete,
    /// Ragioneria: tariffs, invoices, direct debits, reconciliation.
    Ragioneria,
    /// Auditor or DPO: reads, and reads logs.
    Auditor,
}

impl Ruolo {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Amministratore,
        Self::OperatoreIstruzione,
        Self::Responsabile,
        Self::OperatoreDiete,
        Self::Ragioneria,
        Self::Auditor,
    ];

    /// The word kept in the database and used on the command line.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Amministratore => "amministratore",
            Self::OperatoreIstruzione => "operatore_istruzione",
            Self::Responsabile => "responsabile",
            Self::OperatoreDiete => "operatore_diete",
            Self::Ragioneria => "ragioneria",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ruolo| ruolo.stored() == word)
    }
}
