//! Identifiers that cannot be mixed up: one newtype over a UUID for each thing that has one.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name this kind of thing.
            pub const fn new(uuid: Uuid) -> Self { Self(uuid) }
            /// The bare UUID, for the database and for addresses.
            pub const fn uuid(self) -> Uuid { self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(out) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }
    )*};
}

ids! {
    /// An ente: the tenant. Every row of tenant data carries it.
    EnteId,
    /// A person as one ente knows them, found by codice fiscale.
    PersonaId,
    /// A child (or adult pupil) as one ente knows them.
    AlunnoId,
    /// A draft of a pratica.
    BozzaId,
    /// A filed pratica.
    PraticaId,
    /// A file that a citizen gave with a draft or a pratica.
    AllegatoId,
    /// A document that the portal made (a receipt).
    DocumentoId,
    /// The enrolment of one child in one service for one school year.
    IscrizioneId,
    /// A change that waits for a second person.
    PropostaId,
    /// A piece of background work.
    JobId,
    /// The run that makes the invoices of one period.
    CicloId,
    /// An invoice or a credit note.
    DocumentoContabileId,
    /// A debt.
    PosizioneId,
    /// An attempt to pay debts online; never a payment.
    TentativoId,
    /// An amount collected.
    IncassoId,
    /// A payment without a notice, made at the public door.
    PagamentoSpontaneoId,
    /// A SEPA direct debit mandate.
    MandatoId,
    /// A file of direct debits for the bank.
    DistintaId,
    /// A delega: one person who may see, pay or act in the name of another.
    DelegaId,
    /// A session at the desk: a member of staff who files for an applicant without digital identity.
    PerContoId,
    /// A repeated row of a group in the answers to a modello; stable while rows come and go.
    RowId,
    /// A session of a signed-in person (never the secret that the browser holds).
    SessionId,
    /// One request to the portal, for logs and audit rows.
    RequestId,
}

impl EnteId {
    /// The owner of platform-wide rows (job schedules of the installation, registry of providers).
    pub const PLATFORM: Self = Self(Uuid::nil());
}
