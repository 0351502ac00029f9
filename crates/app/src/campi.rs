//! Identifiers of fields that the portal itself reads, whatever else a modello asks (`docs/modelli.md`).
//!
//! A modello that enrols a child, or whose receipt goes by mail, uses these identifiers for these questions.

/// Where the receipt and the answer go.
pub(crate) const EMAIL: &str = "email";
/// Given name of the child.
pub(crate) const FIGLIO_NOME: &str = "figlio_nome";
/// Family name of the child.
pub(crate) const FIGLIO_COGNOME: &str = "figlio_cognome";
/// Codice fiscale of the child.
pub(crate) const FIGLIO_CF: &str = "figlio_cf";
/// Date of birth of the child.
pub(crate) const FIGLIO_NASCITA: &str = "figlio_nascita";
/// School.
pub(crate) const PLESSO: &str = "plesso";
/// Class.
pub(crate) const CLASSE: &str = "classe";
/// Weekdays on which the child eats at school.
pub(crate) const GIORNI: &str = "giorni";
/// Comune in which the family lives.
pub(crate) const RESIDENZA_COMUNE: &str = "residenza_comune";
/// Comune in which the child lives, where it is another one.
pub(crate) const FIGLIO_RESIDENZA_COMUNE: &str = "figlio_residenza_comune";
/// Whether the ISEE reports omissions or differences: it counts as not declared then (domain specification 4.3).
pub(crate) const ISEE_DIFFORMITA: &str = "isee_difformita";
/// Value of the ISEE, where it is declared: class A.
pub(crate) const ISEE: &str = "isee_valore";
/// How the family pays.
pub(crate) const MODALITA: &str = "modalita";
/// The answer of a family that pays by direct debit.
pub(crate) const SDD: &str = "SDD";
/// Bank details, sealed together in the enrolment.
pub(crate) const PAYMENT: [&str; 3] = ["iban", "intestatario_nome", "intestatario_cf"];
/// The tick that gives the mandate for direct debits.
pub(crate) const MANDATO: &str = "mandato";
/// Diet, sealed together in the enrolment.
pub(crate) const DIETA: [&str; 4] = ["dieta_tipo", "dieta_alimenti", "dieta_certificato", "dieta_scadenza"];
/// Which kind of diet.
pub(crate) const DIETA_TIPO: &str = "dieta_tipo";
/// The answer of a family whose child eats everything.
pub(crate) const NESSUNA: &str = "nessuna";
/// Last day of the certificate of an enrolment's diet.
pub(crate) const DIETA_SCADENZA: &str = "dieta_scadenza";
/// What a request about a diet asks for.
pub(crate) const AZIONE: &str = "azione";
/// The answer of somebody whose child goes back to the menu of all.
pub(crate) const RINUNCIA: &str = "rinuncia";
/// Last day of what is asked for.
pub(crate) const AL: &str = "al";
/// The comune into which somebody moves.
pub(crate) const NUOVO_COMUNE: &str = "nuovo_comune";
/// The street and number of the new home.
pub(crate) const NUOVO_INDIRIZZO: &str = "nuovo_indirizzo";
/// The postcode of the new home.
pub(crate) const NUOVO_CAP: &str = "nuovo_cap";
/// From when on somebody lives there.
pub(crate) const DECORRENZA: &str = "decorrenza";
/// The children who move too.
pub(crate) const PERSONE: &str = "persone";
/// The enrolment that a request is about.
pub(crate) const FIGLIO: &str = "figlio";
/// What somebody who gives up a service asks for.
pub(crate) const TIPO: &str = "tipo";
/// The answer of somebody who gives it up for a while only.
pub(crate) const SOSPENSIONE: &str = "sospensione";
/// First day of what is asked for.
pub(crate) const DAL: &str = "dal";
/// The service that an enrolment of today's modelli is for.
pub(crate) const MENSA: &str = "mensa";
