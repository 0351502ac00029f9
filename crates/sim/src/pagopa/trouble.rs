//! What can be made to go wrong, each by a named switch: for everybody, for one ente or one notice, once or always.

use std::sync::{Mutex, PoisonError};

use anyhow::ensure;

/// Switches that can be on together.
const MAX_SWITCHES: usize = 100;
/// Longest delay of a receipt, in seconds.
const MAX_DELAY_S: u32 = 86_400;
/// Delay of a late receipt where none is named, in seconds.
const DELAY_S: u32 = 20;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum Trouble {
    /// The receipt comes seconds later, after the browser is back.
    #[serde(rename = "ricevuta_tardiva")]
    ReceiptLate,
    /// The same receipt comes twice.
    #[serde(rename = "ricevuta_doppia")]
    ReceiptTwice,
    /// A second receipt with another identifier comes for the same notice: paid twice.
    #[serde(rename = "pagamento_doppio")]
    PaidTwice,
    /// The receipt never comes by itself.
    #[serde(rename = "ricevuta_mai")]
    ReceiptNever,
    /// The answer to the receipt is thrown away, the line cut after a second at most; the receipt is sent again.
    #[serde(rename = "risposta_persa")]
    AnswerLost,
    /// The amount that was shown is no longer the one that the ente asks.
    #[serde(rename = "importo_cambiato")]
    AmountChanged,
    /// The receipt has a euro more than the ente asked.
    #[serde(rename = "importo_diverso")]
    ReceiptAmount,
    /// The activation ends before the outcome: an error for the payer, and no receipt.
    #[serde(rename = "scaduto")]
    Expired,
    /// The browser goes back before the receipt is sent.
    #[serde(rename = "ritorno_prima")]
    ReturnFirst,
    /// The ente is called with the old primitives, paGetPayment and paSendRT.
    #[serde(rename = "primitive_v1")]
    OldPrimitives,
}

impl Trouble {
    /// All, in the order of the panel, with their words.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::ReceiptLate, "Ricevuta in ritardo"),
        (Self::ReceiptTwice, "Stessa ricevuta due volte"),
        (Self::PaidTwice, "Due ricevute diverse per lo stesso avviso"),
        (Self::ReceiptNever, "Ricevuta mai inviata"),
        (Self::AnswerLost, "Risposta alla ricevuta persa, poi nuovo invio"),
        (Self::AmountChanged, "Importo cambiato prima di pagare"),
        (Self::ReceiptAmount, "Importo diverso nella ricevuta"),
        (Self::Expired, "Tempo per pagare scaduto"),
        (Self::ReturnFirst, "Ritorno al portale prima della ricevuta"),
        (Self::OldPrimitives, "Chiamate della vecchia versione (V1)"),
    ];

    /// Its name in the small language of tests.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Its words on the panel.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(trouble, _)| *trouble == self).map_or("", |(_, words)| words)
    }
}

/// A switch that is on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// What goes wrong.
    #[serde(rename = "guasto")]
    pub trouble: Trouble,
    /// Seconds of delay, for receipts that are late.
    #[serde(rename = "secondi", default, skip_serializing_if = "Option::is_none")]
    pub delay_s: Option<u32>,
    /// Only for the ente with this codice fiscale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ente: Option<String>,
    /// Only for this notice number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avviso: Option<String>,
    /// How many times more; without it, until it is turned off.
    #[serde(rename = "volte", default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// The switches.
#[derive(Debug, Default)]
pub struct Troubles(Mutex<Vec<Switch>>);

impl Troubles {
    /// Turns a switch on; one for the same thing and the same notices is replaced.
    pub fn turn_on(&self, switch: Switch) -> anyhow::Result<()> {
        ensure!(switch.delay_s.is_none_or(|delay| delay <= MAX_DELAY_S), "secondi: at most {MAX_DELAY_S}");
        ensure!(switch.times != Some(0), "volte: at least 1");
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        on.retain(|other| {
            other.trouble != switch.trouble || other.ente != switch.ente || other.avviso != switch.avviso
        });
        ensure!(on.len() < MAX_SWITCHES, "at most {MAX_SWITCHES} switches");
        on.push(switch);
        Ok(())
    }

    /// Turns all switches off.
    pub fn turn_off(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Those that are on.
    pub fn all(&self) -> Vec<Switch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether this goes wrong now for this notice; a switch with a number of times is used up.
    pub fn strikes(&self, trouble: Trouble, ente: &str, avviso: &str) -> bool {
        self.take(trouble, ente, avviso).is_some()
    }

    /// As [`Troubles::strikes`], with the delay in seconds.
    pub fn delay_s(&self, trouble: Trouble, ente: &str, avviso: &str) -> Option<u32> {
        self.take(trouble, ente, avviso).map(|switch| switch.delay_s.unwrap_or(DELAY_S))
    }

    fn take(&self, trouble: Trouble, ente: &str, avviso: &str) -> Option<Switch> {
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let meant = |switch: &Switch| {
            switch.trouble == trouble
                && switch.ente.as_deref().is_none_or(|only| only == ente)
                && switch.avviso.as_deref().is_none_or(|only| only == avviso)
        };
        let at = on.iter().position(meant)?;
        let switch = on[at].clone();
        match switch.times {
            None => {}
            Some(0 | 1) => {
                on.remove(at);
            }
            Some(times) => on[at].times = Some(times - 1),
        }
        Some(switch)
    }
}

#[cfg(test)]
mod tests {
    use super::{Switch, Trouble, Troubles};

    fn switch(json: &str) -> Switch {
        serde_json::from_str(json).expect("a switch")
    }

    #[test]
    fn a_switch_strikes_whom_it_is_for_and_as_often_as_it_says() {
        let troubles = Troubles::default();
        troubles.turn_on(switch(r#"{"guasto":"ricevuta_doppia","avviso":"3","volte":2}"#)).unwrap();
        troubles.turn_on(switch(r#"{"guasto":"ricevuta_tardiva","ente":"1","secondi":5}"#)).unwrap();
        assert!(!troubles.strikes(Trouble::ReceiptTwice, "1", "4"));
        assert!(troubles.strikes(Trouble::ReceiptTwice, "1", "3"));
        assert!(troubles.strikes(Trouble::ReceiptTwice, "2", "3"));
        assert!(!troubles.strikes(Trouble::ReceiptTwice, "1", "3"));
        assert_eq!(troubles.delay_s(Trouble::ReceiptLate, "2", "3"), None);
        assert_eq!(troubles.delay_s(Trouble::ReceiptLate, "1", "3"), Some(5));
        troubles.turn_off();
        assert!(troubles.all().is_empty());
    }

    #[test]
    fn the_same_switch_is_replaced_and_nonsense_is_refused() {
        let troubles = Troubles::default();
        troubles.turn_on(switch(r#"{"guasto":"ricevuta_mai","volte":1}"#)).unwrap();
        troubles.turn_on(switch(r#"{"guasto":"ricevuta_mai"}"#)).unwrap();
        assert_eq!(troubles.all(), [switch(r#"{"guasto":"ricevuta_mai"}"#)]);
        assert!(troubles.turn_on(switch(r#"{"guasto":"ricevuta_mai","volte":0}"#)).is_err());
        assert!(troubles.turn_on(switch(r#"{"guasto":"ricevuta_tardiva","secondi":86401}"#)).is_err());
        assert!(serde_json::from_str::<Switch>(r#"{"guasto":"altro"}"#).is_err());
        assert!(serde_json::from_str::<Switch>(r#"{"guasto":"scaduto","quando":1}"#).is_err());
    }

    #[test]
    fn every_switch_has_a_name_and_words() {
        for (trouble, words) in Trouble::ALL {
            assert_eq!(serde_json::from_str::<Trouble>(&format!("\"{}\"", trouble.name())).unwrap(), trouble);
            assert_eq!(trouble.words(), words);
        }
    }
}
