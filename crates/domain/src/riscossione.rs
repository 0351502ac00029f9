//! How an ente invoices and collects: the settings that change with its bank, its point of pagoPA and its regulation.
//!
//! Kept inside the settings of the ente; an ente without them neither invoices nor collects through the portal.

use crate::{avviso::Segregazione, iban::Iban, partita_iva, sdd::CreditorId};

/// What an ente needs in order to invoice and to collect.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Riscossione {
    /// Partita IVA of the ente, 11 digits; it may differ from its codice fiscale.
    #[serde(deserialize_with = "checked_partita_iva")]
    pub partita_iva: String,
    /// Rate of VAT of school meals in hundredths of a percent (DPR 633/1972, Tab. A part II n. 37: 400).
    #[serde(default = "aliquota_mensa")]
    pub aliquota_bp: i64,
    /// Suffix of the numbers of invoices, such as `M` in `12/M/2026`: capitals and digits.
    pub serie: String,
    /// Creditor identifier for SEPA direct debits.
    pub creditor_id: CreditorId,
    /// Account of the ente on which collections arrive.
    #[serde(deserialize_with = "checked_iban")]
    pub iban: String,
    /// Holder of that account, as the bank knows it.
    pub intestatario: String,
    /// Code of the ente in the CBILL circuit, printed on notices.
    pub cbill: String,
    /// The point through which the ente speaks with the node of pagoPA.
    pub stazione: Stazione,
    /// Taxonomy code of what is collected (`9/0107101TS/` for school meals).
    pub tassonomia: String,
    /// Days from issue to the due date of an invoice.
    #[serde(default = "thirty")]
    pub giorni_scadenza: u32,
    /// Days between telling of a direct debit and the debit (14 unless the mandate agrees fewer).
    #[serde(default = "fourteen")]
    pub preavviso_sdd_giorni: u32,
    /// What the node hears when it sends a receipt again that is booked already.
    #[serde(default)]
    pub duplicate_receipt_answer: DuplicateReceiptAnswer,
}

/// The point of the ente towards the node of pagoPA.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stazione {
    /// Codice fiscale of the intermediary, 11 digits; an ente that connects by itself is its own.
    pub intermediario_cf: String,
    /// Identifier of the station, `<cf>_01`.
    pub stazione_id: String,
    /// Segregation code of the notices made here.
    pub segregazione: Segregazione,
}

/// The answer to a receipt that arrives twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DuplicateReceiptAnswer {
    /// A fault that says "already there": the node stops sending.
    #[default]
    #[serde(rename = "KO")]
    Ko,
    /// An acknowledgement, as the first time.
    #[serde(rename = "OK")]
    Ok,
}

const fn aliquota_mensa() -> i64 {
    400
}

const fn thirty() -> u32 {
    30
}

const fn fourteen() -> u32 {
    14
}

fn checked_partita_iva<'de, D: serde::Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let text: String = serde::Deserialize::deserialize(input)?;
    if partita_iva::is_valid(&text) {
        Ok(text)
    } else {
        Err(serde::de::Error::custom("the partita IVA has not 11 digits or a wrong check digit"))
    }
}

fn checked_iban<'de, D: serde::Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let text: String = serde::Deserialize::deserialize(input)?;
    Iban::parse(&text).map(|iban| iban.as_str().to_owned()).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> serde_json::Value {
        serde_json::json!({
            "partita_iva": "80018230153", "serie": "M", "creditor_id": "IT82ZZZ0000080018230153",
            "iban": "IT60 X054 2811 1010 0000 0123 456", "intestatario": "Comune", "cbill": "AAAAA",
            "stazione": { "intermediario_cf": "80018230153", "stazione_id": "80018230153_01", "segregazione": "02" },
            "tassonomia": "9/0107101TS/",
        })
    }

    #[test]
    fn what_is_left_out_has_its_usual_value() {
        let read: Riscossione = serde_json::from_value(document()).unwrap();
        assert_eq!((read.aliquota_bp, read.giorni_scadenza, read.preavviso_sdd_giorni), (400, 30, 14));
        assert_eq!(read.duplicate_receipt_answer, DuplicateReceiptAnswer::Ko);
        assert_eq!(read.iban, "IT60X0542811101000000123456");
        let again: Riscossione = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }

    #[test]
    fn wrong_codes_are_refused() {
        for (field, wrong) in [
            ("partita_iva", "80018230154"),
            ("iban", "IT65A0542811101000000123456"),
            ("creditor_id", "IT83ZZZ0000080018230153"),
        ] {
            let mut document = document();
            document[field] = wrong.into();
            assert!(serde_json::from_value::<Riscossione>(document).is_err(), "{field}");
        }
    }
}
