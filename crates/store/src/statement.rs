//! The register of every SQL text, so that one test can prepare them all on both databases.

use crate::{bind::Kind, dialect::Dialect};

/// One registered SQL text.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Name of its constant.
    pub name: &'static str,
    /// The text.
    pub sql: &'static str,
    /// Names of the columns that its row type expects, in order; empty where the row is a tuple or nothing is read.
    pub columns: &'static [&'static str],
    /// Kinds of the columns that its row type expects, in order.
    pub kinds: &'static [Kind],
    /// The only database for which it is meant, if not for both.
    pub only: Option<Dialect>,
}

impl Statement {
    /// True when the text is meant for this database.
    pub fn is_for(&self, dialect: Dialect) -> bool {
        self.only.is_none_or(|only| only == dialect)
    }
}

/// Declares SQL texts as constants and lists them in `STATEMENTS`, which [`registered`] must name.
///
/// `NAME: RowType = "select …";` also registers which row the text gives; `"…" on Postgres;` ties a text to one database.
/// A part that several texts share is a macro in brackets before a literal: `[columns!()] ", count(*)…"`.
/// Texts that differ in a few words are made by a macro, which hands them over in parts: `"select …" "where …"`.
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident $(: $row:ty)? = $($([$shared:ident!()])? $sql:literal)+ $(on $only:ident)?;)*) => {
        $($(#[$meta])* const $name: &str = concat!($($($shared!(),)? $sql),+);)*
        pub(crate) const STATEMENTS: &[$crate::statement::Statement] = &[$($crate::statement::Statement {
            name: stringify!($name),
            sql: $name,
            columns: $crate::statements!(@columns $($row)?),
            kinds: $crate::statements!(@kinds $($row)?),
            only: $crate::statements!(@only $($only)?),
        }),*];
    };
    (@columns) => { &[] };
    (@columns $row:ty) => { <$row as $crate::row::FromRow>::COLUMNS };
    (@kinds) => { &[] };
    (@kinds $row:ty) => { <$row as $crate::row::FromRow>::KINDS };
    (@only) => { None };
    (@only $only:ident) => { Some($crate::dialect::Dialect::$only) };
}

/// Every SQL text of the store, module by module.
pub fn registered() -> impl Iterator<Item = (&'static str, &'static Statement)> {
    MODULES.iter().flat_map(|(module, statements)| statements.iter().map(move |statement| (*module, statement)))
}

macro_rules! modules {
    ($($module:ident),* $(,)?) => {
        /// Each module that has a `statements!` block; a test finds a missing one.
        const MODULES: &[(&str, &[Statement])] = &[$((stringify!($module), crate::$module::STATEMENTS)),*];
    };
}

modules! {
    allegato,
    alunno,
    assegnazione,
    audit,
    audit_log,
    bozza,
    bozza_purge,
    bozza_reminder,
    campione,
    ciclo,
    coda,
    coda_export,
    collectable,
    compito,
    contatore,
    contatto,
    debito,
    delega,
    dialect,
    dieta,
    distinta,
    documento,
    documento_contabile,
    elenco_documento,
    elenco_protocollo,
    ente,
    esito_sdd,
    esportazione,
    evento,
    graduatoria,
    idempotenza,
    identity_provider,
    importazione,
    incasso,
    integrazione,
    interruzione,
    invio,
    iscrizione,
    istruttoria,
    job,
    logout,
    mandato,
    messaggio,
    modello,
    modello_testo,
    nodo_messaggio,
    notifica,
    per_conto,
    persona,
    posizione,
    pratica,
    pratica_vista,
    preavviso,
    prenotazione,
    presenza,
    profilo,
    proposta,
    protocollo,
    protocollo_richiesta,
    provvedimento,
    registro_gestori,
    registro_giornaliero,
    residenza,
    ricevuta,
    riconciliazione,
    risposta,
    ruolo,
    saml_chain,
    saml_log,
    saml_request,
    scarto,
    scarto_parti,
    schedule,
    scuola,
    seal,
    session,
    spid_key,
    spontaneo,
    tariffa,
    tentativo,
    termine,
}
