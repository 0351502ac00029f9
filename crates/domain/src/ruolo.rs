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
    /// Operatore scuola: the attendance of the schools that the role names, and nothing else.
    OperatoreScuola,
}

impl Ruolo {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Amministratore,
        Self::OperatoreIstruzione,
        Self::Responsabile,
        Self::OperatoreDiete,
        Self::Ragioneria,
        Self::Auditor,
        Self::OperatoreScuola,
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
            Self::OperatoreScuola => "operatore_scuola",
        }
    }

    /// The role of a stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ruolo| ruolo.stored() == word)
    }

    /// Whether the role can be held within an ambito: a school is named by the role of a school and by no other; who
    /// administers or audits does so for the whole ente.
    pub const fn fits(self, ambito: &Ambito) -> bool {
        match (self, ambito) {
            (Self::OperatoreScuola, Ambito::Plesso(_)) => true,
            (Self::OperatoreScuola, _) | (_, Ambito::Plesso(_)) => false,
            (Self::Amministratore | Self::Auditor, Ambito::Servizio(_)) => false,
            (_, Ambito::Ente | Ambito::Servizio(_)) => true,
        }
    }
}

/// Where a role counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ambito {
    /// In the whole ente.
    Ente,
    /// For one service, by its word (`mensa`).
    Servizio(String),
    /// At one school, by its codice meccanografico or the ente's own code.
    Plesso(String),
}

/// Longest code of a service or a school within an ambito, in bytes.
const CODE_MAX: usize = 60;
const SERVIZIO: &str = "servizio:";
const PLESSO: &str = "plesso:";

impl Ambito {
    /// The text kept in the database and used on the command line: `*`, `servizio:mensa`, `plesso:BGEE000001`.
    pub fn stored(&self) -> String {
        match self {
            Self::Ente => "*".to_owned(),
            Self::Servizio(code) => format!("{SERVIZIO}{code}"),
            Self::Plesso(code) => format!("{PLESSO}{code}"),
        }
    }

    /// The ambito of a stored text; `None` for anything else, an empty code or one of more than 60 bytes.
    pub fn from_stored(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Ente);
        }
        let code = |prefix: &str| {
            let code = text.strip_prefix(prefix)?;
            let fits = (1..=CODE_MAX).contains(&code.len()) && code.trim() == code && !code.contains(char::is_control);
            fits.then(|| code.to_owned())
        };
        code(SERVIZIO).map(Self::Servizio).or_else(|| code(PLESSO).map(Self::Plesso))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ambito_is_read_as_it_was_written() {
        for ambito in [Ambito::Ente, Ambito::Servizio("mensa".into()), Ambito::Plesso("BGEE000001".into())] {
            assert_eq!(Ambito::from_stored(&ambito.stored()), Some(ambito));
        }
        let long = format!("plesso:{}", "x".repeat(61));
        for bad in ["", "**", "mensa", "servizio:", "plesso:", "plesso: A", "plesso:A\n", &long, "Plesso:A"] {
            assert_eq!(Ambito::from_stored(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_role_fits_only_its_kind_of_ambito() {
        let (mensa, plesso) = (Ambito::Servizio("mensa".into()), Ambito::Plesso("BGEE000001".into()));
        let fits = |role: Ruolo| [Ambito::Ente, mensa.clone(), plesso.clone()].map(|ambito| role.fits(&ambito));
        assert_eq!(fits(Ruolo::OperatoreScuola), [false, false, true]);
        assert_eq!(fits(Ruolo::Ragioneria), [true, true, false]);
        assert_eq!(fits(Ruolo::Amministratore), [true, false, false]);
        assert_eq!(fits(Ruolo::Auditor), [true, false, false]);
    }
}
