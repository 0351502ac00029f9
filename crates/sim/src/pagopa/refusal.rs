//! What the node answers instead of what was asked: its own codes, those of the ente, and the same in plain Italian.

/// The fault that an ente answered (paForNode, `ctFaultBean`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Such as `PAA_PAGAMENTO_SCONOSCIUTO`.
    pub code: String,
    /// Its words.
    pub text: String,
}

/// Why the node does not do what a channel of payment asks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No ente has this codice fiscale.
    #[error("PPT_DOMINIO_SCONOSCIUTO")]
    UnknownEnte,
    /// The ente has no station for this notice number.
    #[error("PPT_STAZIONE_INT_PA_SCONOSCIUTA")]
    UnknownStation,
    /// Somebody is paying this notice now.
    #[error("PPT_PAGAMENTO_IN_CORSO")]
    InProgress,
    /// The node has already had this notice paid.
    #[error("PPT_PAGAMENTO_DUPLICATO")]
    AlreadyPaid,
    /// No activation has this token.
    #[error("PPT_TOKEN_SCONOSCIUTO")]
    UnknownToken,
    /// The activation has ended.
    #[error("PPT_TOKEN_SCADUTO")]
    TokenExpired,
    /// The outcome of this token is already known.
    #[error("PPT_ESITO_GIA_ACQUISITO")]
    OutcomeKnown,
    /// The ente answered with a fault of its own.
    #[error("PPT_ERRORE_EMESSO_DA_PAA: {}", .0.code)]
    FromEnte(Fault),
    /// The answer of the ente breaks the rules; the reason names no data.
    #[error("PPT_STAZIONE_INT_PA_ERRORE_RESPONSE: {0}")]
    BadAnswer(String),
    /// No answer in time.
    #[error("PPT_STAZIONE_INT_PA_TIMEOUT")]
    Timeout,
    /// No connection; the reason is for whoever runs the demonstration.
    #[error("PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE: {0}")]
    Unreachable(String),
}

impl Refusal {
    /// The code of the node, `PPT_…`.
    pub fn code(&self) -> String {
        self.to_string().split(':').next().unwrap_or_default().to_owned()
    }

    /// What a person reads.
    pub fn words(&self) -> &'static str {
        match self {
            Self::UnknownEnte => "Nessun ente ha questo codice fiscale.",
            Self::UnknownStation => "L'ente non riconosce questo numero di avviso.",
            Self::InProgress => "Qualcuno sta già pagando questo avviso.",
            Self::AlreadyPaid => "Questo avviso è già stato pagato.",
            Self::UnknownToken | Self::OutcomeKnown => "Questo pagamento è già concluso.",
            Self::TokenExpired => "Il tempo per pagare è finito.",
            Self::FromEnte(fault) => words_of_fault(&fault.code),
            Self::BadAnswer(_) => "La risposta dell'ente non è valida.",
            Self::Timeout => "L'ente non ha risposto in tempo.",
            Self::Unreachable(_) => "L'ente non è raggiungibile.",
        }
    }
}

fn words_of_fault(code: &str) -> &'static str {
    match code {
        "PAA_PAGAMENTO_SCONOSCIUTO" => "L'ente non conosce questo avviso.",
        "PAA_PAGAMENTO_SCADUTO" => "L'avviso è scaduto.",
        "PAA_PAGAMENTO_ANNULLATO" => "L'ente ha annullato questo avviso.",
        "PAA_PAGAMENTO_DUPLICATO" => "Questo avviso è già stato pagato.",
        "PAA_PAGAMENTO_IN_CORSO" => "Qualcuno sta già pagando questo avviso.",
        _ => "L'ente non permette di pagare questo avviso.",
    }
}
