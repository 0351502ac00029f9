//! What [`crate::Error::Unacceptable`] names when a proposta, an answer to one or an act is not acceptable.

/// The change changes nothing.
pub const UNCHANGED: &str = "a change of what stands";
/// The account.
pub const IBAN: &str = "the IBAN";
/// Its holder.
pub const INTESTATARIO: &str = "the holder of the account";
/// The code in the CBILL circuit.
pub const CBILL: &str = "the CBILL code";
/// The codice fiscale of the intermediary.
pub const INTERMEDIARIO: &str = "the intermediary";
/// The station.
pub const STAZIONE: &str = "the station";
/// The series of invoices.
pub const SERIE: &str = "the series";
/// The reason of a refusal or a withdrawal.
pub const MOTIVO: &str = "the reason";
/// Kind and number of an act.
pub const ATTO: &str = "the act";
/// The date of an act is in the future.
pub const ATTO_DATE: &str = "the date of the act";
